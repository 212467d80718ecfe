"""Decision tables and rows for Hypothesis: all hit policies, all kinds of cells, nulls."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from stead.dmn.tests.build import definitions, table

INPUTS = [
    ("amount", "number"),
    ("age", "number"),
    ("Home Branch", "string"),
    ("vip", "boolean"),
    ("since", "date"),
]
TEXTS = ("a", "ab", "b", "")
DAYS = (dt.date(2025, 12, 31), *(dt.date(2026, 1, day) for day in (1, 2, 15)))
NUMBERS = ("0", "1", "-1", "2.5", "10", "-3.75")
POLICIES = (
    ("FIRST", ""), ("UNIQUE", ""), ("ANY", ""), ("PRIORITY", ""), ("RULE ORDER", ""), ("OUTPUT ORDER", ""),
    ("COLLECT", ""), ("COLLECT", "SUM"), ("COLLECT", "MIN"), ("COLLECT", "MAX"), ("COLLECT", "COUNT"),
)  # fmt: skip
SIGNS = ("<", "<=", ">", ">=")


def _cells(kind: str) -> st.SearchStrategy[str]:
    if kind == "boolean":
        return st.sampled_from(["-", "true", "false", "not(true)", "null", "? or age > 1", "not(null)"])
    if kind == "string":
        text = st.sampled_from([f'"{one}"' for one in TEXTS])
        special = [
            "-",
            "null",
            "not(null)",
            'contains(?, "a")',
            'starts with(?, "b")',
            "string length(?) > 1",
        ]
        pair = st.tuples(text, text)
        several = st.one_of(pair.map(", ".join), pair.map(lambda p: f"not({', '.join(p)})"))
        return st.one_of(st.sampled_from(special), text, several, text.map(lambda t: f"not({t})"))
    values = [f'date("{day}")' for day in DAYS] if kind == "date" else [*NUMBERS, "age", "null"]
    value = st.sampled_from(values)
    signed = st.tuples(st.sampled_from(SIGNS), value).map(" ".join)
    ends = st.tuples(st.sampled_from("[(]"), value, value, st.sampled_from("])["))
    interval = ends.map(lambda e: f"{e[0]}{e[1]}..{e[2]}{e[3]}")
    if kind == "number":
        # A range in a text has its ends in order, and none of them is null or a name.
        low, high = st.sampled_from(["-3.75", "0", ""]), st.sampled_from(["1", "2.5", "10"])
        read = st.tuples(st.sampled_from("(["), low, high, st.sampled_from(")]"))
        ordered = read.map(lambda e: f'range("{e[0] if e[1] else "("}{e[1]}..{e[2]}{e[3]}")')
        interval = st.one_of(interval, ordered, ordered.map(lambda r: f"? in {r}"))
    plain = st.one_of(st.just("-"), value, signed, interval, st.tuples(value, signed).map(", ".join))
    return st.one_of(
        plain, signed.map(lambda s: f"not({s})"), value.map(lambda v: f"? = {v} or ? in (> {v})")
    )


def _often(kind: str) -> st.SearchStrategy[str]:
    """A cell, a bare "-" half of the time: rules that match together are what hit policies are about."""
    return st.booleans().flatmap(lambda plain: st.just("-") if plain else _cells(kind))


_NUMBER_OUTPUTS = (
    "1", "2.5", "-7", "null", "amount + age", "amount * 2", "amount - 0.5 * age", "if vip then 1 else amount",
    "abs(age)", "amount / 4", "max(amount, age, 0)", "min(amount, 3)", "floor(amount)",
    "ceiling(age / 2)", "-age", "median(amount, age, 1)", "median([amount, 2.5])",
    "stddev(amount, age, 1)",
)  # fmt: skip
_TEXT_OUTPUTS = ('"x"', '"y"', "null", "Home Branch", 'Home Branch + "!"', "upper case(Home Branch)")


@dataclass(frozen=True)
class Example:
    """A model and the rows to decide on."""

    xml: bytes
    policy: str
    rows: list[dict[str, Any]]

    def __repr__(self) -> str:
        return f"Example({self.xml.decode()}, {self.rows})"


@st.composite
def examples(draw: st.DrawFn, *, policies: tuple[tuple[str, str], ...] = POLICIES) -> Example:
    """A decision table over some of the inputs with up to six rules, and rows with nulls."""
    policy, aggregation = draw(st.sampled_from(policies))
    inputs = draw(st.lists(st.sampled_from(INPUTS), min_size=1, max_size=3, unique=True))
    ranked = policy in {"PRIORITY", "OUTPUT ORDER"}
    if ranked:
        outputs, cells = [("grade", "string")], [st.sampled_from(['"high"', '"low"', '"mid"'])]
    elif aggregation:
        constants = st.sampled_from(["1", "2.5", "-7", "10"])
        outputs, cells = [("points", "number")], [constants]
    else:
        outputs = [("points", "number"), ("label", "string")]
        cells = [st.sampled_from(_NUMBER_OUTPUTS), st.sampled_from(_TEXT_OUTPUTS)]
    count = draw(st.integers(1, 6))
    rules = [
        [*(draw(_often(kind)) for _, kind in inputs), *(draw(cell) for cell in cells)] for _ in range(count)
    ]
    single = policy in {"FIRST", "UNIQUE", "ANY", "PRIORITY"}
    defaults = {"points": "99"} if single and not ranked and draw(st.booleans()) else {}
    # Every input is declared, used or not, so that cells and outputs may name any.
    allowed = {"grade": '"high", "mid", "low"'} if ranked else {}
    body = table(
        inputs,
        outputs,
        rules,
        policy,
        aggregation=aggregation,
        allowed=allowed,
        defaults=defaults,
        given=INPUTS,
    )
    rows = draw(st.lists(_rows(), min_size=1, max_size=8))
    return Example(definitions(body), policy, rows)


def _rows() -> st.SearchStrategy[dict[str, Any]]:
    number = st.one_of(st.none(), st.sampled_from(NUMBERS).map(Decimal))
    return st.fixed_dictionaries(
        {
            "amount": number,
            "age": number,
            "Home Branch": st.one_of(st.none(), st.sampled_from(TEXTS)),
            "vip": st.one_of(st.none(), st.booleans()),
            "since": st.one_of(st.none(), st.sampled_from(DAYS)),
        }
    )
