"""Phone numbers as they are stored for the search: E.164 without its plus, whatever was written.

What a number means is said by `phonenumbers`. The commonest spellings of the bank's own country are also
recognised by a pattern that is made from that library's own, so that a million of them are read as columns.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import ibis
import phonenumbers
import pyarrow as pa
from ibis.expr.types import StringValue
from phonenumbers import PhoneMetadata, PhoneNumberFormat

# What people put between the digits of one number. Written for RE2 as well as for Python.
BETWEEN = "[\t\n\f\r\u00a0\u2007\u2009\u202f\u3000\u2010-\u2015\u2212 ().-]+"
HYPHEN = "[\u2010-\u2015\u2212-]"  # before an extension, if it is not within the number
# Several numbers in one field: after such a sign, or after a blank where both sides are whole numbers.
SEPARATORS = re.compile(r"[/,;、|\n\r]|\bor\b|或")
BETWEEN_WHOLE = re.compile(r"(?<=\d{7})[ \t]+(?=\+?\d[\d-]{6,})")
EXTENSION = re.compile(
    r"(?<=\d)\s*(?:转|轉|分机|分機|内线|內線|ext\.?|extension|x|#|\*)\s*:?\s*\d{1,6}\s*$", re.IGNORECASE
)
HYPHENED_EXTENSION = re.compile(r"-\d{1,5}\s*$")
WHOLE_DIGITS_MIN = 7  # fewer are no number of a line, but a part of one


# Every kind of number that a plan tells; what is none of them is not valid.
KINDS = (
    "mobile",
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
NOTHING = "^($a)$"  # a pattern that no text matches


@dataclass(frozen=True)
class Country:
    """What a country's plan of numbers says. Of a country without one only numbers with a plus are read."""

    code: str  # ISO 3166: CN

    @property
    def _plan(self) -> PhoneMetadata | None:
        return (
            PhoneMetadata.metadata_for_region(self.code)
            if self.code in phonenumbers.SUPPORTED_REGIONS
            else None
        )

    @property
    def calling_code(self) -> str:
        """What is dialled from abroad after the plus: 86."""
        return str(self._plan.country_code) if self._plan else ""

    @property
    def trunk(self) -> str:
        """What is dialled before a number within the country: 0, or nothing."""
        return str(self._plan.national_prefix or "") if self._plan else ""

    @property
    def abroad(self) -> str:
        """What is dialled before the number of another country; empty where it is a pattern of its own."""
        first = str(self._plan.international_prefix).partition("|")[0] if self._plan else ""
        return first if first.isdigit() else ""

    @property
    def digits_max(self) -> int:
        """How many digits a number within the country may have."""
        general = self._plan.general_desc if self._plan else None
        return max(general.possible_length) if general else 0

    @property
    def _numbers(self) -> str:
        """A pattern of the numbers within the country; empty where it says too little."""
        plan = self._plan
        # Where rules change numbers, or countries share a calling code, it is not for a pattern to say.
        if plan is None or plan.national_prefix_transform_rule:
            return ""
        if len(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(self.calling_code)]) > 1:
            return ""
        kinds = [getattr(plan, kind) for kind in KINDS]
        patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
        return re.sub(r"\((?!\?)", "(?:", "|".join(patterns))

    @cached_property
    def pattern(self) -> str:
        """Matches a common spelling without its separators; its group is the number within the country."""
        if not self._numbers or self._plan is None:
            return NOTHING
        trunk = f"{self.trunk}|" if self.trunk else ""
        plus = rf"(?:\+|{self.abroad})" if self.abroad else r"\+"
        abroad = plus + self.calling_code
        return rf"^(?:{trunk}{abroad})?({self._numbers})$"

    @cached_property
    def pattern_with_code(self) -> str:
        """The same of a spelling that begins with the calling code but without a plus."""
        return rf"^{self.calling_code}({self._numbers})$" if self._numbers else NOTHING

    @cached_property
    def pattern_unknown(self) -> str:
        """Matches what is at once no number of the country, where the others match nothing."""
        if not self._numbers or not self.abroad:
            return NOTHING
        first = "".join(digit for digit in "0123456789" if not self.trunk.startswith(digit))
        after_code = rf"\+{self.calling_code}[{first}][0-9]{{0,{self.digits_max - 1}}}"
        return rf"^(?:{after_code}|[0-9]{{1,{self.digits_max + len(self.trunk)}}})$"


def phone_keys(text: str, country: Country) -> tuple[str, ...]:
    """The numbers in a text: 8613812342206 for +86 138-1234-2206 and 0138 1234 2206 in China.

    A number that its country's plan does not have, such as one without its area code, is its digits alone.
    """
    plain = _plain(text, country)
    if plain:
        return (plain,)
    text = _in_ascii_digits(text)
    found: list[str] = []
    for part in _parts(text):
        one = _plain(part, country) or _one(part.strip(), country)
        if one and one not in found:
            found.append(one)
    return tuple(found)


