"""The sheet of icons and the slots that wiring fills."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

from stead.core.assets import sprite
from stead.core.registry import Slot


def test_the_sheet_has_a_symbol_for_each_name() -> None:
    nodes: dict[str, list[list[object]]] = {
        "phone": [["path", {"d": "M1 1"}]],
        "x": [["path", {"d": "M2 2"}]],
    }
    assert sprite(nodes, ("phone",)).count("<symbol") == 1
    assert 'id="phone"' in sprite(nodes, ("phone",))


def test_an_icon_that_is_not_on_the_sheet_is_an_error() -> None:
    with pytest.raises((ValueError, TemplateSyntaxError), match="not on the sheet"):
        Template('{% load stead %}{% icon "banana" %}').render(Context())


def test_an_empty_slot_says_what_is_missing() -> None:
    slot: Slot[int] = Slot("counting")
    with pytest.raises(LookupError, match="counting"):
        slot.get()
    slot.fill(3)
    assert slot.get() == 3


def test_an_amount_is_exact_on_hover() -> None:
    html = Template("{% load stead %}{% money amount %}").render(
        Context({"amount": 12_400_000, "book_currency": "CNY"})
    )
    assert 'title="¥12,400,000.00"' in html
