"""The documentation page of the extract contract, written from its declaration."""

import textwrap
from pathlib import Path

from stead.extracts.contract import DUCKDB_TYPES, Column, Extract, Kind, all_extracts
from stead.extracts.contract_words import SECTIONS, Section
from stead.extracts.limits import DEFAULTS
from stead.extracts.values import DECIMALS, DIGITS

PAGE = Path(__file__).parents[3] / "docs" / "extracts.md"

OPENING = """\
# What a bank delivers: the extract contract / 银行下档数据约定

This page is written from the declaration in `src/stead/extracts/contract.py` by `python -m
stead.extracts.contract_page`; change it there.

A delivery is the state of the bank at the end of one day: one Parquet file a table, sorted by key, in
`<lake>/extracts/<date>/`, with `delivery.json` beside them. `stead extract` makes it from the core system's
raw files. 本页由合同声明自动生成。一次下档是银行某日日终的状态。

## From a core system's files to a delivery

`stead mapping new <core system> --source <folder>` writes a first mapping from the files it finds, with
guesses that are marked and to be corrected. A mapping is a folder `mappings/<core system>/`:

- `mapping.toml` declares the bank and its raw files.
  - `book_currency`, `country` (for holidays, such as `"CN"`), `time_zone`, `locale`: required.
  - How values are written in text, and then in no other way: `date_formats` (days, default `["%Y-%m-%d"]`),
    `decimal` (the sign before the decimals, default `"."`), `thousands` (the sign between groups of three
    digits, default `""`: none), `booleans` (the words for true and false, default `["true", "false"]`).
  - `[sources.<name>]`: `file` (a name, a pattern with `*`, or with `{date:%Y%m%d}` for the day) and
    `columns`: with a header those that must be there (others may be), without one all of them,
    in order.
  - Options there, or for all in `[format]`: `delimiter` (`","`), `quote` (`"\\""`, doubled inside; `""`
    when values are never quoted), `encoding` (`"utf-8"`, `"gb18030"`, ...), `header` (`true`), `skip`
    (lines before the header), `compression` (`"none"`, `"gzip"`, `"zstd"`, `"zip"`), `null` (texts that mean
    "no value").
  - `member` names the file in a zip archive, or several by a pattern with `*`.
  - `kind` says what a source is when it is no text: `"xlsx"` (with `sheet`), `"parquet"`, `"sqlite"` or
    `"duckdb"` (with `table`), `"postgresql"` (with `table`, and instead of `file` an `address`: the name of
    the environment variable that holds the database's address, so that no password stands in a mapping). What
    has a type there is read as itself, whatever the forms of the texts are: days become texts in the first of
    `date_formats`, numbers have the sign `decimal` and no other, truths are the words of `booleans`.
- `<table>.sql` is one DuckDB query for each table below, over views named after the sources. Every column
  of a source is text; `_file` and `_row` (the line on which the row begins) are to be passed on, so that a
  reject can name them. `extract_date()` is the day. Values may be given as text or in the contract's type.
  Where the SQL has to read a value itself, `read_money(text)` and `read_day(text, format)` read as strictly
  as the contract does, and give null otherwise; `<column>__raw` tells what stood in the file: a value that is
  null while its `__raw` is not is set aside. Columns that may be empty may be left out.
- `prelude.sql`, if it is there, runs first: macros and views for the others.

## Rows that are set aside

`rejects/<table>.parquet` holds file, row, column, value and reason of each, and the whole raw row; a row is
listed once, with the first reason. `rejects/rejects.xlsx` has the same for people: a sheet a table, at most
10,000 rows of each, and how many there are. Both hold the values as they came, for whoever may read the
bank's files on the server. What is printed goes into logs and tickets, so there it is masked for everybody,
as on the page of an administrator, who sees no customers: of identity numbers and phones the last signs are
left, of names, addresses, counterparties and notes nothing, and of what stands where a code or a day should,
and is none, its form (`9999/99/99`). Keys are shown, so that the row can be found.

A row is set aside when a value cannot be read or is missing, is not one of those allowed, is
an impossible date, lies after the delivery's day where it tells of the past, or refers to a row that is not
there or was itself set aside; when its key stood before (the first row is kept); when its currency has no
rate on or before the day; when it was closed before it was opened. When the shares of an account's holders
do not add to exactly 1, the account and all its holders are set aside. Lines of a raw file that are no rows
are in `rejects/lines.parquet`: those with too many or too few values, those whose quotes break the form, and
headers that stand again. Each costs itself alone: a quote that is never closed does not take later rows.

When more than the limit (1 % unless `--reject-limit` says otherwise) of any table is set aside, the
delivery is refused, and no night publishes it. A file or column that is missing stops the extract, and so do
entries and queries of the mapping that are wrong: all of them are told at once, each with file and line.

What the bank knows does not vanish because another table is wrong. A customer whose branch or banker is not
delivered, a banker whose branch is not, and a contact whose banker is not stay as they are, with the number
that was delivered, and the fault is told; the branch head finds such customers first on the branch's page.
Everything else that refers to nothing is set aside: relationships, consents and contacts without their
customer, holders without account or customer, accounts without product, balances and transactions without
account. None of these takes a customer away.

## Whether a delivery may be read

What is measured of each delivery is held against the last good one: rows of each table, what customers
have and owe on the day, customers and open accounts that are no longer there, customers with a banker,
files of each source and their size. What is beyond the limits stops the delivery, with both numbers.
`limits.csv` in the mapping sets the bank's own limits over the defaults: `measure`, `fall_most`,
`rise_most` (0.05 is 5 %, nothing is no limit), `effective_from` (of several, the last one on or before
the day holds). Measures and defaults:

LIMITS_TABLE

`control.sql`, if it is there, gives the core system's own totals: `table` (of the contract, or a source),
`measure` (`rows`, or `sum of` and a column) and `total`. They must be met exactly by what was read, rows
that were set aside included.

A delivery that was stopped and is right goes on with `stead extract --accept "<why>"`. Who gave the
command and why stand in `delivery.json`, in the ledger and on the night's page. A delivery that is
refused or stopped lies in `<lake>/extracts/<date>.refused/` and never takes the place of a good one of
that day. `--check` and `--sample 1000` (so many customers and all that belongs to them) only look, and
keep nothing.

CONTRACT_SECTIONS
## Types

| kind | in Parquet | in text |
|---|---|---|
"""

