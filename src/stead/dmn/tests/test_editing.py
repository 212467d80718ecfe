"""Whatever somebody types into a cell: check() answers with findings and never with an exception."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stead import dmn
from stead.dmn.tests.build import definitions, table

KINDS = (
    "number", "integer", "string", "boolean", "date", "time", "dateTime", "years and months duration",
    "days and time duration", "", "Any", "tUnknown",
)  # fmt: skip
POLICIES = (
    ("UNIQUE", ""), ("ANY", ""), ("FIRST", ""), ("PRIORITY", ""), ("RULE ORDER", ""), ("OUTPUT ORDER", ""),
    ("COLLECT", ""), ("COLLECT", "SUM"), ("COLLECT", "MAX"), ("COLLECT", "COUNT"),
)  # fmt: skip
# Beginnings, ends and halves of what people type, some of it right.
PIECES = (
    "1", "-1", "2.5", "1e400", "9" * 40, '"a"', '"', "'", "\u201ca\u201d", "true", "false", "null", "-",
    "?", "other", "not(", "(", ")", "[", "]", "..", "1..2", "[1..", "<", ">=", "=", "!=", "+", "*", "/",
    "**", " and ", " or ", "if ", " then ", " else ", "for x in ", " return ", " in ", " between ",
    'date("2026-01-31")', 'date("x")', '@"P1D"', '@"PT999999999999H"', '@"P9999Y"',
    "date(9999999999, 1, 1)", 'duration("P1M")', 'time("25:00:00")', ",", ":", "{", "}", "{a: 1}", "[1, 2]",
    ".", ".year", "matches(?, ", 'replace(?, "(", "x")', "substring(?, 1e30)", "abs(", "max(", "min()",
    "sum([])", "sqrt(-1)", "exp(99999)", "round up(?, -99999)", "function(x) x", "//", "/*", "\n", "\u6a2a",
    "\uff1c5", "today()", "[1][1.5]", "[1][true]", "1/0", "2**99999", "(-8)**0.5",
    "some x in ? satisfies x",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(PIECES),
    st.lists(st.sampled_from(PIECES), min_size=2, max_size=4).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8),
)
# Most cells are plain, so that the whole table is looked at and not only the cell that is wrong.
CELLS = st.one_of(st.just("-"), st.just("-"), TEXTS)
OUTPUTS = st.one_of(st.just('"a"'), st.just('"b"'), TEXTS)


@st.composite
def models(draw: st.DrawFn) -> bytes:
    policy, aggregation = draw(st.sampled_from(POLICIES))
    inputs = [(f"in {i}", draw(st.sampled_from(KINDS))) for i in range(draw(st.integers(1, 2)))]
    count = draw(st.integers(1, 3))
    rules = [[*(draw(CELLS) for _ in inputs), draw(OUTPUTS)] for _ in range(count)]
    allowed = draw(
        st.one_of(
            st.just({}),
            st.just({"out": '"a", "b"'}),
            st.fixed_dictionaries({"out": TEXTS, "in 0": TEXTS}),
        )
    )
    defaults = {"out": draw(OUTPUTS)} if draw(st.booleans()) else {}
    kind = draw(st.sampled_from(("string", "number", "")))
    return definitions(
        table(
            inputs,
            [("out", kind)],
            rules,
            policy,
            aggregation=aggregation,
            allowed=allowed,
            defaults=defaults,
        )
    )


def typed_in(kind: str, cell: str, allowed: str = "") -> bytes:
    more = {"in 0": allowed} if allowed else {}
    return definitions(table([("in 0", kind)], [("out", "string")], [[cell, '"a"']], allowed=more))


@given(models())
@example(typed_in("time", "false"))
@example(typed_in("days and time duration", '@"PT999999999999H"'))
@example(typed_in("date", "-", allowed='""'))
@example(typed_in("number", "substring(?, 1e30)"))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_in_a_cell_gives_findings(xml: bytes) -> None:
    for finding in dmn.check(dmn.read(xml)):
        assert finding.as_json()["message"]
        assert str(finding)


@given(models())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_table_without_an_error_compiles(xml: bytes) -> None:
    model = dmn.read(xml)
    if not any(finding.severity == "error" for finding in dmn.check(model)):
        dmn.compile(model, "Decision")
