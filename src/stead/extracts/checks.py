"""The checks of the extract contract as SQL conditions: what makes a row bad, and the sentence that says so.

Each check is a condition over one row `s` of a table, joined to what the row refers to. From the same list
come the fast pass (how many rows break each check) and the slow one (which rows, and why).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from stead.core.currencies import WHOLE
from stead.extracts.contract import Column, Extract, by_name
from stead.extracts.delivery import quoted
from stead.extracts.values import DECIMALS, DIGITS, Forms

WINDOW = ("1900-01-01", "2199-12-31")
REASON_LONGEST = 200  # the longest reason that the run's page keeps
OLDEST_PERSON_YEARS = 125  # no person has lived longer (the oldest on record reached 122)
CLOSED_WITH_BALANCE = "closed_with_balance"
# Signs that no text may hold, as ranges of a pattern: controls (the null sign among them, which PostgreSQL
# cannot store), marks that turn the direction of what follows on a page, the mark of byte order, and codes
# that are no characters.
CONTROLS = r"\x00-\x1F\x7F-\x{9F}\x{2028}\x{2029}"
LINES = r"\x00-\x08\x0B-\x1F\x7F-\x{9F}\x{2028}\x{2029}"  # the same, where a text may have lines and tabs
STRANGE = r"\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FEFF}\x{FDD0}-\x{FDEF}\x{FFFE}\x{FFFF}" + "".join(
    f"\\x{{{plane:X}FFFE}}\\x{{{plane:X}FFFF}}" for plane in range(1, 17)
)


@dataclass(frozen=True)
class Check:
    """One way in which a row can be bad."""

    code: str
    column: str
    fails: str  # a condition of SQL over `s` and the joined references; null counts as holding
    value: str  # the value to show, as an expression of SQL
    reason: str  # what was wrong and what would be right; the same for all rows, so that they can be counted
    stays: bool = False  # the fault is told, and the row is accepted as it is


@dataclass(frozen=True)
class Reference:
    """A join that finds what a row refers to: `found` is null when there is nothing."""

    join: str
    found: str


@dataclass(frozen=True)
class Setting:
    """What the checks need to know beside the rows."""

    day: date  # the extract's date
    book_currency: str
    forms: Forms = field(default_factory=Forms)


def text_of(column: Column) -> str:
    """The value of a column as text."""
    return f'CAST(s."{column.name}" AS VARCHAR)'


def raw(name: str) -> str:
    """Name of the column that keeps what stood in the file where that could not be read."""
    return f"{name}__raw"


def row_checks(extract: Extract, setting: Setting, raws: frozenset[str]) -> list[Check]:
    """The checks of one row by itself and against other tables, in the order in which they are reported.

    raws: the columns that were delivered as text and had to be read as something else.
    """
    checks = [_unreadable(column, setting) for column in extract.columns if column.name in raws]
    for column in extract.columns:
        checks += _own_checks(column, setting)
    for position, column in enumerate(extract.columns):
        if column.refers_to:
            checks.append(_unknown(column, position))
    for rule in extract.rules:
        if rule in ROW_RULES:
            checks += ROW_RULES[rule](extract, setting)
    return checks


def references(extract: Extract, setting: Setting) -> list[Reference]:
    """The joins that the checks of a table need; the tables referred to are views `accepted_<table>`."""
    joins = []
    for position, column in enumerate(extract.columns):
        if column.refers_to:
            table, key = column.refers_to.split(".")
            other = f'(SELECT "{key}" AS found_{position}{_more_of(extract, table)} FROM accepted_{table})'
            other += f" r{position}"
            joins.append(
                Reference(
                    f'LEFT JOIN {other} ON s."{column.name}" = r{position}.found_{position}',
                    f"found_{position}",
                )
            )
    if "currency_has_rate" in extract.rules:
        rates = f"FROM accepted_rates WHERE on_date <= DATE '{setting.day}'"
        priced = f"(SELECT DISTINCT currency AS found_rate {rates})"
        joins.append(Reference(f"LEFT JOIN {priced} q ON s.currency = q.found_rate", "found_rate"))
    return joins


def _more_of(extract: Extract, table: str) -> str:
    """What else the checks of the extract ask of the accounts that its rows refer to, as SQL."""
    more = {"currency_holds_decimals": "currency", "closed_account_is_empty": "closed_on"}
    wanted = [name for rule, name in more.items() if table == "accounts" and rule in extract.rules]
    return "".join(f", {name} AS found_{name}" for name in wanted)


def _unreadable(column: Column, setting: Setting) -> Check:
    if column.kind == "date":
        form = setting.forms.written(setting.day)
        reason = f"This is not a date that exists; right would be a day of the calendar such as {form}."
    elif column.kind == "boolean":
        yes, no = setting.forms.booleans
        reason = f"This is neither {yes} nor {no}; right would be {yes} or {no}."
    elif column.kind == "integer":
        reason = "This is not a whole number; right would be digits alone, such as 480."
    else:
        reason = (
            f"This is not a number with at most {DECIMALS[column.kind]} decimals in the form that the "
            f"mapping names; right would be one such as {setting.forms.number(column.kind)}."
        )
    return Check(
        "unreadable", column.name, f's."{raw(column.name)}" IS NOT NULL', f's."{raw(column.name)}"', reason
    )


def _own_checks(column: Column, setting: Setting) -> Iterator[Check]:
    name = f's."{column.name}"'
    if column.required:
        empty = f"{name} IS NULL OR {name} = ''" if column.kind == "text" else f"{name} IS NULL"
        reason = f"The value is missing; right would be: {column.meaning}"
        yield Check("missing", column.name, empty, "NULL", reason)
    if column.allowed:
        values = ", ".join(quoted(each) for each in column.allowed)
        told = ", ".join(column.allowed)
        reason = f"The value is not one that the contract knows; right would be one of {told}."
        if len(reason) > REASON_LONGEST:
            told = f"its {len(column.allowed)} words, {column.allowed[0]} to {column.allowed[-1]}"
            reason = f"The value is not one that the contract knows; right would be one of {told}."
        yield Check("not_allowed", column.name, f"{name} NOT IN ({values})", name, reason)
    if column.kind == "text" and not column.allowed and not column.refers_to:
        yield from _text_checks(column, name)
    if column.kind in DECIMALS:
        yield from _size_checks(column, name)
    if column.kind == "date":
        first, last = column.earliest or WINDOW[0], WINDOW[1]
        reason = f"The date is impossible; right would be a day from {first} to {last}."
        outside = f"{name} < DATE '{first}' OR {name} > DATE '{last}'"
        yield Check("impossible_date", column.name, outside, text_of(column), reason)
        if column.past:
            reason = f"The date lies after the extract's; right would be {setting.day} or earlier."
            yield Check(
                "after_extract", column.name, f"{name} > DATE '{setting.day}'", text_of(column), reason
            )


def _text_checks(column: Column, name: str) -> Iterator[Check]:
    """What a text may hold and how long it may be, where its values are not listed."""
    if column.currency:
        reason = "This is no currency; right would be its three capital letters by ISO 4217, such as CNY."
        yield Check("no_currency", column.name, f"NOT regexp_full_match({name}, '[A-Z]{{3}}')", name, reason)
        return
    # The length is told in place of the text: a reject is to be read, and may be opened by a spreadsheet.
    length = f"'a text of ' || length({name}) || ' characters'"
    reason = f"The text is too long; right would be at most {column.length} characters."
    yield Check("too_long", column.name, f"length({name}) > {column.length}", length, reason)
    signs = f"[{LINES if column.lines else CONTROLS}{STRANGE}]"
    fails = f"regexp_matches({name}, '{signs}')"
    shown = f"regexp_replace({name}, '{signs}', '\N{REPLACEMENT CHARACTER}', 'g')"
    lines = ", line breaks and tabs" if column.lines else ""
    reason = (
        "The text holds a sign that cannot be seen, such as a control sign or one that turns the direction "
        f"(shown as \N{REPLACEMENT CHARACTER}); right would be letters, digits, marks, blanks{lines} alone."
    )
    yield Check("strange_sign", column.name, fails, shown, reason)
    if column.without:
        told = " ".join(column.without)
        reason = (
            f"The sign {told} cannot stand in this number, as keys are made of it; right would be another."
        )
        fails = " OR ".join(f"contains({name}, {quoted(sign)})" for sign in column.without)
        yield Check("sign_not_allowed", column.name, fails, name, reason)


def _size_checks(column: Column, name: str) -> Iterator[Check]:
    """How large a number may be."""
    least, most = column.least, column.most
    reason = f"The number is out of range; right would be one from {least} to {most}."
    fails = f"{name} < {least} OR {name} > {most}"
    if not most:
        digits = DIGITS[column.kind]
        least = least or f"-1{'0' * digits}"
        most = f"1{'0' * digits}"
        reason = (
            f"The number is out of range; right would be one with at most {digits} digits before the point."
        )
        if column.least:
            reason = f"{reason.removesuffix('.')}, and not below {column.least}."
        strictly = "<" if column.least else "<="
        fails = f"{name} {strictly} {least} OR {name} >= {most}"
    yield Check("out_of_range", column.name, fails, text_of(column), reason)


def _unknown(column: Column, position: int) -> Check:
    table, key = column.refers_to.split(".")
    fails = f's."{column.name}" IS NOT NULL AND found_{position} IS NULL'
    if column.stays:
        # What the bank knows does not vanish because another table is wrong.
        reason = (
            f"Nothing accepted in {table} has this {key}; the row was kept as it is. Right would be a {key} "
            f"that {table} delivers (a row set aside there does not count)."
        )
        return Check("unfound_kept", column.name, fails, f's."{column.name}"', reason, stays=True)
    reason = (
        f"Nothing accepted in {table} has this {key}; right would be a {key} that {table} delivers "
        "(a row set aside there does not count)."
    )
    return Check("unknown_reference", column.name, fails, f's."{column.name}"', reason)


def _closed_after_opened(_extract: Extract, _setting: Setting) -> list[Check]:
    reason = "It was closed before it was opened; right would be a closed_on on or after opened_on."
    value = "CAST(s.closed_on AS VARCHAR)"
    return [Check("closed_before_opened", "closed_on", "s.closed_on < s.opened_on", value, reason)]


def _died_after_born(_extract: Extract, _setting: Setting) -> list[Check]:
    reason = "Nobody dies before being born; right would be a died_on on or after birth_date, or none."
    value = "CAST(s.died_on AS VARCHAR)"
    return [Check("died_before_born", "died_on", "s.died_on < s.birth_date", value, reason)]


def _tied_to_another(_extract: Extract, _setting: Setting) -> list[Check]:
    reason = "Nobody is tied to oneself; right would be the number of another customer."
    return [Check("tied_to_oneself", "other_id", "s.other_id = s.customer_id", "s.other_id", reason)]


def _currency_has_rate(_extract: Extract, setting: Setting) -> list[Check]:
    reason = f"The currency has no rate; right would be a row of rates for it on or before {setting.day}."
    fails = "s.currency IS NOT NULL AND found_rate IS NULL"
    return [Check("no_rate", "currency", fails, "s.currency", reason)]


def _person_can_live(_extract: Extract, setting: Setting) -> list[Check]:
    oldest = f"DATE '{setting.day}' - INTERVAL {OLDEST_PERSON_YEARS} YEAR"
    reason = (
        f"Nobody is over {OLDEST_PERSON_YEARS} years old; right would be the true date of birth, or none."
    )
    fails = f"s.kind = 'person' AND s.birth_date < {oldest}"
    return [Check("impossible_date", "birth_date", fails, "CAST(s.birth_date AS VARCHAR)", reason)]


def _share_fits_role(_extract: Extract, _setting: Setting) -> list[Check]:
    value = "CAST(s.share AS VARCHAR)"
    owners = "A share is a part of the account; right would be a number from 0 to 1."
    others = "Who is only authorised owns nothing; right would be a share of 0, or the role joint."
    return [
        Check(
            "share_impossible",
            "share",
            "s.role <> 'authorised' AND (s.share < 0 OR s.share > 1)",
            value,
            owners,
        ),
        Check("share_impossible", "share", "s.role = 'authorised' AND s.share <> 0", value, others),
    ]


def _rate_is_positive(_extract: Extract, _setting: Setting) -> list[Check]:
    reason = "A rate is above 0; right would be what one unit of the currency is worth in the book currency."
    return [Check("rate_impossible", "rate", "s.rate <= 0", "CAST(s.rate AS VARCHAR)", reason)]


def _book_rate_is_one(_extract: Extract, setting: Setting) -> list[Check]:
    reason = f"{setting.book_currency} is the book currency; right would be a rate of 1."
    fails = f"s.currency = {quoted(setting.book_currency)} AND s.rate <> 1"
    return [Check("rate_impossible", "rate", fails, "CAST(s.rate AS VARCHAR)", reason)]


def _currency_holds_decimals(extract: Extract, _setting: Setting) -> list[Check]:
    """Money of a currency that has no parts is a whole number."""
    column = next(column for column in extract.columns if column.kind == "money")
    currency = "s.income_currency" if extract.name == "customers" else "found_currency"
    whole = ", ".join(quoted(each) for each in WHOLE)
    fails = f's."{column.name}" <> trunc(s."{column.name}") AND {currency} IN ({whole})'
    reason = "The currency has no decimals; right would be a whole number."
    return [Check("decimals_of_currency", column.name, fails, text_of(column), reason)]


def _capacity_is_possible(_extract: Extract, _setting: Setting) -> list[Check]:
    reason = "A day has 0 to 1440 minutes; right would be the minutes that the banker has for contacts."
    fails = "s.capacity_minutes < 0 OR s.capacity_minutes > 1440"
    return [
        Check("capacity_impossible", "capacity_minutes", fails, "CAST(s.capacity_minutes AS VARCHAR)", reason)
    ]


def _closed_account_is_empty(_extract: Extract, _setting: Setting) -> list[Check]:
    reason = (
        "The account was closed on or before this day and has a balance; right would be 0 or no row, or an "
        "account that is not closed."
    )
    value = "concat(s.balance, ', closed ', found_closed_on)"
    return [
        Check(
            CLOSED_WITH_BALANCE, "balance", "s.on_date >= found_closed_on AND s.balance <> 0", value, reason
        )
    ]


# The rules over several columns of one row. Those over several rows are in `checks_shares` and
# `checks_balances`.
ROW_RULES: dict[str, Callable[[Extract, Setting], list[Check]]] = {
    "closed_after_opened": _closed_after_opened,
    "died_after_born": _died_after_born,
    "tied_to_another": _tied_to_another,
    "currency_has_rate": _currency_has_rate,
    "person_can_live": _person_can_live,
    "share_fits_role": _share_fits_role,
    "rate_is_positive": _rate_is_positive,
    "book_rate_is_one": _book_rate_is_one,
    "capacity_is_possible": _capacity_is_possible,
    "currency_holds_decimals": _currency_holds_decimals,
    "closed_account_is_empty": _closed_account_is_empty,
}
SEVERAL_ROWS_RULES = (
    "shares_add_to_one", "amounts_can_be_added", "balances_are_complete", "ties_can_be_true",
)  # fmt: skip


def doubled(extract: Extract) -> Check:
    """The check that a key stands once; `fails` is not used, as no row shows it by itself."""
    key = ", ".join(extract.key)
    value = " || ' / ' || ".join(text_of(_column(extract, name)) for name in extract.key)
    reason = f"A row before it has the same key; right would be one row for each {key}. The first was kept."
    return Check("doubled_key", key, "", value, reason)


def _column(extract: Extract, name: str) -> Column:
    return next(column for column in by_name()[extract.name].columns if column.name == name)
