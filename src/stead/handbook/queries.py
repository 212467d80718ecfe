"""Reads of stored handbooks, which never change once they are stored."""

from datetime import date
from functools import lru_cache
from typing import Any

from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.texts import Texts
from stead.handbook.content.value_words import NO_TEXTS, Reader
from stead.handbook.models import Version


@lru_cache(maxsize=8)
def _handbook(version: str) -> Handbook:
    """A stored handbook; it never changes, so it is read once a process. Raises LookupError if not stored."""
    files = Version.objects.filter(pk=version).values_list("files", flat=True).first()
    if files is None:
        raise LookupError(version)
    return Handbook(files)


def handbook(version: str) -> Handbook | None:
    """The handbook of a version; None when it is not stored (which is asked again the next time)."""
    try:
        return _handbook(version)
    except LookupError:
        return None


def rule_outputs(version: str, path: str, rule_id: str) -> dict[str, Any]:
    """What a rule of a stored version says, by output; nothing where it cannot be read."""
    found = handbook(version)
    try:
        return found.outputs(path.removesuffix(".dmn"), rule_id) if found else {}
    except HandbookError:
        return {}


def texts_of(found: Handbook | None) -> Texts:
    """The sentences of a handbook; none at all rather than an error when they cannot be read."""
    if found is None:
        return NO_TEXTS
    try:
        return found.texts
    except HandbookError:
        return NO_TEXTS


def texts(version: str) -> Texts:
    """The sentences of a stored version."""
    return texts_of(handbook(version))


def reader(version: str, language: str, currency: str, today: date | None) -> Reader:
    """How the values of a stored version are told. today: the day of the page."""
    return Reader(texts(version), language, currency, today)
