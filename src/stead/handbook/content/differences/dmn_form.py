"""DMN as grids: one a decision table, a row for each rule, a cell for each column; the rest stays text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stead.dmn import DmnError
from stead.dmn import read as read_dmn
from stead.handbook.content.differences import xmltext
from stead.handbook.content.differences.grids import SEPARATOR, Form, FormError, Grid, Sheet
from stead.handbook.content.differences.xmltext import Piece

COLUMN_TAGS = {"input": "inputEntry", "output": "outputEntry", "annotation": "annotationEntry"}
# What a row says in a column that came in beside it: an input that does not matter, nothing for the others.
BLANKS = {"input": "-", "output": "", "annotation": "", "description": ""}
_ID = re.compile(r"(\sid\s*=\s*)([\"']).*?\2")
_OWNERS = ("decision", "businessKnowledgeModel")


@dataclass
class _Column:
    """A column as written, and its place on its side."""

    kind: str
    id: str
    name: str  # the input's expression, the output's or the note's name
    header: str
    chunk: str
    place: int


@dataclass
class _Table:
    """A decision table as written: each part with the space and the comments before it."""

    name: str = ""
    opening: str = ""
    others: list[str] = field(default_factory=list)
    columns: dict[str, _Column] = field(default_factory=dict)
    rules: dict[str, "_Rule"] = field(default_factory=dict)
    closing: str = ""
    setting: str = ""


@dataclass
class _Rule:
    """A rule as written: its tag, its entries by kind and place, what else it has."""

    lead: str
    opening: str
    prefix: str
    others: list[str]
    entries: dict[tuple[str, int], "_Entry"]
    description: "_Entry | None"
    closing: str


@dataclass
class _Entry:
    """A cell as written, around what it says."""

    lead: str  # space and comments before it
    before: str
    says: str
    after: str
    raw: str

    def saying(self, text: str) -> str:
        """The cell as written when it says so already, else with its words replaced."""
        return self.raw if text == self.says else self.before + xmltext.written(text) + self.after


@dataclass(frozen=True)
class _Document:
    tables: dict[str, _Table]


def mark(name: str) -> str:
    """What stands in the rest where a table was."""
    return f"\ufdd0{name}\ufdd1"


def read(texts: Sequence[str]) -> list[Sheet]:
    """The sheets of DMN texts; columns are called as in the first, by their ids or what they read."""
    sheets: list[Sheet] = []
    for text in texts:
        try:
            read_dmn(text.encode())
            root = xmltext.parse(text)
        except (DmnError, ValueError) as error:
            raise FormError(str(error)) from None
        sheets.append(_sheet(text, root, sheets[0].source.tables if sheets else {}))
    return sheets


def _sheet(text: str, root: Piece, named: Mapping[str, _Table]) -> Sheet:
    tables: dict[str, _Table] = {}
    rest, done = [], 0
    for owner, piece in _table_pieces(root):
        name = owner.attributes.get("id") or owner.attributes.get("name", "")
        if name in tables or not piece.children:
            raise FormError(f"{name}: two tables of one name, or an empty one")
        tables[name] = _table(text, piece, named.get(name))
        tables[name].name = owner.attributes.get("name", name)
        rest += [text[done : piece.start], mark(name)]
        done = piece.end
    grids = {name: _grid(table) for name, table in tables.items()}
    return Sheet(grids, "".join([*rest, text[done:]]), _Document(tables))


def _table_pieces(root: Piece) -> list[tuple[Piece, Piece]]:
    parents = {id(child): parent for parent, child in root.walk()}
    found = []
    for _, piece in root.walk():
        if piece.local != "decisionTable":
            continue
        owner = parents[id(piece)]
        while owner.local not in _OWNERS and id(owner) in parents:
            owner = parents[id(owner)]
        found.append((owner, piece))
    return found


def _table(text: str, piece: Piece, named: _Table | None) -> _Table:
    policy = piece.attributes.get("hitPolicy", "UNIQUE")
    setting = " ".join(part for part in (policy, piece.attributes.get("aggregation", "")) if part)
    table = _Table(opening=text[piece.start : piece.open_end], setting=setting)
    done, places = piece.open_end, dict.fromkeys(COLUMN_TAGS, 0)
    columns, rules = [], []
    for child in piece.children:
        chunk, lead = text[done : child.end], text[done : child.start]
        done = child.end
        if child.local in COLUMN_TAGS:
            columns.append(_column(text, child, chunk, places[child.local]))
            places[child.local] += 1
        elif child.local == "rule":
            rules.append((child.attributes.get("id", ""), _rule(text, child, lead)))
        else:
            table.others.append(chunk)
    table.closing = text[done : piece.end]
    if any(rule.description for _, rule in rules):
        columns.append(_Column("description", "", "", "", "", 0))  # the note that dmn-js keeps with a rule
    table.columns = _called(columns, named.columns if named else {})
    table.rules = dict(rules)
    if len(table.rules) != len(rules) or "" in table.rules:
        raise FormError("a rule has no id of its own")
    return table


def _called(columns: Sequence[_Column], named: Mapping[str, _Column]) -> dict[str, _Column]:
    """The columns by key: as one of the same id is called there, else one that reads the same."""
    found: dict[str, _Column] = {}
    for column in columns:
        by_id = (k for k, c in named.items() if c.kind == column.kind and column.id and c.id == column.id)
        by_name = (k for k, c in named.items() if c.kind == column.kind and c.name == column.name)
        new = f"{column.kind}:{column.name}"
        # A column that is new on both sides is the same one when it reads or writes the same.
        key = next((k for k in (*by_id, *by_name, new) if k not in found), f"{new}#{column.place}")
        found[key] = column
    return found


def _column(text: str, piece: Piece, chunk: str, place: int) -> _Column:
    expression = piece.child("inputExpression")
    value = xmltext.said(text, expression.child("text")) if expression else ""
    name = value or piece.attributes.get("name", "") or piece.attributes.get("label", "")
    typed = (expression or piece).attributes.get("typeRef", "")
    header = SEPARATOR.join(part for part in (
        piece.attributes.get("label", ""), name, typed,
        *(xmltext.said(text, (piece.child(tag) or piece).child("text"))
          for tag in ("inputValues", "outputValues", "defaultOutputEntry")),
    ) if part)  # fmt: skip
    return _Column(piece.local, piece.attributes.get("id", ""), name, header, chunk, place)


def _rule(text: str, piece: Piece, lead: str) -> _Rule:
    rule = _Rule(lead, text[piece.start : piece.open_end], piece.prefix, [], {}, None, "")
    done, places = piece.open_end, dict.fromkeys(COLUMN_TAGS.values(), 0)
    for child in piece.children:
        chunk = text[done : child.end]
        if child.local in places:
            entry = _entry(text, child.child("text"), chunk, done, text[done : child.start])
            rule.entries[child.local, places[child.local]] = entry
            places[child.local] += 1
        elif child.local == "description":
            rule.description = _entry(text, child, chunk, done, text[done : child.start])
        else:
            rule.others.append(chunk)
        done = child.end
    rule.closing = text[done : piece.end]
    return rule


def _entry(text: str, words: Piece | None, chunk: str, start: int, lead: str) -> _Entry:
    if words is None or words.open_end == words.close_start == words.end:
        # <text/> or nothing at all: there is no place for words, so that a changed cell is written anew.
        return _Entry(lead, "", "", "", chunk)
    before, after = chunk[: words.open_end - start], chunk[words.close_start - start :]
    return _Entry(lead, before, xmltext.said(text, words), after, chunk)


def _grid(table: _Table) -> Grid:
    rows = {
        rule_id: {key: _says(rule, column) for key, column in table.columns.items()}
        for rule_id, rule in table.rules.items()
    }
    columns = {key: column.header or "" for key, column in table.columns.items()}
    return Grid(columns, rows, table.setting, table.name, keys_are_given=True)


def _entry_of(rule: _Rule, column: _Column) -> _Entry | None:
    if column.kind == "description":
        return rule.description
    return rule.entries.get((COLUMN_TAGS[column.kind], column.place))


def _says(rule: _Rule, column: _Column) -> str:
    entry = _entry_of(rule, column)
    return entry.says if entry else BLANKS[column.kind]


def blank(key: str) -> str:
    """What a new row says in a column of this key, where it says nothing yet."""
    return "-" if key.startswith("input:") else ""


def write(grids: Mapping[str, Grid], rest: str, first: Sheet, second: Sheet) -> str:
    """The text with merged tables; every part is as one side wrote it, the first side's where it can be."""
    for name, grid in grids.items():
        sides = [side.source.tables[name] for side in (first, second) if name in side.source.tables]
        rest = rest.replace(mark(name), _table_text(grid, sides))
    return rest


