"""A decision table for reading: as it is written, how often its rows fired, a customer's values in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stead import dmn
from stead.dmn.tables.model import Rule
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.value_words import Reader, is_any

HIT_POLICIES: dict[str, str | Promise] = {
    "U": _("exactly one row holds"),
    "A": _("rows that hold agree"),
    "P": _("the highest result of the rows that hold"),
    "F": _("the first row that holds decides"),
    "R": _("every row that holds counts, from the top"),
    "O": _("every row that holds counts, the highest result first"),
    "C": _("every row that holds counts"),
    "SUM": _("the sum of the rows that hold"),
    "MIN": _("the smallest of the rows that hold"),
    "MAX": _("the largest of the rows that hold"),
    "COUNT": _("how many rows hold"),
}


@dataclass(frozen=True)
class Asked:
    """One customer before the table: the rules that decided and the values that they read, as stored."""

    rules: Sequence[str]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Fired:
    """How often something decided: in the last night, in 90 days, and in all nights that are counted."""

    last_night: int = 0
    days_90: int = 0
    ever: int = 0

    def __add__(self, other: "Fired") -> "Fired":
        return Fired(self.last_night + other.last_night, self.days_90 + other.days_90, self.ever + other.ever)


@dataclass(frozen=True)
class Column:
    """A column with its name in the page's language, and the value of the customer, where there is one."""

    name: str
    label: str
    value: str = ""
    known: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell. state: any (asks nothing), met, failed, unknown (value not kept), "" (nobody asked).

    value: the customer's own in the row that decided, where that row reads it.
    """

    text: str
    state: str = ""
    value: str = ""

    @property
    def is_any(self) -> bool:
        """Whether the rule does not care."""
        return self.state == "any"


@dataclass(frozen=True)
class RuleRow:
    """One rule of a table. `lit`: it decided about this customer."""

    number: int
    rule_id: str
    lit: bool
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    note: str
    fired: Fired | None = None
    actions: int | None = None  # of the day, that came of it
    reads_more: bool = False  # it has conditions in columns that are left out


@dataclass(frozen=True)
class TableView:
    """A decision table in one language."""

    path: str  # "2.4/warning.dmn"
    question: str
    hit_policy: str | Promise
    columns: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[RuleRow, ...]
    asked: bool = False
    shortened: bool = False  # columns are left out

    @property
    def name(self) -> str:
        """Clause and decision: 2.4/warning."""
        return self.path.removesuffix(".dmn")

    @property
    def lit(self) -> RuleRow | None:
        """The row that decided."""
        return next((row for row in self.rows if row.lit), None)

    @property
    def has_notes(self) -> bool:
        """Whether any row has a remark."""
        return any(row.note for row in self.rows)

    @property
    def has_actions(self) -> bool:
        """Whether actions of the day came of any row."""
        return any(row.actions for row in self.rows)

    @property
    def fired(self) -> Fired | None:
        """How often the whole table decided; None where it was not counted."""
        counts = [row.fired for row in self.rows if row.fired is not None]
        return sum(counts, Fired()) if counts else None


def table_view(
    handbook: Handbook,
    path: str,
    reader: Reader,
    *,
    asked: Asked | None = None,
    short: bool = False,
    explained: bool = False,
) -> TableView | None:
    """The decision table at `path` ("2.4/warning.dmn"); None when it is not there or cannot be read.

    short: only the columns that the lit rows read; a row with other conditions says so. explained: also of
    the other rows, which cells fail on the customer's values; nothing is decided anew.
    """
    decision = _decision(handbook, path)
    table = decision.table if decision else None
    if decision is None or table is None:
        return None
    names = [clause.expression or clause.label for clause in table.inputs]
    lit = [rule for rule in table.rules if asked and rule.id in asked.rules]
    read_by_any = _columns_read(table.rules)
    shown = _columns_read(lit) if short and lit else read_by_any if short else list(range(len(names)))
    states = _states(handbook, path, names, asked) if explained and asked else {}
    outputs = [
        Column(clause.name or decision.name, reader.column(clause.name or decision.name, clause.label))
        for clause in table.outputs
    ]

    def row(number: int, rule: Rule) -> RuleRow:
        own = asked if rule in lit else None
        return RuleRow(
            number=number,
            rule_id=rule.id,
            lit=rule in lit,
            inputs=tuple(_cell(rule, at, names, reader, own, states) for at in shown),
            outputs=tuple(
                Cell(reader.cell(column.name, text, is_output=True))
                for column, text in zip(outputs, rule.outputs, strict=True)
            ),
            note=reader.label(rule.annotations[0]) if rule.annotations else "",
            reads_more=any(at not in shown for at in _columns_read([rule])),
        )

    return TableView(
        path=f"{path.removesuffix('.dmn')}.dmn",
        question=reader.question(decision.question),
        hit_policy=HIT_POLICIES[table.aggregation or table.hit_policy],
        columns=tuple(_column(names[at], table.inputs[at].label, reader, asked) for at in shown),
        outputs=tuple(outputs),
        rows=tuple(row(number, rule) for number, rule in enumerate(table.rules, start=1)),
        asked=asked is not None,
        shortened=len(shown) < len(read_by_any),
    )


def with_counts(
    view: TableView, fired: Mapping[str, Fired] | None, actions: Mapping[str, int] | None = None
) -> TableView:
    """The table with how often each rule fired, and how many of the day's actions came of it."""
    return replace(
        view,
        rows=tuple(
            replace(
                row,
                fired=None if fired is None else fired.get(row.rule_id, Fired()),
                actions=None if actions is None else actions.get(row.rule_id, 0),
            )
            for row in view.rows
        ),
    )


