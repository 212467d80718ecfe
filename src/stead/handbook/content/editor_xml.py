"""A decision table on its way to the editor in the browser and back.

The editor (dmn-js) reads DMN 1.3 only, refuses ids that are no XML names ("2.2-tier-1"), and shows a rule's
<description> where our tables have an annotation. So it is given a translation. Of what it sends back, only
the decision tables are taken, and of those only what differs: the rest stays as it was, to the byte.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import quoteattr

from stead.dmn import DmnError
from stead.dmn.tables.reading import NAMESPACES, read_xml
from stead.handbook.content.differences.xmltext import Piece, parse, said, written

EDITOR_NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_COLUMNS = ("input", "output", "annotation")
_ENTRIES = {"input": "inputEntry", "output": "outputEntry", "annotation": "annotationEntry"}
_INDENT = "  "


def editor_id(name: str) -> str:
    """An id as the editor takes it: 2.2-tier-1 is _2.2-tier-1; what is an XML name stays."""
    if _NAME.fullmatch(name):
        return name
    return "_" + re.sub(r"[^\w.\-]", lambda found: f"_x{ord(found[0]):x}_", name)


def for_editor(text: str) -> str:
    """The file as the editor reads it. Raises DmnError when it is no DMN."""
    root = read_xml(text.encode())
    namespace = root.tag.rpartition("}")[0].removeprefix("{")
    if namespace not in NAMESPACES:
        raise DmnError("the root is {tag}; it should be <definitions> of DMN", tag=repr(root.tag))
    made = _translated(root, namespace)
    # A cell without an id is not drawn anew when it changes: it would go on showing what stood in it before.
    cells = (cell for cell in made.iter() if cell.tag in {_tag("inputEntry"), _tag("outputEntry")})
    for number, cell in enumerate(cells):
        cell.attrib.setdefault("id", f"stead_cell_{number}")
    for rule in made.iter(_tag("rule")):
        note = rule.find(_tag("annotationEntry"))
        words = note.findtext(_tag("text"), "") if note is not None else ""
        if words and rule.find(_tag("description")) is None:
            description = Element(_tag("description"))
            description.text = words
            rule.insert(0, description)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(made, encoding="unicode")


def _tag(local: str) -> str:
    return f"{{{EDITOR_NAMESPACE}}}{local}"


def _translated(element: Element, namespace: str) -> Element:
    """The element in the editor's namespace, without drawings and other namespaces' elements."""
    local = element.tag.rpartition("}")[2]
    made = Element(_tag(local))
    for key, value in element.attrib.items():
        if key == "id":
            made.set(key, editor_id(value))
        elif key == "href" and value.startswith("#"):
            made.set(key, f"#{editor_id(value[1:])}")
        elif "}" not in key:
            made.set(key, value)
    made.text = element.text
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(f"{{{namespace}}}"):
            made.append(_translated(child, namespace))
    if local == "text" and not (made.text or "").strip():
        made.text = ""
    return made


def from_editor(original: str, edited: str, given: Mapping[str, str] | None = None) -> str:
    """The original file with what the editor changed in its decision tables.

    given: the editor's ids of rules that were new when they were saved, to the ids under which they are
    stored in `original`. New rules keep the ids that the editor gave them. Raises DmnError when `edited`
    cannot be read.
    """
    read_xml(edited.encode())
    try:
        before, after = parse(original), parse(edited)
    except ValueError as error:
        raise DmnError("not well-formed XML: {error}", error=error) from None
    ids = {editor_id(piece.attributes["id"]): piece.attributes["id"] for piece in _with_ids(before)}
    stored = set(ids.values())
    ids |= {key: value for key, value in (given or {}).items() if value in stored}
    changed = {ids.get(key, key): piece for key, piece in _tables(after)}
    parts, done = [], 0
    for key, piece in _tables(before):
        if key in changed:
            parts += [original[done : piece.start], _Back(original, piece, edited, changed[key], ids).text()]
            done = piece.end
    return "".join([*parts, original[done:]])


def _with_ids(root: Piece) -> Iterator[Piece]:
    return (piece for _, piece in root.walk() if "id" in piece.attributes)


def _tables(root: Piece) -> Iterator[tuple[str, Piece]]:
    """The decision tables with the id of the decision that each belongs to."""
    for parent, piece in root.walk():
        if piece.local == "decisionTable" and parent.local == "decision":
            yield parent.attributes.get("id", ""), piece


def _children(piece: Piece, *locals_: str) -> list[Piece]:
    return [child for child in piece.children if child.local in locals_]


@dataclass(frozen=True)
class _Back:
    """One decision table on its way back: `old` of the original text, `new` of the edited one."""

    original: str
    old: Piece
    edited: str
    new: Piece
    ids: Mapping[str, str]

    def text(self) -> str:
        """The table: parts that say the same as they were written, others written anew."""
        lead = self._lead(self.old.children[0]) if self.old.children else "\n" + _INDENT
        chunks = {piece.attributes.get("id", ""): piece for piece in self.old.children}
        parts = [self._opening()]
        parts += [
            self._column(chunks.get(self._id(one)), one, lead) for one in _children(self.new, *_COLUMNS[:2])
        ]
        # The editor has no columns of annotations; they stay.
        parts += [self._raw(one) for one in _children(self.old, "annotation")]
        # The editor copies the description of the table nowhere else either.
        parts += [self._rule(chunks.get(self._id(one)), one, lead) for one in _children(self.new, "rule")]
        return "".join([*parts, self.original[self._end_of_children() : self.old.end]])

    def _end_of_children(self) -> int:
        return self.old.children[-1].end if self.old.children else self.old.open_end

    def _id(self, piece: Piece) -> str:
        given = piece.attributes.get("id", "")
        return self.ids.get(given, given)

    def _lead(self, piece: Piece) -> str:
        """The white space and comments before a part of the original."""
        earlier = [one.end for one in self.old.children if one.end <= piece.start]
        return self.original[max([self.old.open_end, *earlier]) : piece.start]

    def _raw(self, piece: Piece) -> str:
        return self._lead(piece) + self.original[piece.start : piece.end]

    def _opening(self) -> str:
        kept = ("hitPolicy", "aggregation")
        if all(self.old.attributes.get(key) == self.new.attributes.get(key) for key in kept):
            return self.original[self.old.start : self.old.open_end]
        attributes = {key: value for key, value in self.old.attributes.items() if key not in kept}
        attributes |= {key: self.new.attributes[key] for key in kept if key in self.new.attributes}
        return f"<{self.old.tag}{_attributes(attributes)}>"

    def _column(self, old: Piece | None, new: Piece, lead: str) -> str:
        if old is not None and _says(self.original, old) == _says(self.edited, new):
            return self._raw(old)
        before = old.attributes if old else {}
        # In the order in which the original has them; an id goes first.
        attributes = {key: "" for key in ("id", *before) if key in new.attributes} | _own(new.attributes)
        attributes["id"] = self._id(new)
        return (self._lead(old) if old else lead) + self._written(new, attributes)

    def _written(self, piece: Piece, attributes: Mapping[str, str]) -> str:
        """A part of the edited table in one line, with the original's prefix and without made-up ids."""
        tag = self.old.prefix + piece.local
        opening = f"<{tag}{_attributes(attributes)}"
        if piece.children:
            inner = "".join(
                self._written(one, {k: v for k, v in _own(one.attributes).items() if k != "id"})
                for one in piece.children
            )
        else:
            inner = written(said(self.edited, piece))
        return f"{opening}>{inner}</{tag}>" if inner else f"{opening}/>"

    def _rule(self, old: Piece | None, new: Piece, lead: str) -> str:
        if old is None or old.local != "rule":
            return lead + self._new_rule(new, lead)
        entries = self._entries(new, old, lead + _INDENT)
        if entries == self.original[old.open_end : old.close_start]:
            return self._raw(old)
        closing = self.original[old.close_start : old.end]
        return self._lead(old) + self.original[old.start : old.open_end] + entries + closing

    def _new_rule(self, new: Piece, lead: str) -> str:
        tag = self.old.prefix + "rule"
        entries = self._entries(new, None, lead + _INDENT)
        return f"<{tag}{_attributes({'id': self._id(new)})}>{entries}{lead}</{tag}>"

    def _entries(self, new: Piece, old: Piece | None, lead: str) -> str:
        """The inside of a rule: each cell as it was written where it says the same."""
        parts, done = [], old.open_end if old else 0
        leads, cells = {}, {}
        for child in old.children if old else []:
            leads[id(child)] = self.original[done : child.start]
            done = child.end
        for kind in _COLUMNS[:2]:
            for place, entry in enumerate(_children(new, _ENTRIES[kind])):
                cells[kind, place] = said(self.edited, entry.child("text"))
        for kind, place, column in self._places():
            before = self._cell(old, kind, column)
            says = cells.get((kind, place), "") if kind != "annotation" else self._note(new, old, place)
            if before is not None and said(self.original, before.child("text")) == says:
                parts.append(leads[id(before)] + self.original[before.start : before.end])
            else:
                parts.append((leads[id(before)] if before else lead) + self._cell_text(kind, says))
        tail = self.original[done : old.close_start] if old else ""
        return "".join([*parts, tail])

    def _places(self) -> Iterator[tuple[str, int, int | None]]:
        """For each column of the edited table its kind, its place, and its place in the original."""
        for kind in _COLUMNS[:2]:
            known = [piece.attributes.get("id", "") for piece in _children(self.old, kind)]
            for place, column in enumerate(_children(self.new, kind)):
                name = self._id(column)
                yield kind, place, known.index(name) if name in known else None
        for place, _ in enumerate(_children(self.old, "annotation")):
            yield "annotation", place, place

    def _cell(self, old: Piece | None, kind: str, column: int | None) -> Piece | None:
        entries: Sequence[Piece] = _children(old, _ENTRIES[kind]) if old else []
        return entries[column] if column is not None and column < len(entries) else None

    def _note(self, new: Piece, old: Piece | None, place: int) -> str:
        """The editor's description is the first annotation; others it does not know."""
        if place == 0:
            return said(self.edited, new.child("description"))
        before = self._cell(old, "annotation", place)
        return said(self.original, before.child("text")) if before else ""

    def _cell_text(self, kind: str, says: str) -> str:
        entry, text = self.old.prefix + _ENTRIES[kind], self.old.prefix + "text"
        return f"<{entry}><{text}>{written(says)}</{text}></{entry}>"


def _own(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes of the standard: not those of a tool's namespace, no declarations."""
    return {key: value for key, value in attributes.items() if ":" not in key and key != "xmlns"}


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())


def _says(text: str, piece: Piece) -> tuple[object, ...]:
    """What a column says, whatever its layout and made-up ids."""
    attributes = tuple(sorted((k, v) for k, v in _own(piece.attributes).items() if k != "id"))
    inner = tuple(_says(text, child) for child in piece.children) or said(text, piece)
    return piece.local, attributes, inner