def _in_ascii_digits(text: str) -> str:
    """A text with digits of every script as ours, hyphens as one, and nothing that cannot be seen."""
    text = re.sub(HYPHEN, "-", unicodedata.normalize("NFKC", text))
    seen = (sign for sign in text if unicodedata.category(sign) != "Cf")
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in seen)


def _plain(text: str, country: Country) -> str:
    """A number in a common spelling; empty for any other text."""
    bare, code = re.sub(BETWEEN, "", text), country.calling_code
    pattern = country.pattern
    if bare.startswith(code):
        # Shorter ones may be numbers within the country that begin with these digits by chance.
        pattern = country.pattern_with_code if len(bare) > country.digits_max else NOTHING
    if match := _compiled(pattern).match(bare):
        return code + match[1]
    is_other = bare.startswith((code, country.abroad)) or _compiled(HYPHEN).search(text) is not None
    unknown = None if is_other else _compiled(country.pattern_unknown).match(bare)
    return bare.removeprefix("+") if unknown else ""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _parts(text: str) -> list[str]:
    """The texts of the numbers in a field. A slash within a number, as after an area code, parts nothing."""
    found = [""]
    for part in SEPARATORS.split(text):
        for one in BETWEEN_WHOLE.split(part):
            if min(_digits(one), _digits(found[-1])) >= WHOLE_DIGITS_MIN:
                found.append(one)
            else:
                found[-1] += f" {one}"
    return found


def without_extension(text: str) -> str:
    """A number without the extension that is written behind it: 010-66667777 for 010-66667777 转 123."""
    number = EXTENSION.sub("", text)
    return number if _digits(number) >= WHOLE_DIGITS_MIN else text


def _digits(text: str) -> int:
    """How many digits a text has."""
    return sum(sign.isdecimal() for sign in text)


def _one(text: str, country: Country) -> str:
    """One number: the first reading that the plan has, with an extension after a hyphen or without."""
    text = without_extension(text)
    shorter = HYPHENED_EXTENSION.sub("", text)
    readings = [text] if shorter == text else [text, shorter]
    for reading in readings if _digits(text) >= WHOLE_DIGITS_MIN else ():
        try:
            number = phonenumbers.parse(reading, country.code)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164).lstrip("+")
    return re.sub(r"\D", "", text)


def plain_column(text: StringValue, country: Country) -> StringValue:
    """`_plain` of a column: the numbers in a common spelling; empty for any other text."""
    bare, code = text.re_replace(BETWEEN, ""), country.calling_code
    begins = bare.startswith(code)
    here = ibis.ifelse(begins, "", bare.re_extract(country.pattern, 1))
    with_code = ibis.ifelse(
        begins & (bare.length() > country.digits_max), bare.re_extract(country.pattern_with_code, 1), ""
    )
    is_other = begins | bare.startswith(country.abroad) | text.re_search(HYPHEN)
    unknown = ~is_other & bare.re_search(country.pattern_unknown)
    found = ibis.ifelse(begins, with_code, here)
    return ibis.cases((found != "", code + found), (unknown, bare.re_replace(r"^\+", "")), else_="")


def key_table(texts: Iterable[str], country: Country) -> pa.Table:
    """text, keys (with a blank between) of texts in no common spelling, each read by itself."""
    known = {text: " ".join(phone_keys(text, country)) for text in texts}
    return pa.table(
        [pa.array(known, pa.string()), pa.array(known.values(), pa.string())], names=["text", "keys"]
    )


@dataclass(frozen=True)
class Question:
    """How digits that somebody typed may begin, be or end a number."""

    whole: tuple[str, ...]  # keys that the number may have
    beginnings: tuple[str, ...]
    ending: str  # empty where too few digits are typed


def question(text: str, country: Country) -> Question | None:
    """What digits typed into the search ask for; None for a text with fewer than three."""
    text = without_extension(_in_ascii_digits(text)).strip()
    digits = re.sub(r"\D", "", text)
    if len(digits) < 3:
        return None
    keys, code = phone_keys(text, country), country.calling_code
    if len(digits) < WHOLE_DIGITS_MIN:
        # The beginning or the end of a number, of which a nought may be any digit.
        parts = (digits, code + digits, code + digits.removeprefix(country.trunk))
        return Question(keys, parts, digits if len(digits) >= 4 else "")
    whole, beginnings = {*keys, digits}, [digits, code + digits]
    if text.startswith(("+", "00")):
        abroad = digits if text.startswith("+") else digits[2:]
        beginnings = [abroad]
        ending = abroad.removeprefix(code)
    else:
        ending = digits.removeprefix(country.trunk)
        beginnings.append(code + ending)
    # Numbers are stored without their area code as well. How long that is, only the plan says; of a number
    # that it does not have, the part that is dialled within a town has seven or eight digits.
    local = {ending[-7:], ending[-8:]} if len(ending) > 8 else set()
    for number in keys:
        if code and number.startswith(code) and len(number) >= len(code) + WHOLE_DIGITS_MIN:
            ending = number.removeprefix(code)
            area = phonenumbers.length_of_geographical_area_code(phonenumbers.parse(f"+{number}"))
            local = {ending[area:]}
    return Question(tuple(sorted(whole | local)), tuple(beginnings), ending)
