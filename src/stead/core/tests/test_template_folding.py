"""What a template says to everybody is rendered once; what it says of somebody is not."""

from typing import Any

import pytest
from django.template import Context, Engine, Template
from django.urls import set_script_prefix
from django.utils import translation

from stead.core.template_folding import FoldedNode, fold

HEAD = "{% load i18n stead static %}"


def folded(source: str) -> Template:
    """The source compiled by the engine of the pages, without its loader, and folded."""
    template = Template(HEAD + source, engine=Engine.get_default())
    fold(template.nodelist)
    return template


def said(template: Template, language: str = "en", **values: Any) -> str:
    """What the template renders in a language."""
    with translation.override(language):
        return str(template.render(Context(values)))


@pytest.mark.parametrize(
    "source",
    [
        'a {% translate "Log in" %} {% icon "check" %} {% url "login" %} {% key "l" %} b',
        "{% blocktranslate trimmed %}\n Log in\n{% endblocktranslate %}{# nothing #}",
        "{% comment %}of no use{% endcomment %} b",
    ],
)
def test_what_follows_from_the_language_is_one_node(source: str) -> None:
    template = folded(source)
    assert [type(node) for node in template.nodelist] == [FoldedNode]
    assert said(template) == said(Template(HEAD + source, engine=Engine.get_default()))


@pytest.mark.parametrize(
    "source",
    [
        "{{ name }}",
        "{% translate name %}",
        '{% translate "Log in" as name %}',
        "{% blocktranslate %}for {{ name }}{% endblocktranslate %}",
        "{% blocktranslate count n=name|length %}one{% plural %}many{% endblocktranslate %}",
        "{% icon name %}",
        '{% badge name "red" %}',
        "{% url name %}",
        '{% url "customer" name %}',
        '{% url "login" as name %}',
        "{% static name %}",
        "{% money name %}",
        "{% csrf_token %}",
    ],
)
def test_what_reads_a_variable_is_left_as_it_is(source: str) -> None:
    before = Template(HEAD + source, engine=Engine.get_default()).nodelist
    after = folded(source).nodelist
    assert type(after[-1]) is type(before[-1])


def test_each_language_has_its_own_text_in_any_order() -> None:
    template = folded('<b>{% translate "Log in" %}</b>')
    first = [said(template, language) for language in ("en", "zh-hans", "en", "zh-hans")]
    assert first[0] == first[2] == "<b>Log in</b>"
    assert first[1] == first[3] != first[0]


def test_parts_below_conditions_and_loops_are_folded_and_read_their_values_each_time() -> None:
    template = folded(
        '{% for n in all %}<i>{% if n %}{% icon "check" %} {{ n }}{% else %}-{% endif %}</i>{% endfor %}'
    )
    loop = template.nodelist[-1]
    assert len(loop.get_nodes_by_type(FoldedNode)) == 1
    assert said(template, all=[1, 0]).count("check") == 1
    assert said(template, all=[7]).endswith(" 7</i>")


def test_addresses_of_another_prefix_are_not_those_of_the_first() -> None:
    template = folded('{% url "login" %} {% key "x" %}')
    first = said(template)
    set_script_prefix("/crm/")
    try:
        assert said(template).startswith("/crm/login/")
    finally:
        set_script_prefix("/")
    assert said(template) == first
