"""A guessed mapping as files: mapping.toml and one SQL file a table, each guess with what speaks for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stead.extracts.checks import raw
from stead.extracts.contract import Column, Extract, all_extracts
from stead.extracts.delivery import quoted
from stead.extracts.guess_columns import Profile
from stead.extracts.guess_mapping import Choice
from stead.extracts.guess_sources import Sample
from stead.extracts.guess_text import normal
from stead.extracts.guess_words import CREDIT, NO, YES, codes_of
from stead.extracts.mapping import FORMAT_KEYS, Source

TO_DO = "to do"


@dataclass(frozen=True)
class BankGuess:
    """What is known of the bank as a whole; empty where it is not."""

    name: str
    book_currency: str
    country: str
    time_zone: str
    locale: str


def toml(
    bank: BankGuess, samples: Sequence[Sample], choices: Mapping[str, Choice], others: Sequence[str]
) -> str:
    """mapping.toml with every source that was found, also those that no table uses."""
    lines = [
        "# A first mapping, guessed from the files. Read every line; what is marked as a guess may be wrong.",
        f"# What is left to do is told by: stead extract --check --mapping {bank.name} --source ...",
        f"name = {_text(bank.name)}",
    ]
    right = {"book_currency": "CNY", "country": "CN", "time_zone": "Asia/Shanghai", "locale": "zh-hans"}
    for key, example in right.items():
        value = getattr(bank, key)
        lines.append(f"{key} = {_text(value)}" if value else f'# {TO_DO}: {key} = "{example}"')
    users: dict[str, list[str]] = {}
    for table, choice in choices.items():
        users.setdefault(choice.sample.source.name, []).append(table)
    for sample in samples:
        tables = ", ".join(users.get(sample.source.name, [])) or "no table of the contract: not used yet"
        lines += ["", f"# {_one_line(sample.shown)}: guessed to be {tables}"]
        lines += [f"# guess: {told}" for told in sample.evidence]
        lines += _source_lines(sample.source)
    lines += ["", *(f"# not read: {_one_line(told)}" for told in others)] if others else []
    return "\n".join(lines) + "\n"


def _source_lines(source: Source) -> list[str]:
    plain = Source("", "", ())
    lines = [f"[sources.{source.name if source.name.isascii() else _text(source.name)}]"]
    for key in ("file", "kind", "address", "table", "sheet", "member", *FORMAT_KEYS):
        value = getattr(source, key)
        if value != getattr(plain, key):
            shown = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
            lines.append(f"{key} = {shown}")
    names = ", ".join(_text(name) for name in source.columns)
    return [*lines, f"columns = [{names}]"]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def sql(extract: Extract, choice: Choice | None, bank: BankGuess) -> str:
    """The SQL file of a table: a query with its guesses, or what is to be written where nothing was found."""
    head = [f"-- {extract.name}: {extract.meaning} {extract.meaning_zh}"]
    if choice is None:
        if extract.name == "rates" and bank.book_currency:
            return "\n".join([*head, *_book_rate(bank.book_currency)]) + "\n"
        told = [f"-- {TO_DO}: no file was recognised. Write one query that gives:"]
        return (
            "\n".join([*head, *told, *(_wanted(column) for column in extract.columns if column.required)])
            + "\n"
        )
    source = choice.sample.source
    head.append(
        f"-- guess: from {_one_line(choice.sample.shown)}"
        + (", which holds another table" * choice.is_within)
    )
    parts, missing = [], []
    for column in extract.columns:
        lines = _column_lines(choice, column, bank)
        if lines:
            parts += lines
        elif column.required:
            missing.append(_wanted(column))
        if column.name in choice.doubtful:
            profile = choice.doubtful[column.name]
            said = f"is named like {column.name}, but its values are no {column.kind}: {profile.evidence}"
            missing.append(f"-- {TO_DO}: {_name(profile.name)} {_one_line(said)}")
    from_source = f"FROM {_name(source.name)}"
    if choice.is_within and "account_id" not in extract.key:
        key = _name(choice.columns[extract.key[0]].name)
        origin = ["    any_value(_file) AS _file,", "    min(_row) AS _row"]
        body = ["SELECT", *parts, *origin, from_source, f"WHERE {key} IS NOT NULL", f"GROUP BY {key}"]
        return "\n".join([*head, *missing, *body]) + "\n"
    used = [*choice.columns.values(), choice.direction]
    unused = [each for each in choice.sample.columns if each not in used and not choice.is_within]
    tail = [f"-- not used: {_name(each.name)} ({_one_line(each.evidence)})" for each in unused]
    body = ["SELECT", *parts, "    _file,", "    _row", from_source]
    return "\n".join([*head, *missing, *body, *tail]) + "\n"


def _wanted(column: Column) -> str:
    told = f"-- {TO_DO}: {column.name} ({column.kind}): {column.meaning} {column.meaning_zh}"
    return told + (f" One of {', '.join(column.allowed)}." if column.allowed else "")


def _book_rate(currency: str) -> list[str]:
    return [
        f"-- guess: all is in {currency}; rates of other currencies are to be added",
        f"SELECT {quoted(currency)} AS currency, DATE '1900-01-01' AS on_date, 1 AS rate",
    ]


def _column_lines(choice: Choice, column: Column, bank: BankGuess) -> list[str]:
    """A column of the query with the guess above it; nothing when nothing is known of it."""
    profile = choice.columns.get(column.name)
    if profile is None:
        value, why = _filled_in(choice, column.name, bank)
        return [f"    -- guess: {why}", f"    {value} AS {column.name},"] if value else []
    name = _name(profile.name)
    value, stood, notes = _value(choice, column, profile)
    told = [f"    -- guess: {_one_line(profile.evidence)}", *(f"    -- {note}" for note in notes)]
    origin = [f"    {stood} AS {raw(column.name)},"] if stood else []
    shown = value if value != name or profile.name != column.name else name
    return [*told, f"    {shown} AS {column.name}," if shown != column.name else f"    {shown},", *origin]


def _filled_in(choice: Choice, column: str, bank: BankGuess) -> tuple[str, str]:
    """A value that follows from what is known beside the file, with why; empty where none does."""
    table, person = choice.extract.name, {"gender", "birth_date"}
    if column == "currency" and table in {"accounts", "products"} and bank.book_currency:
        return quoted(bank.book_currency), "no column of currencies, so all is in the book currency"
    if table == "balances" and column == "on_date":
        return "extract_date()", "no day in the file, so these are the balances of the delivery's day"
    if table == "customers" and column == "kind" and person & {*choice.columns, *choice.doubtful}:
        return "'person'", "no column of kinds, and they have a birth date or gender"
    if table == "holders" and column == "role":
        return "'owner'", "no column of roles, so each holder owns the account"
    if table == "holders" and column == "share":
        return _share(choice.columns.get("role"))
    return "", ""


def _share(role: Profile | None) -> tuple[str, str]:
    """The share of a holder where no file tells it, with why."""
    codes = codes_of("holders", "role")
    authorised = [code for code, _ in role.codes if codes.get(normal(code)) == "authorised"] if role else []
    if role is None or not authorised:
        return "1", "no column of shares, so each holder owns all of the account"
    told = ", ".join(quoted(code) for code in authorised)
    value = f"CASE WHEN {_name(role.name)} IN ({told}) THEN 0 ELSE 1 END"
    return value, "no column of shares, so an owner owns all of the account"


def _value(choice: Choice, column: Column, profile: Profile) -> tuple[str, str, list[str]]:
    """The expression of a column; what stood in the file, where the SQL reads it; notes on the guess."""
    name = _name(profile.name)
    if column.kind == "date" and profile.date_form:
        return _day(profile)
    if column.kind == "boolean":
        yes = ", ".join(quoted(code) for code, _ in profile.codes if normal(code) in YES.split())
        no = ", ".join(quoted(code) for code, _ in profile.codes if normal(code) in NO.split())
        whens = [
            f"WHEN {name} IN ({codes}) THEN '{word}'"
            for codes, word in ((yes, "true"), (no, "false"))
            if codes
        ]
        return f"CASE {' '.join(whens)} END", name, []
    if column.kind in {"money", "ratio", "rate", "integer"}:
        return _number(choice, column, profile)
    if column.allowed:
        return _code(choice, column, profile)
    return name, "", []


def _day(profile: Profile) -> tuple[str, str, list[str]]:
    name = _name(profile.name)
    if profile.date_form == "%Y-%m-%d" and not profile.no_days:
        return name, "", []
    text, notes = name, []
    if profile.no_days:
        none = ", ".join(quoted(day) for day in profile.no_days)
        text = f"CASE WHEN {name} NOT IN ({none}) THEN {name} END"
        notes.append(f"guess: {none} means no day")
    if profile.date_form == "%y%m%d":
        notes.append("guess: two digits of the year; those below 69 are read as 20..")
    return f"CAST(try_strptime({text}, {quoted(profile.date_form)}) AS DATE)", text, notes


def _number(choice: Choice, column: Column, profile: Profile) -> tuple[str, str, list[str]]:
    name = _name(profile.name)
    values = {
        "thousands": f"replace({name}, ',', '')",
        "comma": f"replace(replace({name}, '.', ''), ',', '.')",
        "percent": f"CAST(TRY_CAST(replace({name}, '%', '') AS DECIMAL(18, 8)) / 100 AS DECIMAL(18, 8))",
    }
    value = values.get(profile.number_form, name)
    notes = [f"guess: numbers with {profile.number_form}"] if value != name else []
    if column.name == "amount" and choice.direction is not None:
        mark = _name(choice.direction.name)
        marks = choice.direction.codes
        told = ", ".join(quoted(code) for code, _ in marks if (normal(code) or code) in CREDIT.split())
        others = ", ".join(quoted(code) for code, _ in marks if (normal(code) or code) not in CREDIT.split())
        out = f"WHEN {mark} IN ({others}) THEN '-' || {value}" if others else ""
        into = f"WHEN {mark} IN ({told}) THEN {value}" if told else ""
        notes.append(f"guess: {mark} says the direction; {told or 'nothing yet'} is money into the account")
        return f"CASE {into} {out} END", f"concat_ws(' ', {mark}, {name})", notes
    return value, name if value != name else "", notes


def _code(choice: Choice, column: Column, profile: Profile) -> tuple[str, str, list[str]]:
    """Codes as the contract's values; those that are not known stay as they are, to be set aside by name."""
    name, known = _name(profile.name), codes_of(choice.extract.name, column.name)
    found = {code: known.get(normal(code), "") for code, _ in profile.codes if code not in column.allowed}
    notes = []
    unknown = [code for code, value in found.items() if not value]
    if unknown:
        told = f"what these codes mean: {', '.join(unknown)}; one of {', '.join(column.allowed)}"
        notes.append(f"{TO_DO}: {_one_line(told)}")
    whens = [f"WHEN {quoted(code)} THEN {quoted(value)}" for code, value in found.items() if value]
    return (f"CASE {name} {' '.join(whens)} ELSE {name} END" if whens else name), "", notes


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def files(
    bank: BankGuess, samples: Sequence[Sample], choices: Mapping[str, Choice], others: Sequence[str]
) -> dict[str, str]:
    """All files of the mapping by name. Optional tables that no file was found for have none."""
    queries = {
        f"{extract.name}.sql": sql(extract, choices.get(extract.name), bank)
        for extract in all_extracts()
        if extract.name in choices or not extract.optional
    }
    return {"mapping.toml": toml(bank, samples, choices, others), **queries}
