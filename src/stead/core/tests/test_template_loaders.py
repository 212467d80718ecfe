"""Indentation stays in the template, the words of a page stay as they are."""

from pathlib import Path

import pytest
from django.template import Engine

from stead.core.template_loaders import without_indentation


def test_a_line_break_stays_and_its_indentation_goes() -> None:
    assert without_indentation("<p>\n    one\n\n      two  \n</p>\n") == "<p>\none\ntwo\n</p>\n"


def test_blanks_within_a_line_stay() -> None:
    assert without_indentation("<b>a</b> <b>b</b>  c") == "<b>a</b> <b>b</b>  c"


@pytest.mark.parametrize("name", ["base.html", "desk/customer.html"])
def test_pages_are_made_of_templates_without_their_indentation(name: str) -> None:
    template = Engine.get_default().get_template(name)
    assert "\n " in Path(template.origin.name).read_text("utf-8")
    assert "\n " not in template.source
