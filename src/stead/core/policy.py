"""Exceptions from the pages' content security policy, each as narrow as the policy can say it."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any, ParamSpec, cast

from csp.decorators import csp_update
from django.http import HttpResponseBase

P = ParamSpec("P")
# How bpmn.io's editors write their mark into a page. Their licence asks that the mark is shown as it is, so
# these very style attributes are let through, by their hashes; any other stays forbidden.
_MARK = (
    "position: absolute; bottom: 15px; right: 15px; z-index: 100;",
    "vertical-align:middle",
)


def style_hashes(*styles: str) -> list[str]:
    """The sources of `style-src` that allow exactly these style attributes."""
    hashes = [b64encode(sha256(style.encode()).digest()).decode() for style in styles]
    return ["'unsafe-hashes'", *(f"'sha256-{each}'" for each in hashes)]


def shows_bpmn_io_mark(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """A page with an editor or viewer of bpmn.io: its mark may bring its own style attributes."""
    # The library's types know views without further arguments only.
    decorate = cast("Any", csp_update({"style-src": style_hashes(*_MARK)}))
    return cast("Callable[P, HttpResponseBase]", decorate(view))
