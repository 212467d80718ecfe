"""Numbers and dates as people of a language say them: pure functions from a value to a text."""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from lunar_python import Solar

from stead.core.currencies import decimals

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"}
# These stand behind the amount, as their readers write them.
SYMBOLS_AFTER = {"CZK": "Kč"}
# The unit from which an amount is shortened, its divisor and its name.
UNITS_ZH = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
UNITS_EN = ((Decimal(10**9), "bn"), (Decimal(10**6), "M"), (Decimal(10**3), "k"))
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS = "\N{MINUS SIGN}"
MASK_SHOWN_MAX, MASK_HIDDEN_MIN = 4, 4
# Written for DuckDB's patterns as well, which know fewer blanks by the name \\s.
BLANKS = "[\t\n\v\f\r \u00a0\u2000-\u200b\u3000]"


def is_chinese(language: str) -> bool:
    """Whether texts of this language are written the Chinese way."""
    return language.lower().startswith("zh")


def _sign(value: Decimal, said: str, *, signed: bool) -> str:
    """The sign of a value in front of what is said of its size: none where nothing but zeros is said."""
    if not any(digit in said for digit in "123456789"):
        return ""
    return MINUS if value < 0 else "+" if signed and value > 0 else ""


def _with_currency(text: str, currency: str, sign: str) -> str:
    """An amount's text with its currency's sign where that currency puts it."""
    if currency in SYMBOLS_AFTER:
        return f"{sign}{text}\u00a0{SYMBOLS_AFTER[currency]}"
    symbol = SYMBOLS.get(currency, f"{currency}\u00a0" if currency else "")
    return f"{sign}{symbol}{text}"


def _three_digits(value: Decimal) -> str:
    """A positive number with at least three significant digits and no idle zeros: 5.96, 12.4, 1,240."""
    places = 0 if value >= 100 else 1 if value >= 10 else 2
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_short(amount: Decimal, currency: str, language: str, *, signed: bool = False) -> str:
    """An amount as it is said: ¥1,240 万 in Chinese, ¥12.4 M in English. `amount` is in `currency`.

    signed: a change, which shows a plus where it is one.
    """
    size = abs(amount)
    if size < 10_000:
        text = f"{size.quantize(Decimal(1), ROUND_HALF_UP):,}"
        return _with_currency(text, currency, _sign(amount, text, signed=signed))
    units = UNITS_ZH if is_chinese(language) else UNITS_EN
    divisor, name = next((unit for unit in units if size >= unit[0]), units[-1])
    # 999,999 must not become 1,000 k where one million begins.
    text = _three_digits(size / divisor)
    larger = next(
        (unit for unit in units if unit[0] > divisor and Decimal(text.replace(",", "")) * divisor >= unit[0]),
        None,
    )
    if larger:
        text, name = _three_digits(size / larger[0]), larger[1]
    return _with_currency(f"{text}\u00a0{name}", currency, _sign(amount, text, signed=signed))


def money_exact(amount: Decimal, currency: str, *, signed: bool = False) -> str:
    """An amount to the smallest part of its currency: ¥12,400,000.00, JP¥1,240."""
    places = Decimal(1).scaleb(-decimals(currency))
    text = f"{abs(amount).quantize(places, ROUND_HALF_UP):,}"
    return _with_currency(text, currency, _sign(amount, text, signed=signed))


def percent(ratio: Decimal, *, signed: bool = False) -> str:
    """A share as a percentage: 0.52 is 52%; below ten per cent with one decimal where it has one."""
    value = abs(ratio) * 100
    places = 1 if value < 10 else 0
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    text = text.removesuffix(".0")
    return f"{_sign(ratio, text, signed=signed)}{text}%"


def whole(value: Decimal | float, *, signed: bool = False) -> str:
    """A number without decimals, in groups of three: 1,240; never −0."""
    number = Decimal(str(value))
    text = f"{abs(number).quantize(Decimal(1), ROUND_HALF_UP):,}"
    return f"{_sign(number, text, signed=signed)}{text}"


def weekday(day: date, language: str) -> str:
    """周四 or Thu."""
    return f"周{WEEKDAYS_ZH[day.weekday()]}" if is_chinese(language) else WEEKDAYS_EN[day.weekday()]


def day_short(day: date, language: str, today: date | None) -> str:
    """11月26日 or 26 Nov; with the year where it is not that of `today`, the page's day.

    today: None where whoever reads is told no day, so that the year is always said.
    """
    other_year = today is None or day.year != today.year
    if is_chinese(language):
        return f"{day.year}年{day.month}月{day.day}日" if other_year else f"{day.month}月{day.day}日"
    text = f"{day.day} {MONTHS_EN[day.month - 1]}"
    return f"{text} {day.year}" if other_year else text


def day_long(day: date, language: str, today: date | None) -> str:
    """11月26日 周四 or Thu 26 Nov."""
    if is_chinese(language):
        return f"{day_short(day, language, today)} {weekday(day, language)}"
    return f"{weekday(day, language)} {day_short(day, language, today)}"


@lru_cache(maxsize=4096)
def lunar(day: date) -> str:
    """The day of the Chinese calendar: 农历十月十五; a leap month is called 闰."""
    moon = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"农历{moon.getMonthInChinese()}月{moon.getDayInChinese()}"


def counted(count: int, one: str, several: str = "") -> str:
    """1 row, 1,234 rows: for the command line. several: the noun's plural where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def duration(minutes: int, language: str) -> str:
    """190 minutes: 3 小时 10 分 or 3 h 10 min."""
    hours, rest = divmod(minutes, 60)
    zh = is_chinese(language)
    parts = [f"{hours} 小时" if zh else f"{hours} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} 分" if zh else f"{rest} min")
    return " ".join(parts)


def shape(text: str) -> str:
    """The form of a value without the value, for whoever may not know whose it is: 2026/13/01 is 9999/99/99.

    A letter is x, a sign that writes a word or syllable 文, a digit 9; blanks and marks stay.
    """

    def sign(one: str) -> str:
        if one.isdigit():
            return "9"
        if unicodedata.category(one) == "Lo":
            return "文"
        return "x" if unicodedata.category(one)[0] in "LM" else one

    return "".join(map(sign, text))


def masked(number: str) -> str:
    """The last four signs of a number of whatever kind: *******2206.

    At least four signs are hidden, so that a number of five shows one, and one of four none. Blanks are no
    signs.
    """
    bare = re.sub(BLANKS, "", number)
    shown = max(min(len(bare) - MASK_HIDDEN_MIN, MASK_SHOWN_MAX), 0)
    return "*" * (len(bare) - shown) + bare[len(bare) - shown :]
