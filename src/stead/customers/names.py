"""Pinyin and initials of names, for the search: looked up by joins, a million names at once."""

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import ibis
import pyarrow as pa
from ibis.expr.types import StringValue, Table

from stead.customers.normal_form import WRITTEN
from stead.customers.surnames import COMPOUND, READINGS, SINGLE, TRADITIONAL

# Names are read sign by sign. The dictionary of phrases would take a quarter of a second of every start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin.pinyin_dict import pinyin_dict

# Tones are marks; the two dots of ü, which are none, become v, as they are typed.
_TONES = dict.fromkeys(range(768, 880))


@dataclass(frozen=True)
class Spelling:
    """How a name is read: zhouhuimin, zhm, and its other readings, each with a blank before."""

    pinyin: str
    initials: str
    others: str


@cache
def readings() -> dict[str, str]:
    """Reading of each character where it is no surname. The dictionary's first reading is the commonest."""
    # All at once, which takes a tenth of the time: a line for each character.
    known = {chr(code): text for code, text in pinyin_dict.items() if WRITTEN.match(chr(code))}
    toned = unicodedata.normalize("NFD", "\n".join(text.partition(",")[0] for text in known.values()))
    plain = re.sub("u([\u0300-\u036f]?)\u0308", "v", toned).translate(_TONES)
    return dict(zip(known, plain.split("\n"), strict=True)) | READINGS


@cache
def openings() -> dict[str, tuple[str, str]]:
    """Character or pair that opens a name: its reading as a surname, and all others, each in words."""
    known = readings()
    found = {sign: (reading, "") for sign, reading in known.items()}
    single = SINGLE | {old: SINGLE[new] for old, new in TRADITIONAL.items()}
    for sign, (first, *others) in single.items():
        usual = known[sign]
        found[sign] = (first, ",".join(others if usual in {first, *others} else [*others, usual]))
    for pair, (first, *others) in COMPOUND.items():
        found[pair] = (first, ",".join(others))
    return found


def opening(key: str) -> str:
    """The part of a name's key that is read as its surname: a known pair, or else its first character."""
    return key[:2] if key[:2] in COMPOUND else key[:1]


def spelling(spaced: str) -> Spelling:
    """How one name is read. spaced: its words, as `normal_form.spaced` gives them."""
    key = spaced.replace(" ", "")
    if not WRITTEN.search(key):
        return Spelling(key, "".join(word[0] for word in spaced.split(" ") if word), "")
    head = opening(key)
    reading, others = openings().get(head, (head, ""))
    rest = [readings().get(sign, sign) for sign in key[len(head) :]]
    tail = "".join(rest)
    return Spelling(
        reading.replace(" ", "") + tail,
        _letters(reading.split(" ")) + _letters(rest),
        "".join(f" {other.replace(' ', '')}{tail}" for other in others.split(",") if other),
    )


def _letters(words: Iterable[str]) -> str:
    """The first letter of each word."""
    return "".join(word[:1] for word in words)


@cache
def sign_table() -> pa.Table:
    """sign, reading: as `names_read` needs them."""
    found = readings()
    return pa.table({"sign": list(found), "reading": list(found.values())})


@cache
def opening_table() -> pa.Table:
    """opening, letters, spelt, others: as `names_read` needs them; the others with a blank before each."""
    rows = [
        (
            head,
            _letters(reading.split(" ")),
            reading.replace(" ", ""),
            "".join(f" {other.replace(' ', '')}" for other in others.split(",") if other),
        )
        for head, (reading, others) in openings().items()
    ]
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=["opening", "letters", "spelt", "others"])


def names_read(forms: Table, signs: Table, surnames: Table) -> Table:
    """form, pinyin, initials, others of each distinct name: `spelling`, as columns.

    forms: one column, form, as `normal_form.spaced` gives it. signs, surnames: `sign_table()` and
    `opening_table()`, as tables of the same connection.
    """
    names = forms.distinct()
    names = names.mutate(key=names.form.replace(" ", ""))
    written = names.key.re_search(WRITTEN.pattern)
    return _written(names.filter(written), signs, surnames).union(_lettered(names.filter(~written)))


def _lettered(names: Table) -> Table:
    """Names in letters: as they are, and the first letter of each word."""
    initials = names.form.re_replace(r" ?([^ ])[^ ]*", r"\1")
    empty = ibis.literal("")
    return names.select("form", pinyin=names.key, initials=initials, others=empty)


def _written(names: Table, signs: Table, surnames: Table) -> Table:
    """Names in characters: the surname as one, then what follows; that repeats most, and is read once."""
    is_pair = names.key.substr(0, 2).isin(sorted(COMPOUND))
    names = names.mutate(
        opening=ibis.ifelse(is_pair, names.key.substr(0, 2), names.key.substr(0, 1)),
        tail=ibis.ifelse(is_pair, names.key.substr(2), names.key.substr(1)),
    )
    read = names.left_join(surnames, "opening").left_join(_tails(names, signs), "tail")
    tail = read.tail_pinyin.fill_null("")
    return read.select(
        "form",
        pinyin=ibis.coalesce(read.spelt, read.opening) + tail,
        initials=ibis.coalesce(read.letters, read.opening) + read.tail_initials.fill_null(""),
        others=_each_with(read.others.fill_null(""), tail),
    )


def _each_with(others: StringValue, tail: StringValue) -> StringValue:
    """What follows the surname, put behind each of its other readings."""
    return ibis.ifelse(others == "", "", (others + " ").replace(" ", tail + " ").strip())


def _tails(names: Table, signs: Table) -> Table:
    """tail, tail_pinyin, tail_initials: sign by sign. One that has no reading stands for itself."""
    tails = names.select("tail").distinct()
    each = tails.select("tail", nth=ibis.range(0, tails.tail.length()).unnest())
    each = each.mutate(sign=each.tail.substr(each.nth, 1))
    read = each.left_join(signs, "sign")
    word = ibis.coalesce(read.reading, read.sign)
    return read.group_by("tail").aggregate(
        tail_pinyin=word.group_concat("", order_by=read.nth),
        tail_initials=word.substr(0, 1).group_concat("", order_by=read.nth),
    )
