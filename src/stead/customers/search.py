"""Finds a customer from what a banker types: each way of looking is one index scan with a limit."""

import re
from collections.abc import Iterator

from django.db.models import QuerySet, Value
from django.db.models.functions import Right

from stead.access.queries import AnyUser
from stead.customers.models import Customer, given_name
from stead.customers.queries import visible_to

# Chinese, Japanese and Korean characters: the name as it is written, not as it is spelt.
WRITTEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
IDENTITY_ENDING = re.compile(r"\d{3,5}[\dX]")
DIGITS = re.compile(r"[\d\s+()-]+")
INITIALS_MAX = 6
TEXT_MAX = 60


def _ways(found: QuerySet[Customer], text: str) -> Iterator[tuple[str, QuerySet[Customer]]]:
    """Each way in which the text may name a customer, the surest first."""
    bare = re.sub(r"[\s()'’+-]", "", text)
    if not bare:
        return
    if DIGITS.fullmatch(text) or IDENTITY_ENDING.fullmatch(text.upper()):
        yield from _by_number(found, bare.upper())
        return
    if WRITTEN.search(text):
        written = re.sub(r"\s", "", text)
        yield "name", found.filter(name=written)
        yield "name", found.filter(name__startswith=written)
        yield "given_name", found.annotate(given=given_name()).filter(given__startswith=written)
        return
    spelt = bare.lower()
    yield "number", found.filter(pk=text.strip().upper())
    yield "pinyin", found.filter(pinyin=spelt)
    if len(spelt) <= INITIALS_MAX:
        yield "initials", found.filter(initials=spelt)
    yield "pinyin", found.filter(pinyin__startswith=spelt)
    if len(spelt) <= INITIALS_MAX:
        yield "initials", found.filter(initials__startswith=spelt)
    capital = text[:1].upper() + text[1:]
    yield "given_name", found.annotate(given=given_name()).filter(given__startswith=capital)
    yield "number", found.filter(pk__startswith=text.strip().upper())


def _by_number(found: QuerySet[Customer], digits: str) -> Iterator[tuple[str, QuerySet[Customer]]]:
    """Ways of reading digits: customer number, phone or its last four, the end of the identity number."""
    yield "number", found.filter(pk=digits)
    if len(digits) == 4:
        yield "phone", found.annotate(ending=Right("phone", 4)).filter(ending=digits)
    if IDENTITY_ENDING.fullmatch(digits):
        # All endings are looked up by their last four; five and six are told apart among those.
        alike = found.annotate(ending=Right("identity_ending", 4)).filter(ending=digits[-4:])
        yield "identity", alike.filter(identity_ending__endswith=digits)
    if len(digits) >= 3:
        yield "phone", found.filter(phone__startswith=digits)
    yield "number", found.filter(pk__startswith=digits)


def search(user: AnyUser, text: str, limit: int = 8) -> list[tuple[str, str]]:
    """Up to `limit` pairs of customer number and the way it was found, the surest ways first.

    text: a name or given name, pinyin or initials, a customer number, the beginning or the last four
    digits of a phone, or the last four to six characters of an identity number. One statement, in which
    each way is its own index scan that stops at `limit`: no condition joins two columns by OR, which
    would read the whole table.
    """
    text = text.strip()[:TEXT_MAX]
    found = visible_to(user).order_by()
    ways = [
        rows.annotate(way=Value(way), place=Value(place)).values_list("pk", "way", "place")[:limit]
        for place, (way, rows) in enumerate(_ways(found, text))
    ]
    if not ways:
        return []
    rows = ways[0].union(*ways[1:], all=True).order_by("place") if len(ways) > 1 else ways[0]
    first: dict[str, str] = {}
    for number, way, _place in rows:
        first.setdefault(number, way)
    return list(first.items())[:limit]


def by_numbers(user: AnyUser, numbers: list[str]) -> list[Customer]:
    """The customers of these numbers in this order, with what a line of the list shows."""
    rows = visible_to(user).only(
        "name", "phone", "banker_id", "branch_id", "birth_date", "kind", "ended", "ended_on"
    )
    found = rows.in_bulk(numbers)
    return [found[number] for number in numbers if number in found]
