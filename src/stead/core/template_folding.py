"""Renders once what a template says the same to everybody who reads one language.

A page is a tree of some five hundred nodes. Most of them are text, translated words, icons and addresses
without a variable: their output follows from the language alone. Neighbours of that kind become one node,
which keeps what it gave in each language. What depends on user, request or data is rendered each time.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.template import Context, NodeList
from django.template.base import FilterExpression, Node, TextNode, TokenType, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

F = TypeVar("F", bound=Callable[..., Any])
_CONSTANT = "is_constant_in_a_language"


def constant_in_a_language(tag: F) -> F:
    """Mark a tag's function: in one language the same arguments give the same safe text."""
    setattr(tag, _CONSTANT, True)
    return tag


class FoldedNode(Node):
    """Neighbours whose output follows from the language, and from the prefix of all addresses."""

    child_nodelists = ()

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.token, self.origin = self.nodes[0].token, self.nodes[0].origin
        self.texts: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """The text in the language of the page."""
        key = get_language(), get_script_prefix()
        text = self.texts.get(key)
        if text is None:
            text = self.texts[key] = self.nodes.render(context)
        return text

    def render_annotated(self, context: Context) -> SafeString:
        """The same: an error is annotated by the node in which it happens."""
        return self.render(context)


def fold(nodes: NodeList) -> None:
    """Put one FoldedNode in the place of neighbours that are constant in a language, at every depth."""
    folded: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        if _is_constant(node):
            run.append(node)
            continue
        for below in _below(node):
            fold(below)
        folded += _joined(run)
        folded.append(node)
        run = []
    nodes[:] = folded + _joined(run)


def _joined(run: list[Node]) -> list[Node]:
    """One node for the run; a text alone is quick enough as it is."""
    return [FoldedNode(run)] if any(not isinstance(node, TextNode) for node in run) or len(run) > 1 else run


def _below(node: Node) -> list[NodeList]:
    """The lists of nodes that a node renders."""
    if isinstance(node, IfNode):
        return [nodes for _, nodes in node.conditions_nodelists]
    found = (getattr(node, name, None) for name in node.child_nodelists)
    return [nodes for nodes in found if isinstance(nodes, NodeList)]


def _is_constant(node: Node) -> bool:
    """Whether the node's output follows from the language. Exact classes: a subclass may read more."""
    check = _CHECKS.get(type(node))
    return check is not None and check(node)


def _is_literal(value: FilterExpression | None) -> bool:
    """Whether an argument of a tag is written in the template."""
    if value is None or value.filters:
        return False
    return not isinstance(value.var, Variable) or value.var.literal is not None


def _is_constant_translation(node: Any) -> bool:
    return node.asvar is None and node.message_context is None and _is_literal(node.filter_expression)


def _is_constant_block(node: Any) -> bool:
    reads = node.extra_context or node.countervar or node.asvar or node.message_context or node.plural
    return not reads and all(token.token_type == TokenType.TEXT for token in node.singular)


def _is_constant_call(node: Any) -> bool:
    given = [*node.args, *node.kwargs.values()]
    return (
        getattr(node.func, _CONSTANT, False)
        and not node.takes_context
        and node.target_var is None
        and all(map(_is_literal, given))
    )


def _is_constant_file(node: Any) -> bool:
    return node.varname is None and _is_literal(node.path)


def _is_constant_address(node: Any) -> bool:
    # A name in a namespace is looked up beside the page that is shown.
    given = [node.view_name, *node.args, *node.kwargs.values()]
    return node.asvar is None and all(map(_is_literal, given)) and ":" not in str(node.view_name)


def _always(_node: Node) -> bool:
    return True


_CHECKS: dict[type[Node], Callable[[Any], bool]] = {
    TextNode: _always,
    CommentNode: _always,
    LoadNode: _always,
    TranslateNode: _is_constant_translation,
    BlockTranslateNode: _is_constant_block,
    SimpleNode: _is_constant_call,
    StaticNode: _is_constant_file,
    URLNode: _is_constant_address,
}
