"""Lists, each as a constant and as a column of a table: the two must agree, nulls and empty lists too."""

from decimal import Decimal
from typing import Any

import pytest

from stead import dmn
from stead.dmn.errors import FeelError
from stead.dmn.kit.tck import values
from stead.dmn.tables.compiled import plan_of
from stead.dmn.tests.build import definitions, input_data, literal

D = Decimal
TYPES = """
<itemDefinition name="numbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="texts" isCollection="true"><typeRef>string</typeRef></itemDefinition>
<itemDefinition name="nested" isCollection="true"><typeRef>numbers</typeRef></itemDefinition>
<itemDefinition name="loans" isCollection="true"><typeRef>loan</typeRef></itemDefinition>
<itemDefinition name="loan"><itemComponent name="id"><typeRef>string</typeRef></itemComponent>
<itemComponent name="rate"><typeRef>number</typeRef></itemComponent>
<itemComponent name="late"><typeRef>boolean</typeRef></itemComponent></itemDefinition>
"""
LOANS = [
    {"id": "a", "rate": D(3), "late": True}, {"id": "b", "rate": D(1), "late": False},
    {"id": "c", "rate": D(3), "late": None},
]  # fmt: skip
# Each input by name: its type, and its value; the tests also write the value in place of the name.
INPUTS: dict[str, tuple[str, Any]] = {
    "L": ("numbers", [D(5), D(1), D(5), D(3)]), "N": ("numbers", [D(1), None, D(2)]), "E": ("numbers", []),
    "S": ("texts", ["b", "a"]), "P": ("nested", [[D(1), D(2)], [D(3)]]), "R": ("loans", LOANS),
    "i": ("number", D(2)), "w": ("string", "a"),
}  # fmt: skip