READING = """\
A value is read only in the form that the mapping names, and set aside otherwise. With the defaults, these are
no values: `2023-2-3`, `20230203`, `2023-02-03 00:00`, `infinity`, `epoch`, `today`; `1e3`, `1_000`,
`1,000.00`, `+5`, `.5`, `5.`, `nan`, full-width digits; `1`, `t`, `yes`, `True`. The word `NULL` is a text
like any other, and no number, unless `null` names it. Sources that have types of their own are held to the
same: a number is taken when it is exactly one of so many decimals, a moment when it is a midnight without a
time zone.

Around every value white space of every kind is dropped (blanks, tabs, line ends, the wide blank, zero-width
spaces), and what is blank alone is no value. Within a text, line breaks and tabs become one blank; where a
column may have several lines, they stay. A row is set aside when a text is longer than its column says, or
holds a sign that nobody can see: other control signs (null among them), signs that turn the direction of
writing (U+202A to U+202E, U+2066 to U+2069), a mark of byte order within, and codes that are no characters
(such as U+FFFE). Characters of private use are kept, as rare names are written with them.

Days lie from 1900-01-01 to 2199-12-31, those of birth or foundation from 1600-01-01.
"""

TEXTS = {
    "text": "as many characters as the column says; see below",
    "date": "2024-03-31, or as `date_formats` says",
    "money": "1234.50; whole where the currency has no decimals (JPY, KRW, VND ...)",
    "ratio": "0.012 is 1.2 %",
    "rate": "7.1",
    "integer": "480",
    "boolean": "`true` or `false`, or as `booleans` says",
}
RULES = {
    "closed_after_opened": "closed_on is not before opened_on",
    "died_after_born": "died_on is not before birth_date",
    "tied_to_another": "nobody is tied to oneself",
    "ties_can_be_true": "nobody is to one other two of spouse, parent and child, has two spouses, or "
    "descends from oneself; the first row in the files stands",
    "currency_has_rate": "the currency has a rate on or before the delivery's day",
    "person_can_live": "a person is not older than 125 years",
    "share_fits_role": "a share lies between 0 and 1; who is only authorised has 0",
    "shares_add_to_one": "the shares of each account add to exactly 1",
    "rate_is_positive": "a rate is above 0",
    "book_rate_is_one": "the book currency's rate is 1",
    "currency_holds_decimals": "money in a currency without parts is a whole number",
    "amounts_can_be_added": "what one customer's rows come to in the book currency can be added: at most "
    "10^14 of balances, 10^15 of bookings",
    "capacity_is_possible": "a day's capacity is 0 to 1440 minutes",
    "closed_account_is_empty": "an account has nothing from the day on which it was closed",
    "balances_are_complete": "each open account has a balance of each balance date and of the delivery's day",
}


