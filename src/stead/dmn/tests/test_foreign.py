"""What the libraries beneath raise is said as an error of the cell; who edits it never sees a traceback."""

import duckdb
import ibis
import pyarrow as pa
import pytest
from lark.exceptions import LarkError

from stead import dmn
from stead.dmn.errors import FeelError, LimitError, Place
from stead.dmn.feel.foreign import translated
from stead.dmn.tests.build import definitions, input_data, literal, table

TEXTS = '<itemDefinition name="tTexts" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
# Ibis has no type for a context without entries.
FOREIGN = "count(for x in l return {}) > 1"


@pytest.mark.parametrize(
    "error",
    [ibis.common.exceptions.IbisTypeError("array<string> and array<int64>"), duckdb.BinderException("no"),
     pa.ArrowTypeError("Expected bytes"), LarkError(), TypeError("unsupported"), KeyError("n")],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_an_error_of_another_library_is_one_of_the_expression(error: Exception) -> None:
    with pytest.raises(FeelError, match="cannot be made a query over columns") as refused, translated():
        raise error
    assert refused.value.kind == "columns"
    assert type(error).__name__ in str(refused.value)
    assert refused.value.__cause__ is error


def test_an_error_of_the_library_itself_stays_what_it_is() -> None:
    known = FeelError("the place is known", Place("D"))
    with pytest.raises(FeelError) as refused, translated(Place("other")):
        raise known
    assert refused.value is known


def test_what_is_nested_too_deep_for_python_is_refused_as_too_large() -> None:
    with pytest.raises(LimitError, match="nested too deep"), translated():
        raise RecursionError


def test_check_and_compile_name_the_cell() -> None:
    given = [("l", "tTexts"), ("n", "number")]
    rules = [("-", '"a"'), (FOREIGN, '"b"')]
    model = dmn.read(definitions(TEXTS + table([("n", "number")], [("out", "string")], rules, given=given)))
    (found,) = dmn.check(model)
    assert (found.severity, found.place.row, found.place.text) == ("error", 2, FOREIGN)
    with pytest.raises(FeelError, match=r"row 2 .* cannot be made a query"):
        dmn.compile(model, "Decision")


def test_a_decision_without_a_table_names_its_expression() -> None:
    model = dmn.read(definitions(TEXTS + input_data("l", "tTexts") + literal("D", FOREIGN, ["l"])))
    assert [one.place.text for one in dmn.check(model)] == [FOREIGN]