def _table_text(grid: Grid, sides: Sequence[_Table]) -> str:
    head = next((side for side in sides if side.setting == grid.setting), sides[0])
    columns = {key: _best(key, grid, sides) for key in grid.columns}
    parts = [head.opening, *sides[0].others]
    parts += [column.chunk for kind in COLUMN_TAGS for column in columns.values() if column.kind == kind]
    parts += [_rule_text(rule_id, row, columns, sides) for rule_id, row in grid.rows.items()]
    return "".join([*parts, sides[0].closing])


def _best(key: str, grid: Grid, sides: Sequence[_Table]) -> _Column:
    """The column as a side has it that puts the same above it."""
    those = [side.columns[key] for side in sides if key in side.columns]
    return next((one for one in those if one.header == grid.columns[key]), those[0])


def _rule_text(
    rule_id: str, row: Mapping[str, str], columns: Mapping[str, _Column], sides: Sequence[_Table]
) -> str:
    writers = [side for side in sides if rule_id in side.rules]
    rule = writers[0].rules[rule_id]
    entries: dict[str, list[str]] = {kind: [] for kind in BLANKS}
    for key, column in columns.items():
        if column.kind != "description" or row[key]:
            entries[column.kind].append(_entry_text(rule_id, key, row[key], writers))
    inner = [*entries["description"], *rule.others]
    inner += [text for kind in COLUMN_TAGS for text in entries[kind]]
    return "".join([rule.lead, rule.opening, *inner, rule.closing])


