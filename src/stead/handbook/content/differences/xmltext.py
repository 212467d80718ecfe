"""XML as a text with places: what is not touched stays as it was written, to the byte."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from xml.sax.saxutils import escape

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|<(?P<close>/?)(?P<tag>[^\s/>!?]+)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^\"'>])*?)(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ASIDE = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


@dataclass
class Piece:
    """An element and where it stands: start, end of its opening tag, start of its closing tag, end."""

    tag: str  # as written, with its prefix
    attributes: dict[str, str]
    start: int
    open_end: int
    close_start: int = 0
    end: int = 0
    children: list["Piece"] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The tag without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, "" for none."""
        return self.tag.removesuffix(self.local)

    def child(self, local: str) -> "Piece | None":
        """The first child of a name."""
        return next((one for one in self.children if one.local == local), None)

    def walk(self) -> Iterator[tuple["Piece", "Piece"]]:
        """Every element below, with its parent."""
        for child in self.children:
            yield self, child
            yield from child.walk()


def parse(text: str) -> Piece:
    """The root of a text that a safe parser has found well-formed; raises ValueError for anything else."""
    top = Piece("", {}, 0, 0)
    open_ones = [top]
    for token in _TOKEN.finditer(text):
        if token["tag"] is None:
            continue
        if token["close"]:
            ended = open_ones.pop()
            if ended.tag != token["tag"] or not open_ones:
                raise ValueError(f"</{token['tag']}> closes nothing")
            ended.close_start, ended.end = token.start(), token.end()
            continue
        attributes = {name: unescape(a or b) for name, a, b in _ATTRIBUTE.findall(token["attributes"])}
        piece = Piece(token["tag"], attributes, token.start(), token.end(), token.end(), token.end())
        open_ones[-1].children.append(piece)
        if not token["empty"]:
            open_ones.append(piece)
    if len(open_ones) != 1 or len(top.children) != 1:
        raise ValueError("the XML has no single root")
    return top.children[0]


def said(text: str, piece: Piece | None) -> str:
    """What an element says, without markup and outer space."""
    if piece is None:
        return ""
    inner = _ASIDE.sub("", text[piece.open_end : piece.close_start])
    parts = _CDATA.split(inner)
    # Every second part stood in a CDATA section and says what it says.
    return "".join(part if number % 2 else unescape(part) for number, part in enumerate(parts)).strip()


def written(value: str) -> str:
    """A text as the content of an element."""
    return escape(value)
