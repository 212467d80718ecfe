"""What is wrong with a model or a handbook, said in the language of the page.

stead.dmn and the handbook's content know no languages: their messages are templates with values, and the
templates' translations stand in this app's locale. tests/test_translations.py finds one that is missing.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stead.dmn import FeelError, Kinds, Place, WordedError

_KINDS = {
    "days and time duration": _("duration in days and time"),
    "years and months duration": _("duration in years and months"),
    "date and time": _("date and time"),
    "number": _("number"),
    "string": _("text"),
    "boolean": _("yes or no"),
    "date": _("date"),
    "time": _("time"),
    "list": _("list of values"),
    "context": _("context"),
    "range": _("range"),
    "function": _("function"),
    "null": _("null"),
}
# A type's name begins what it says or follows another; within a value nothing is one.
_KIND = re.compile(rf"(^|, | or )({'|'.join(_KINDS)})(?![\w])")


def said(error: WordedError) -> str:
    """An error as the page says it, with its place where it has one."""
    text = told(error.template, error.values)
    place = error.place if isinstance(error, FeelError) else None
    where = _place(place) if place is not None else ""
    return f"{where}{gettext(': ')}{text}" if where else text


def told(template: str, values: Mapping[str, object]) -> str:
    """A template in the language of the page with its values in place."""
    text = gettext(template)
    return text.format(**{name: _value(value) for name, value in values.items()}) if values else text


def _value(value: object) -> object:
    if isinstance(value, WordedError):
        return said(value)
    if isinstance(value, Place):
        return _place(value)
    return _kinds(value) if isinstance(value, Kinds) else value


def _kinds(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        between = gettext(" or ") if found[1] == " or " else found[1]
        return f"{between}{_KINDS[found[2]]}"

    return _KIND.sub(one, text)


def _place(place: Place) -> str:
    parts = [gettext("table %(name)s") % {"name": place.decision}] if place.decision else []
    if place.row is not None:
        parts.append(gettext("row %(row)s") % {"row": place.row})
    if place.column:
        parts.append(gettext("column %(name)s") % {"name": place.column})
    if place.text:
        parts.append(gettext("cell %(text)s") % {"text": place.text})
    return ", ".join(parts)