CASES: list[tuple[str, Any]] = [
    ("count(L)", D(4)), ("sum(L)", D(14)), ("min(L)", D(1)), ("max(L)", D(5)), ("mean(L)", D("3.5")),
    ("sum(N)", None), ("min(N)", None), ("max(N)", None), ("mean(N)", None), ("count(N)", D(3)),
    ("sum(E)", None), ("min(E)", None), ("count(E)", D(0)), ("max(S)", "b"),
    ("list contains(L, 3)", True), ("list contains(L, 4)", False), ("list contains(N, null)", True),
    ("list contains(L, null)", False), ("list contains(E, 1)", False), ('list contains(L, "5")', False),
    ("list contains(P, [3])", True), ("i in L", False), ("3 in L", True),
    ("every x in L satisfies x > 0", True), ("every x in E satisfies x > 0", True),
    ("some x in E satisfies x > 0", False), ("every x in N satisfies x > 0", None),
    ("some x in N satisfies x > 1", True), ("some x in N satisfies x > 9", None),
    ("every x in N satisfies x > 1", False), ("some x in L, y in N satisfies x = y + 1", True),
    ("for x in L return x * i", [D(10), D(2), D(10), D(6)]),
    ("for x in S, y in [1, 2] return x + string(y)", ["b1", "b2", "a1", "a2"]),
    ("for x in [10, 20], y in N return x + y", [D(11), None, D(12), D(21), None, D(22)]),
    ("for x in P return sum(x)", [D(3), D(3)]), ("for x in P, y in x return y", [D(1), D(2), D(3)]),
    ("for x in L return {n: x}", [{"n": D(5)}, {"n": D(1)}, {"n": D(5)}, {"n": D(3)}]),
    ("L[1]", D(5)), ("L[-1]", D(3)), ("L[0]", None), ("L[5]", None), ("L[-5]", None), ("L[i]", D(1)),
    ("L[i - 2]", None), ("L[i * -1]", D(5)), ("L[item > i]", [D(5), D(5), D(3)]), ("E[1]", None),
    ("L[item = 1]", [D(1)]), ("L[item = 1] + 1", None), ("[L[1], i][item > 2]", [D(5)]),
    ("append(L, 9)", [D(5), D(1), D(5), D(3), D(9)]), ("append(E, i)", [D(2)]),
    ("concatenate(S, [w], S)", ["b", "a", "a", "b", "a"]), ("reverse(L)", [D(3), D(5), D(1), D(5)]),
    ("insert before(S, 1, w)", ["a", "b", "a"]), ("insert before(S, -1, w)", ["b", "a", "a"]),
    ("insert before(S, 3, w)", None), ("insert before([1, 3], i, 2)", [D(1), D(2), D(3)]),
    ("remove(L, 2)", [D(5), D(5), D(3)]), ("remove(L, i)", [D(5), D(5), D(3)]), ("remove(L, 0)", None),
    ("list replace(L, 1, i)", [D(2), D(1), D(5), D(3)]),
    ("list replace(L, function(item, new) item > new, i)", [D(2), D(1), D(2), D(2)]),
    ("sublist(L, 2)", [D(1), D(5), D(3)]), ("sublist(L, -2, 1)", [D(5)]), ("sublist(L, i, 2)", [D(1), D(5)]),
    ("sublist(L, 9)", None), ("index of(L, 5)", [D(1), D(3)]), ("index of(N, null)", [D(2)]),
    ("index of(L, 7)", []), ("distinct values(L)", [D(5), D(1), D(3)]),
    ("union(L, [7, 5])", [D(5), D(1), D(3), D(7)]),
    ("flatten(P)", [D(1), D(2), D(3)]), ("sort(L)", [D(1), D(3), D(5), D(5)]),
    ("sort(L, function(x, y) x > y)", [D(5), D(5), D(3), D(1)]),
    ("sort(S, function(x, y) y > x)", ["a", "b"]),
    ("sort(R, function(x, y) x.rate < y.rate).id", ["b", "a", "c"]),
    ("sort(R, function(x, y) x.rate > y.rate).id", ["a", "c", "b"]),
    ("R.id", ["a", "b", "c"]), ("R[rate > 1].id", ["a", "c"]), ("count(R[late = true])", D(1)),
    ("R[item.id = w].rate", [D(3)]), ("R[1].rate", D(3)), ("R[id = w].rate + 1", None), ("sum(R.rate)", D(7)),
    ("all(R.late)", False), ("any(R.late)", True), ("all(for x in N return x > 0)", None),
    ("(for x in R return (for y in L return x.rate + y))[2]", [D(6), D(2), D(6), D(4)]),
    ("reverse(for x in reverse(L) return x + 1)", [D(6), D(2), D(6), D(4)]),
    ("L instance of list<number>", True), ("L instance of list<string>", False),
    ('get value({a: 1, b: 2}, w)', D(1)), ('get value({b: 2}, w)', None), ('{a: 1, b: i}.b', D(2)),
    ("upper case(S[item = w])", "A"), ("upper case(S)", None),
    ("L = null", False), ("L = [5, 1, 5, 3]", True), ("P = [[1, 2], [3]]", True), ("S = [1]", False),
    ("reverse(L) = reverse(L)", True),
]  # fmt: skip


def evaluated(text: str) -> Any:
    """The value of the text as a decision over the inputs, through the columns."""
    body = TYPES + "".join(input_data(name, kind) for name, (kind, _) in INPUTS.items())
    model = dmn.read(definitions(body + literal("result", text, list(INPUTS))))
    plan = plan_of(model, "result", lenient=True)
    return values(plan, [{name: value for name, (_, value) in INPUTS.items()}])[0]


def in_place(text: str) -> str:
    """The text inside a context that has the inputs' values as constants."""
    given = ", ".join(f"{name}: {written(value)}" for name, (_, value) in INPUTS.items())
    return f"{{{given}, found: {text}}}.found"


def written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(written(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {written(one)}' for name, one in value.items())}}}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_list_in_a_column_gives_what_the_standard_says(text: str, expected: Any) -> None:
    assert evaluated(text) == expected


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_list_of_constants_gives_the_same(text: str, expected: Any) -> None:
    assert evaluated(in_place(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["sort(R, function(x, y) x.rate + y.rate > 0)", "append(L, w)", "mode(L)", "for x in L return partial"],
)
def test_what_a_list_in_a_column_cannot_do_is_refused(text: str) -> None:
    with pytest.raises(FeelError) as refused:
        evaluated(text)
    assert refused.value.kind == "columns"
