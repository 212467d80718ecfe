"""How the handbook's values and conditions are told: in the page's language, with its own names and signs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from stead.core.formats import MINUS, day_short, is_chinese, money_short, percent
from stead.handbook.content.texts import Texts

# Columns that hold amounts in the book currency, by how their names begin, and by their whole names.
MONEY = ("assets", "contribution", "outflow", "inflow", "income", "yearly_income", "amount", "maturity_past",
         "loans")  # fmt: skip
MONEY_NAMES = ("value", "maturity_next_amount")
# A column that means another thing by what a row asks in a second one: its unit there is no money.
COUNTED = {"amount": ("occasion", {"anniversary": "years", "tier_watch": "months"})}
SHARES = ("_ratio", "_to_peak")
SIGNS = {"<=": "≤", ">=": "≥", "<": "<", ">": ">"}
NOT_SAID = "–"
NO_TEXTS = Texts({})
# Words of FEEL that a handbook's reader need not know, in English and Chinese.
WORDS = {"true": ("yes", "是"), "false": ("no", "否"), "null": ("not known", "不详"), "not": ("not", "非")}
_COMPARISON = re.compile(r"^(<=|>=|<|>)\s*(-?[\d.]+)$")
_INTERVAL = re.compile(r"^([\[\](])\s*(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)\s*([\[\])])$")
_CONSTANT = re.compile(r'^"([^"]*)"$|^(-?\d+(?:\.\d+)?|true|false)$')
_NOT = re.compile(r"^not\s*\(([^()]*)\)$")
_COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
_PIECE = re.compile(r'"([^"]*)"|(?<![\w.])(-?\d+(?:\.\d+)?)(?!\w)|(<=|>=)|\b(true|false|null|not)\b')


def kind_of(column: str) -> str:
    """What a column of a decision table holds, as a format of the texts: money, percent, date or text."""
    if column.endswith(SHARES):
        return "percent"
    if column.endswith("_on"):
        return "date"
    is_money = column.startswith(MONEY) or column in MONEY_NAMES
    return "money" if is_money and not column.endswith("_days") else "text"


def counted(column: str, row: Mapping[str, Any]) -> str:
    """The unit in which a row counts a column of amounts; nothing where it is an amount, as it mostly is.

    row: the cells of a rule, or the values of a customer, by column.
    """
    by, units = COUNTED.get(column, ("", {}))
    return units.get(str(row.get(by, "")).strip().strip('"'), "")


def plain_number(number: Decimal) -> str:
    """A number without idle decimals, in groups of three digits; never −0."""
    number = number or Decimal(0)
    whole = number.to_integral_value()
    return f"{whole if number == whole else number:,f}".replace("-", MINUS)


def is_any(text: str) -> bool:
    """Whether a cell asks for nothing."""
    return text.strip() in {"", "-"}


def half(text: str, language: str) -> str:
    """The half of "English / 中文" that is in the language; the whole where there is no such half."""
    english, slash, chinese = text.partition(" / ")
    return chinese if slash and is_chinese(language) else english


@dataclass(frozen=True)
class Reader:
    """How values are told: with which handbook's names, in which language and currency, on which day."""

    texts: Texts
    language: str
    currency: str
    today: date | None = None  # of the page, by which a date needs its year or not; with none, it has it

    def label(self, text: str) -> str:
        """The half of "English / 中文" that is in the language; the whole where there is no such half."""
        return half(text, self.language)

    def question(self, text: str) -> str:
        """What a table decides; nothing where it is said in English alone and the page is Chinese."""
        return "" if is_chinese(self.language) and " / " not in text else self.label(text)

    def column(self, name: str, label: str) -> str:
        """What a column is called: by its label, by the handbook's names, or else by its name as words."""
        if label:
            return self.label(label)
        named = self.texts.name("column", name, self.language)
        return named if named != name else name.replace("_", " ")

    def value(self, column: str, value: Any) -> str:  # noqa: PLR0911 - one kind of value each
        """A value as its column means it: an amount, a share, a date, a name, a number."""
        if isinstance(value, Mapping):
            return str(value.get("zh" if is_chinese(self.language) else "en", NOT_SAID))
        if value is None or value in {"", "null"}:
            return NOT_SAID
        if str(value).lower() in {"true", "false"}:
            return self.word(str(value).lower())
        named = self.texts.value(column, value, self.language)
        if named != str(value):
            return named
        try:
            if kind_of(column) == "date":
                return day_short(date.fromisoformat(str(value)[:10]), self.language, self.today)
            return self._number(column, Decimal(str(value)))
        except (InvalidOperation, ValueError):
            return str(value)

    def amount(self, column: str, value: Any, row: Mapping[str, Any]) -> str:
        """A value with the unit in which its row counts it; as its column means it where there is none."""
        unit = counted(column, row)
        return self.with_unit(self.value("", value), unit) if unit else self.value(column, value)

    def with_unit(self, text: str, unit: str) -> str:
        """A number as text with the handbook's name of its unit behind."""
        said = self.texts.name("unit", unit, self.language)
        return f"{text}\u00a0{said}" if said else text

    def word(self, feel: str) -> str:
        """A word of FEEL in the language of the page."""
        return WORDS[feel][is_chinese(self.language)]

    def cell(  # noqa: PLR0911 - one kind of cell each
        self, column: str, text: str, *, is_output: bool = False, row: Mapping[str, Any] | None = None
    ) -> str:
        """A cell of a rule (FEEL) in the signs that people read. row: the cells of the rule by column."""
        text = text.strip()
        if (unit := counted(column, row or {})) and not is_any(text):
            return self.with_unit(self.cell("", text), unit)
        if is_any(text):
            return NOT_SAID
        if text == "null":
            return NOT_SAID if is_output else self.word("null")
        if found := _COMPARISON.match(text):
            return f"{SIGNS[found[1]]} {self.value(column, found[2])}"
        if found := _INTERVAL.match(text):
            return self._interval(column, found)
        if found := _CONSTANT.match(text):
            return self.value(column, found[1] if found[1] is not None else found[2])
        if found := _NOT.match(text):
            return f"{self.word('not')} {self.cell(column, found[1])}"
        parts = _COMMA.split(text)
        if len(parts) > 1 and "(" not in text and "[" not in text:
            return ", ".join(self.cell(column, part) for part in parts)
        return _PIECE.sub(lambda piece: self._piece(column, piece), text)

    def _number(self, column: str, number: Decimal) -> str:
        """A number as a share, an amount or itself."""
        kind = kind_of(column)
        if kind == "percent":
            return percent(number)
        if kind == "money":
            return money_short(number, self.currency, self.language)
        return plain_number(number)

    def _interval(self, column: str, found: re.Match[str]) -> str:
        """A range as people write it; an end that does not belong to it is told by its sign."""
        low, high = self.value(column, found[2]), self.value(column, found[3])
        if found[1] == "[" and found[4] == "]":
            return f"{low} – {high}"
        return f"{'≥' if found[1] == '[' else '>'} {low}, {'≤' if found[4] == ']' else '<'} {high}"

    def _piece(self, column: str, piece: re.Match[str]) -> str:
        """A constant, sign or word within a longer expression, which otherwise stays as it is written."""
        quoted, number, sign, word = piece.groups()
        if sign or word:
            return SIGNS[sign] if sign else self.word(word)
        named = self.value(column, quoted if quoted is not None else number)
        return f'"{named}"' if named == quoted else named
