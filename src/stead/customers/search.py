"""Finds a customer from what a banker types: each way of looking is one index scan with a limit."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.functions import Right

from stead.access.queries import AnyUser
from stead.customers import normal_form, phones
from stead.customers.models import Customer, Words, given_name
from stead.customers.queries import visible_to

IDENTITY_ENDING = re.compile(r"(?=.*\d)[0-9A-Z]{4,6}")
# What may stand around the digits of a number that is dialled or read aloud.
NUMBER = re.compile(r"\s*[+(（]?[\d\s()./\-\u2010-\u2015]*\d[\d\s()./\-\u2010-\u2015]*", re.ASCII)
INITIALS_MAX = 6
WORD_BEGINNING_MIN = 3
TEXT_MAX = 120

Ways = Iterator[tuple[str, QuerySet[Customer]]]


def _ways(found: QuerySet[Customer], text: str, country: phones.Country) -> Ways:
    """Each way in which the text may name a customer, the surest first."""
    form = normal_form.spaced(text)
    key = form.replace(" ", "")
    if not key:
        return
    plain = phones.without_extension(unicodedata.normalize("NFKC", text))
    is_number = NUMBER.fullmatch(plain) is not None
    yield "number", found.filter(number_key=key)
    if is_number:
        yield from _by_phone(found, text, country)
    if IDENTITY_ENDING.fullmatch(key.upper()):
        # All endings are looked up by their last four; five and six are told apart among those.
        alike = found.annotate(ending=Right("identity_ending", 4)).filter(ending=key.upper()[-4:])
        yield "identity", alike.filter(identity_ending__endswith=key.upper())
    yield "name", found.filter(name_key=key)
    if not is_number:
        yield from _by_spelling(found, form, key)
    yield "name", found.filter(name_key__startswith=key)
    if words := _words(form):
        yield "given_name", found.annotate(named=_has(words)).filter(named=True)
    yield "number", found.filter(number_key__startswith=key)


def _by_spelling(found: QuerySet[Customer], form: str, key: str) -> Ways:
    """Pinyin and initials; of what is written in characters, the given name."""
    if normal_form.WRITTEN.search(key):
        yield "given_name", found.annotate(given=given_name()).filter(given__startswith=key)
        return
    # ü is typed as v; passports write it as yu.
    spelt = [re.sub("([ln])yu", r"\1v", key)] if re.search("[ln]yu", key) else []
    words = form.split(" ")
    if len(words) > 1:
        # The surname last, as it is said in English: Huimin Zhou.
        spelt.append("".join([words[-1], *words[:-1]]))
    for pinyin in (key, *spelt):
        yield "pinyin", found.filter(pinyin=pinyin)
    if len(key) <= INITIALS_MAX:
        yield "initials", found.filter(initials=key)
    for pinyin in (key, *spelt):
        yield "pinyin", found.filter(pinyin__startswith=pinyin)
    if len(key) <= INITIALS_MAX:
        yield "initials", found.filter(initials__startswith=key)


def _words(form: str) -> str:
    """The words asked for, in any order, as PostgreSQL's tsquery; the beginning of each will do."""
    words = form.split(" ")
    # The beginnings of short words alone would be those of too many; beside a longer one they narrow it.
    may_begin = any(len(word) >= WORD_BEGINNING_MIN or normal_form.WRITTEN.search(word) for word in words)
    return " & ".join(f"'{word}':*" if may_begin else f"'{word}'" for word in words)


def _has(words: str) -> Func:
    """Whether a customer's words satisfy a tsquery."""
    asked = Func(Value(words), template="%(expressions)s::tsquery")
    return Func(
        Words(F("words")), asked, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField()
    )


def _by_phone(found: QuerySet[Customer], text: str, country: phones.Country) -> Ways:
    """Ways of reading digits as a phone, however it was written down: whole, its ending, its beginning."""
    asked = phones.question(text, country)
    if asked is None:
        return
    yield "phone", found.filter(phone_key__in=asked.whole)
    further = " | ".join(f"'+{number}'" for number in asked.whole)
    yield "phone", found.annotate(named=_has(further)).filter(named=True)
    if asked.ending:
        last = asked.ending[-4:]
        alike = found.annotate(ending=Right("phone_key", 4)).filter(ending=last)
        yield "phone", alike.filter(phone_key__endswith=asked.ending)
        further_alike = found.annotate(named=_has(f"'-{last}'")).filter(named=True)
        yield "phone", further_alike.filter(words__regex=rf"\+[0-9]*{asked.ending}( |$)")
    for beginning in asked.beginnings:
        yield "phone", found.filter(phone_key__startswith=beginning)


def _asked(user: AnyUser, text: str, country: str) -> list[tuple[str, QuerySet[Customer]]]:
    """The ways for what was typed, among the customers whom the user may see."""
    text = text.replace("\0", " ").strip()[:TEXT_MAX]
    return list(_ways(visible_to(user).order_by(), text, phones.Country(country)))


def search(user: AnyUser, text: str, limit: int = 8, *, country: str) -> list[tuple[str, str]]:
    """Up to `limit` pairs of customer number and the way it was found, the surest ways first.

    text: a name, its parts in any order, pinyin or initials, a customer number, a phone, its beginning or at
    least four last digits, or the last four to six characters of an identity number. country: the bank's own,
    ISO 3166, in which phones are read. One statement, in which each way is its own index scan that stops at
    `limit`: no condition joins two columns by OR, which would read the whole table.
    """
    ways = [
        rows.annotate(way=Value(way), place=Value(place)).values_list("pk", "way", "place")[:limit]
        for place, (way, rows) in enumerate(_asked(user, text, country))
    ]
    if not ways:
        return []
    rows = ways[0].union(*ways[1:], all=True).order_by("place") if len(ways) > 1 else ways[0]
    first: dict[str, str] = {}
    for number, way, _place in rows:
        first.setdefault(number, way)
    return list(first.items())[:limit]


def found_by(user: AnyUser, text: str, *, country: str) -> QuerySet[Customer, Any]:
    """The numbers of all whom the text may name, as a query to narrow another by."""
    ways = [rows.values("pk") for _way, rows in _asked(user, text, country)]
    return ways[0].union(*ways[1:]) if len(ways) > 1 else Customer.objects.none().values("pk")


def by_numbers(user: AnyUser, numbers: list[str]) -> list[Customer]:
    """The customers of these numbers in this order, with what a line of the list shows."""
    rows = visible_to(user).only(
        "name", "phone", "banker_id", "branch_id", "birth_date", "kind", "ended", "ended_on"
    )
    found = rows.in_bulk(numbers)
    return [found[number] for number in numbers if number in found]
