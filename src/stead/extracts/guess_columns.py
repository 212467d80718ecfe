"""What the values of a raw column are, guessed from a sample: days, numbers and their forms, or codes."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

EXAMPLES_SHOWN = 3
CODES_MAX = 40
# Days that mean "none" or "never" in core systems.
NO_DAYS = frozenset(
    {"0", "00000000", "0000-00-00", "00010101", "0001-01-01", "99991231", "9999-12-31", "99999999"}
)
DATE_FORMS = (
    ("%Y-%m-%d", r"\d{4}-\d{2}-\d{2}"),
    ("%Y%m%d", r"\d{8}"),
    ("%Y/%m/%d", r"\d{4}/\d{1,2}/\d{1,2}"),
    ("%Y.%m.%d", r"\d{4}\.\d{1,2}\.\d{1,2}"),
    ("%Y年%m月%d日", r"\d{4}年\d{1,2}月\d{1,2}日"),
    ("%d.%m.%Y", r"\d{1,2}\.\d{1,2}\.\d{4}"),
    ("%d/%m/%Y", r"\d{1,2}/\d{1,2}/\d{4}"),
    ("%m/%d/%Y", r"\d{1,2}/\d{1,2}/\d{4}"),
    ("%d-%m-%Y", r"\d{1,2}-\d{1,2}-\d{4}"),
    ("%Y-%m-%d %H:%M:%S", r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"),
    ("%Y/%m/%d %H:%M:%S", r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}:\d{2}"),
    ("%Y-%m-%dT%H:%M:%S", r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"),
    ("%Y%m%d%H%M%S", r"\d{14}"),
    ("%y%m%d", r"\d{6}"),
)
YEARS = range(1880, 2200)
NUMBER_FORMS = {
    "plain": r"[-+]?\d+(\.\d+)?",
    "thousands": r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?",
    "comma": r"[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+",
    "percent": r"[-+]?\d+(\.\d+)?\s*%",
}


@dataclass(frozen=True)
class Profile:
    """A raw column as its sample shows it. `codes`: the distinct values with counts, where they are few."""

    name: str
    examples: tuple[str, ...]
    filled: int
    distinct: int
    date_form: str  # "" when the values are no days
    other_date_form: str  # another form that fits as well: day and month may be exchanged
    no_days: tuple[str, ...]  # values that mean "no day"
    number_form: str  # a key of NUMBER_FORMS; "" when the values are no numbers
    negative: bool
    codes: tuple[tuple[str, int], ...]

    @property
    def is_key(self) -> bool:
        """Whether no value stands twice in the sample."""
        return self.filled > 0 and self.distinct == self.filled

    @property
    def evidence(self) -> str:
        """What speaks for a guess, in a few words."""
        if not self.filled:
            return "no values"
        told = f"e.g. {', '.join(self.examples)}"
        if self.date_form:
            told += f"; days as {self.date_form}"
            if self.other_date_form:
                told += f" (or {self.other_date_form}: no day in the sample tells which)"
        return told


def profile(name: str, values: Sequence[str | None]) -> Profile:
    """Look at the values of a column."""
    told = [value.strip() for value in values if value and value.strip()]
    counts = Counter(told)
    dates = [value for value in told if value not in NO_DAYS]
    forms = _date_forms(dates)
    return Profile(
        name=name,
        examples=tuple(_one_line(value) for value in list(counts)[:EXAMPLES_SHOWN]),
        filled=len(told),
        distinct=len(counts),
        date_form=forms[0] if forms else "",
        other_date_form=forms[1] if len(forms) > 1 else "",
        no_days=tuple(sorted(NO_DAYS & counts.keys())) if forms else (),
        number_form=_number_form(told),
        negative=any(value.startswith("-") for value in told),
        codes=tuple(counts.most_common()) if len(counts) <= CODES_MAX else (),
    )


def _one_line(value: str) -> str:
    return re.sub(r"\s+", " ", value)[:40]


def _date_forms(values: Sequence[str]) -> list[str]:
    """The forms in which nearly all values are days, the likelier first."""
    if not values:
        return []
    found = []
    for form, shape in DATE_FORMS:
        good = sum(bool(re.fullmatch(shape, value)) and _is_day(value, form) for value in values)
        if good >= 0.95 * len(values):
            found.append((good, form))
    return [form for good, form in sorted(found, key=lambda each: -each[0]) if good == max(found)[0]]


def _is_day(value: str, form: str) -> bool:
    try:
        return dt.datetime.strptime(value, form).year in YEARS  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        return False


def _number_form(values: Sequence[str]) -> str:
    """The form of numbers in which all values stand; plain digits may stand among the others."""
    fits = {
        form: sum(bool(re.fullmatch(f"{shape}|{NUMBER_FORMS['plain']}", value)) for value in values)
        for form, shape in NUMBER_FORMS.items()
    }
    whole = [form for form, count in fits.items() if values and count >= 0.98 * len(values)]
    if not whole:
        return ""
    if "plain" in whole:
        return "plain"
    return whole[0]
