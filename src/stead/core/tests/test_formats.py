"""Numbers and dates as people say them."""

from datetime import date
from decimal import Decimal

import pytest

from stead.core import formats


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        ("0", "¥0", "¥0"),
        ("-0.40", "¥0", "¥0"),
        ("8320.50", "¥8,321", "¥8,321"),
        ("83200", "¥8.32 万", "¥83.2 k"),
        ("5000000", "¥500 万", "¥5 M"),
        ("5960000", "¥596 万", "¥5.96 M"),
        ("12400000", "¥1,240 万", "¥12.4 M"),
        ("-12400000", "−¥1,240 万", "−¥12.4 M"),
        ("123400000", "¥1.23 亿", "¥123 M"),
        ("999999.99", "¥100 万", "¥1 M"),
        ("99999999", "¥1 亿", "¥100 M"),
    ],
)
def test_an_amount_is_said_in_the_units_of_the_language(amount: str, chinese: str, english: str) -> None:
    said = [formats.money_short(Decimal(amount), "CNY", language) for language in ("zh-hans", "en")]
    assert [text.replace("\u00a0", " ") for text in said] == [chinese, english]


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1240.00", "JPY", "JP¥1,240"),
        ("1240.50", "KRW", "KRW\u00a01,241"),
        ("1240.5", "KWD", "KWD\u00a01,240.500"),
        ("1240.5", "CNY", "¥1,240.50"),
        ("-0.001", "CNY", "¥0.00"),
        ("-0.4", "JPY", "JP¥0"),
        ("-0.4", "CNY", "−¥0.40"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, text: str) -> None:
    assert formats.money_exact(Decimal(amount), currency) == text


@pytest.mark.parametrize("amount", ["0", "-0", "0.3", "-0.3", "-0.0"])
def test_nothing_has_no_sign(amount: str) -> None:
    value = Decimal(amount)
    assert formats.money_short(value, "CNY", "en", signed=True) == "¥0"
    assert formats.percent(value / 10_000, signed=True) == "0%"
    assert formats.whole(value, signed=True) == "0"


def test_a_change_has_its_sign() -> None:
    said = [formats.money_short(Decimal(n), "CNY", "en", signed=True) for n in (2000, -2000)]
    assert said == ["+¥2,000", "−¥2,000"]
    assert [formats.percent(Decimal(n), signed=True) for n in ("0.001", "-0.001")] == ["+0.1%", "−0.1%"]


def test_a_currency_stands_where_its_readers_write_it() -> None:
    assert formats.money_exact(Decimal("39296762.8"), "CZK") == "39,296,762.80\u00a0Kč"
    assert formats.money_exact(Decimal(-1), "CHF") == "−CHF\u00a01.00"


@pytest.mark.parametrize(
    ("ratio", "text"), [("0.52", "52%"), ("-0.5", "−50%"), ("0.045", "4.5%"), ("0.05", "5%"), ("1.2", "120%")]
)
def test_a_share_is_said_in_per_cent(ratio: str, text: str) -> None:
    assert formats.percent(Decimal(ratio)) == text


def test_a_date_has_its_weekday_and_its_lunar_day() -> None:
    day = date(2026, 11, 23)
    assert formats.day_long(day, "zh-hans", day) == "11月23日 周一"
    assert formats.day_long(day, "en", day) == "Mon 23 Nov"
    assert formats.lunar(day) == "农历十月十五"


def test_a_leap_month_is_named() -> None:
    assert formats.lunar(date(2025, 7, 25)) == "农历闰六月初一"


def test_another_year_is_said() -> None:
    assert formats.day_short(date(2027, 3, 2), "en", date(2026, 11, 23)) == "2 Mar 2027"
    assert formats.day_short(date(2025, 9, 27), "zh-hans", date(2026, 11, 23)) == "2025年9月27日"
    # Whoever is told no day cannot know which year is meant.
    assert formats.day_short(date(2026, 9, 27), "en", None) == "27 Sep 2026"
    assert formats.day_long(date(2026, 9, 27), "zh-hans", None) == "2026年9月27日 周日"


def test_minutes_are_said_in_hours() -> None:
    assert [formats.duration(190, "en"), formats.duration(45, "zh-hans"), formats.duration(0, "en")] == [
        "3 h 10 min",
        "45 分",
        "0 min",
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812342206", "*******2206"),
        ("110101199001011234", "**************1234"),
        ("123456789", "*****6789"),
        ("E1234567", "****4567"),
        ("1234 5678 9012", "********9012"),
        ("1234567", "****567"),
        ("12345", "****5"),
        ("1234", "****"),
        ("12", "**"),
        ("12 34", "****"),
        ("", ""),
    ],
)
def test_a_mask_shows_the_last_four_signs_at_most_and_hides_four_at_least(number: str, shown: str) -> None:
    assert formats.masked(number) == shown
