"""The one form in which names and numbers are stored for the search and in which a question is asked.

Signs are folded one by one, so that the page, which folds a question in Python, and the night, which folds a
million names as columns, cannot differ: a text's form is that of its signs, one after the other.
"""

import re
import unicodedata
from functools import cache

import ibis
import pyarrow as pa
from ibis.expr.types import StringValue, Table

# Marks within a word: O'Neil is one word, O-Neil are two.
JOINERS = "'’‘‛`´ʹʺʻʼʽʾʿˈˊˋ＇"
# Letters that Unicode does not take apart though people write them without their stroke.
STROKES = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
    "ħ": "h", "ŧ": "t", "ŋ": "n",
}  # fmt: skip
# The dot of Korean keyboards, which also stands in names of Chinese minorities; Unicode calls it a letter.
DOTS = "ㆍᆞ"
# Signs beyond these stand for themselves: the rest are characters without a simpler form, or not assigned.
RANGES = ((0x0, 0x20000), (0x2F800, 0x2FA20), (0xE0000, 0xE01F0))
# Ideographs, without the forms that are only kept for old encodings and fold to these.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd"
WRITTEN = re.compile(f"[{HAN}]")
# Names in these need no look at their single signs: the commonest characters, letters, what stands between.
_COMMON_HAN = "\u4e00-\u9fff"
_DOTS_BETWEEN = "·•‧・\u3000\u00a0，（）－"
_STROKES_COMMON = {sign: STROKES[sign] for sign in "łøđı"}
_DOUBLE_COMMON = {"ß": "ss", "æ": "ae", "œ": "oe"}


def _folded_sign(sign: str) -> str:
    """A sign's form: letters in lower case without marks; a blank for what stands between words."""
    if sign in JOINERS:
        return ""
    if sign in DOTS:
        return " "
    text, before = sign, ""
    # Lower case may bring marks, and what is taken apart may have a lower case.
    while text != before:
        before = text
        text = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(STROKES.get(each, each) for each in text if not unicodedata.combining(each))
    return "".join(_blank_or_itself(each) for each in text)


def _blank_or_itself(sign: str) -> str:
    """Blanks, punctuation and symbols separate words; what has no width is nothing at all."""
    category = unicodedata.category(sign)
    if category[0] in "ZPS" or sign in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85":
        return " "
    return "" if category in {"Cc", "Cf"} or 0xFE00 <= ord(sign) <= 0xFE0F else sign


@cache
def folds() -> dict[int, str]:
    """Code point to form, of every sign whose form is not itself."""
    found = {}
    for first, end in RANGES:
        for code in range(first, end):
            if 0xD800 <= code <= 0xDFFF or 0x3400 <= code <= 0x9FFF:
                continue
            form = _folded_sign(chr(code))
            if form != chr(code):
                found[code] = form
    return found


def spaced(text: str) -> str:
    """The text's words in their form, with one blank between: "J.P. Morgan" is "j p morgan"."""
    return re.sub(" +", " ", text.translate(folds())).strip(" ")


def key(text: str) -> str:
    """The text's form without blanks, by which it is found: "J.P. Morgan" and "JP Morgan" are "jpmorgan"."""
    return spaced(text).replace(" ", "")


@cache
def _signs() -> pa.Table:
    """sign, form: the folds as a table."""
    known = sorted(folds().items())
    return pa.table({"sign": [chr(code) for code, _ in known], "form": [form for _, form in known]})


def signs() -> pa.Table:
    """The table that `spaced_texts` reads, as sign and form; NUL is none that a column can hold."""
    return _signs().slice(1)


@cache
def _common() -> str:
    """A pattern of texts whose form DuckDB's own functions give."""
    letters = [
        chr(code)
        for code in range(0xC0, 0x250)
        if unicodedata.normalize("NFD", chr(code))[0].isascii() and folds()[code].isascii()
    ]
    others = "".join(_STROKES_COMMON) + "ŁØĐ" + "".join(_DOUBLE_COMMON) + "ÆŒ" + "’" + _DOTS_BETWEEN
    return f"^[ -~{_COMMON_HAN}{''.join(letters)}{others}]*$"


@ibis.udf.scalar.builtin(name="strip_accents")  # type: ignore[untyped-decorator]
def _without_marks(text: str) -> str:  # type: ignore[empty-body]
    """The letters without their marks."""


def odd_texts(texts: Table, known: Table) -> Table:
    """text, form: `spaced` of those distinct texts that are put together from their single signs.

    texts: one column, text. known: `signs()`, as a table of the same connection.
    """
    text = texts.text
    odd = texts.filter(~text.re_search(_common())).distinct()
    each = odd.select("text", nth=ibis.range(0, odd.text.length()).unnest())
    each = each.mutate(sign=each.text.substr(each.nth, 1))
    read = each.left_join(known, "sign")
    joined = read.group_by("text").aggregate(
        form=ibis.coalesce(read.form, read.sign).group_concat("", order_by=read.nth)
    )
    return joined.select("text", form=joined.form.re_replace(" +", " ").strip())


def spaced_column(text: StringValue, odd_form: StringValue) -> StringValue:
    """`spaced` of a column. odd_form: that of `odd_texts` for the row's text, null where it has none."""
    low = _without_marks(text).lower().translate("".join(_STROKES_COMMON), "".join(_STROKES_COMMON.values()))
    for sign, form in _DOUBLE_COMMON.items():
        low = low.replace(sign, form)
    common = low.re_replace("['`’]", "").re_replace(f"[^0-9a-z{_COMMON_HAN}]+", " ").strip()
    # What is nothing but small letters, digits or common characters is its own form.
    return ibis.ifelse(text.re_search(f"^[0-9a-z{_COMMON_HAN}]+$"), text, ibis.coalesce(odd_form, common))


def bare(form: StringValue) -> StringValue:
    """`key` of a column in the form of `spaced_column`."""
    return form.replace(" ", "")