def conditions(handbook: Handbook, path: str, rules: Sequence[str], reader: Reader) -> list[tuple[str, str]]:
    """What the rows ask that decided: label and condition of each cell that asks for something."""
    view = table_view(handbook, path, reader, asked=Asked(rules, {}))
    return [
        (column.label, cell.text)
        for row in (view.rows if view else ())
        if row.lit
        for column, cell in zip(view.columns if view else (), row.inputs, strict=True)
        if not cell.is_any
    ]


def labels(handbook: Handbook, path: str, reader: Reader) -> dict[str, str]:
    """What a table calls its columns, by name; none when it cannot be read."""
    view = table_view(handbook, path, reader)
    return {column.name: column.label for column in (*view.columns, *view.outputs)} if view else {}


def _decision(handbook: Handbook, path: str) -> dmn.Decision | None:
    try:
        return handbook.decision(path.removesuffix(".dmn"))
    except HandbookError:
        return None


def _column(name: str, label: str, reader: Reader, asked: Asked | None) -> Column:
    value = asked.values.get(name) if asked else None
    known = value is not None
    text = reader.amount(name, value, asked.values) if asked and known else ""
    return Column(name, reader.column(name, label), text, known)


def _cell(
    rule: Rule,
    at: int,
    names: Sequence[str],
    reader: Reader,
    asked: Asked | None,
    states: Mapping[tuple[str, int], str],
) -> Cell:
    """A condition; `asked` only in the row that decided, whose cells hold by what is stored."""
    text, name = rule.inputs[at], names[at]
    row = dict(zip(names, rule.inputs, strict=True))
    if is_any(text):
        return Cell(reader.cell(name, text), "any")
    known = asked is not None and asked.values.get(name) is not None
    own = reader.amount(name, asked.values[name], row) if asked and known else ""
    state = states.get((rule.id, at), "met" if asked else "")
    return Cell(reader.cell(name, text, row=row), state, own)


def _states(handbook: Handbook, path: str, names: Sequence[str], asked: Asked) -> dict[tuple[str, int], str]:
    """By rule and column whether the cell holds for the customer; unknown where the value was not kept."""
    known = {name: asked.values[name] for name in names if asked.values.get(name) is not None}
    typed = {name: Decimal(str(value)) if _is_number(value) else value for name, value in known.items()}
    table = handbook.decision(path.removesuffix(".dmn")).table
    rules = table.rules if table else ()
    found = dict.fromkeys(((rule.id, at) for rule in rules for at in range(len(names))), "unknown")
    try:
        compiled = handbook.compiled(path.removesuffix(".dmn"))
        holds = dmn.explain(compiled, {name: typed.get(name) for name in compiled.columns})
    except (HandbookError, dmn.DmnError, KeyError, TypeError, ValueError):
        # The stored values do not fit the table, such as after a change of a column's type.
        return found
    for rule, cells in zip(rules, holds, strict=True):
        for at, is_met in enumerate(cells):
            if names[at] in known and is_met is not None:
                found[rule.id, at] = "met" if is_met else "failed"
    return found


def _is_number(value: Any) -> bool:
    """Whether a value out of JSON is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _columns_read(rules: Sequence[Rule]) -> list[int]:
    """The places of the input columns in which at least one of the rules asks for something."""
    width = len(rules[0].inputs) if rules else 0
    return [at for at in range(width) if any(not is_any(rule.inputs[at]) for rule in rules)]