def _entry_text(rule_id: str, key: str, text: str, writers: Sequence[_Table]) -> str:
    for writer in writers:
        column = writer.columns.get(key)
        entry = _entry_of(writer.rules[rule_id], column) if column else None
        if entry and (entry.before or entry.says == text):
            return entry.saying(text)
    rule, kind = writers[0].rules[rule_id], key.partition(":")[0]
    tag, words = rule.prefix + COLUMN_TAGS.get(kind, kind), xmltext.written(text)
    lead = next((entry.lead for entry in rule.entries.values()), "")
    if kind == "description":
        return f"{lead}<{tag}>{words}</{tag}>"
    return f"{lead}<{tag}><{rule.prefix}text>{words}</{rule.prefix}text></{tag}>"


def with_rule_ids(text: str, ids: Mapping[str, str]) -> str:
    """The text with other ids for some rules; nothing else of it is changed."""
    changes = []
    for _, piece in xmltext.parse(text).walk():
        old = piece.attributes.get("id", "")
        if piece.local == "rule" and old in ids:
            opening = text[piece.start : piece.open_end]
            changes.append((piece, _ID.sub(rf"\g<1>\g<2>{ids[old]}\g<2>", opening, count=1)))
    for piece, opening in reversed(changes):
        text = text[: piece.start] + opening + text[piece.open_end :]
    return text


FORM = Form(read, write)
