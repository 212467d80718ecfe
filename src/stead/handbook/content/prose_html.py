"""The handbook's prose as HTML: Markdown without HTML of its own, its places filled by the page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from stead.handbook.content.prose import PLACE, Place

Show = Callable[[Place], SafeString]
STANDING = ("table", "process")  # kinds that stand in place where they have a paragraph of their own


@dataclass(frozen=True)
class Block:
    """A piece of the prose: HTML, or a table or process that stands between two pieces."""

    html: SafeString | None = None
    place: Place | None = None


def _place_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library calls it so
    """A place such as {param:elder_age} as a token of its own."""
    found = PLACE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("place", "", 0)
        token.meta = {"place": Place(found[1], found[2])}
    state.pos = found.end()
    return True


def _render_place(
    _self: RendererProtocol, tokens: Sequence[Token], at: int, _options: OptionsDict, env: EnvType
) -> str:
    """What the page shows in the place."""
    show: Show = env["show"]
    return str(show(tokens[at].meta["place"]))


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    made.inline.ruler.before("escape", "place", _place_rule)
    made.add_render_rule("place", _render_place)
    return made


MARKDOWN = _markdown()


def blocks(source: str, show: Show) -> list[Block]:
    """The prose in pieces. show: the HTML of a place within a sentence."""
    tokens = MARKDOWN.parse(source)
    env = {"show": show}
    found: list[Block] = []
    begin = at = 0
    while at < len(tokens):
        place = _standing(tokens[at : at + 3])
        if place is None:
            at += 1
            continue
        _add(found, tokens[begin:at], env)
        found.append(Block(place=place))
        at += 3
        begin = at
    _add(found, tokens[begin:], env)
    return found


def _standing(tokens: Sequence[Token]) -> Place | None:
    """The place that is a whole paragraph at the top level; None for anything else."""
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"] or tokens[0].level:
        return None
    inner = [one for one in tokens[1].children or [] if one.type != "text" or one.content.strip()]
    if len(inner) != 1 or inner[0].type != "place":
        return None
    place: Place = inner[0].meta["place"]
    return place if place.kind in STANDING else None


def _add(found: list[Block], tokens: Sequence[Token], env: EnvType) -> None:
    if tokens:
        # Whatever a clause says is escaped by the library; what places show is escaped by the page.
        found.append(Block(SafeString(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env))))


def plain(source: str) -> str:
    """The prose as plain text, for finding words in it: places and signs of Markdown left out."""
    return " ".join(re.sub(r"[#*_`>|]+|^-\s", " ", PLACE.sub("", source), flags=re.MULTILINE).split())