def opening() -> str:
    """What stands before the tables, with the limits that hold where a bank sets none."""
    lines = ["| measure | may fall by | may rise by |", "|---|---|---|"]
    for measure, limit in DEFAULTS.items():
        parts = ["any" if part is None else f"{part:.1%}" for part in (limit.fall_most, limit.rise_most)]
        lines.append(f"| {measure} | {parts[0]} | {parts[1]} |")
    sections = "\n".join(_section(section) for section in SECTIONS)
    return OPENING.replace("LIMITS_TABLE", "\n".join(lines)).replace("CONTRACT_SECTIONS\n", sections + "\n")


def _section(section: Section) -> str:
    """A section of words, the English paragraphs before the Chinese ones."""
    english = [
        textwrap.fill(said.en, 106, break_long_words=False, break_on_hyphens=False)
        for said in section.paragraphs
    ]
    chinese = [said.zh for said in section.paragraphs]
    return "\n\n".join([f"## {section.title.en} / {section.title.zh}", *english, *chinese]) + "\n"


def contract_page() -> str:
    """The page as Markdown."""
    kinds = [_kind(kind, target) for kind, target in DUCKDB_TYPES.items()]
    tables = [_table(extract) for extract in all_extracts()]
    return opening() + "\n".join(kinds) + "\n\n" + READING + "\n" + "\n".join(tables)


def _kind(kind: Kind, target: str) -> str:
    """One kind of column: its type, its form, how large it may be."""
    size = f"; at most {DIGITS[kind]} digits before the point" if kind in DIGITS else ""
    places = DECIMALS.get(kind, 0)
    size = f"{size} and {places} behind, never rounded" if places else size.replace(" before the point", "")
    return f"| {kind} | `{target}` | {TEXTS[kind]}{size} |"


def _table(extract: Extract) -> str:
    optional = " May be left out." if extract.optional else ""
    lines = [
        f"## {extract.name}",
        "",
        f"{extract.meaning}{optional} {extract.meaning_zh}",
        "",
        f"Key: {', '.join(f'`{name}`' for name in extract.key)}.",
    ]
    if extract.rules:
        lines[-1] += f" Rules: {'; '.join(RULES[rule] for rule in extract.rules)}."
    lines += ["", "| column | kind | required | meaning | 含义 |", "|---|---|---|---|---|"]
    lines += [_column(column) for column in extract.columns]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    meaning = column.meaning
    if column.allowed:
        meaning += f" One of {', '.join(f'`{value}`' for value in column.allowed)}."
    if column.refers_to:
        meaning += f" Stands in `{column.refers_to}`."
    if column.length:
        meaning += f" At most {column.length} characters{', of several lines' if column.lines else ''}."
    if column.without:
        meaning += f" Without `{column.without}`."
    if column.currency:
        meaning += " Three capital letters."
    if column.most:
        meaning += f" From {column.least} to {column.most}."
    elif column.least:
        meaning += f" Not below {column.least}."
    if column.past:
        meaning += " Not after the delivery's day."
    required = "yes" if column.required else ""
    return f"| `{column.name}` | {column.kind} | {required} | {meaning} | {column.meaning_zh} |"


if __name__ == "__main__":
    PAGE.write_text(contract_page(), encoding="utf-8")
