"""Which raw table is which table of the contract, and which column which: guessed from names and samples."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from stead.extracts.contract import Column, Extract, all_extracts
from stead.extracts.guess_columns import Profile
from stead.extracts.guess_sources import Sample
from stead.extracts.guess_text import normal
from stead.extracts.guess_words import (
    COLUMN_WORDS,
    CREDIT,
    DEBIT,
    DIRECTION_COLUMNS,
    FILE_WORDS,
    NO,
    YES,
    codes_of,
)

# Without these columns a raw table is not taken for a table of the contract.
NEEDED: dict[str, tuple[str, ...]] = {
    "branches": ("branch_id", "name"),
    "bankers": ("banker_id", "name"),
    "customers": ("customer_id",),
    "products": ("product_id", "name"),
    "accounts": ("account_id", "opened_on"),
    "holders": ("account_id", "customer_id"),
    "balances": ("account_id", "balance"),
    "transactions": ("account_id", "on_date", "amount"),
    "rates": ("currency", "rate"),
    "relationships": ("customer_id", "other_id"),
    "contacts": ("customer_id", "on_date", "channel"),
    "consents": ("customer_id", "granted"),
}
# Tables that another one may hold as well: the account's file names its holder, its balance, its branch.
WITHIN: dict[str, tuple[str, ...]] = {
    "holders": ("accounts",),
    "balances": ("accounts",),
    "branches": ("customers", "accounts"),
    "products": ("accounts",),
    "bankers": ("customers",),
}
EXACT, PARTLY, FILE_NAMED = 10.0, 4.0, 12.0
LEAST_SCORE = 18.0


@dataclass(frozen=True)
class Choice:
    """A raw table taken for a table of the contract, with the raw column of each of its columns."""

    extract: Extract
    sample: Sample
    columns: dict[str, Profile]
    score: float
    is_within: bool = False  # the rows of another table, of which this one takes a part
    doubtful: dict[str, Profile] = field(default_factory=dict)  # named right, but the values cannot be it
    direction: Profile | None = None  # marks of debit and credit, beside an amount without a sign


def choose(samples: Sequence[Sample]) -> dict[str, Choice]:
    """For each table of the contract the raw table that fits best, where one does; each raw table once.

    What has no raw table of its own is looked for within that of another table.
    """
    found = [_choice(extract, sample) for extract in all_extracts() for sample in samples]
    chosen: dict[str, Choice] = {}
    for choice in sorted((each for each in found if each is not None), key=lambda each: -each.score):
        taken = any(other.sample is choice.sample for other in chosen.values())
        if choice.extract.name not in chosen and not taken and choice.score >= LEAST_SCORE:
            chosen[choice.extract.name] = choice
    for extract in all_extracts():
        for host in WITHIN.get(extract.name, ()):
            if extract.name not in chosen and host in chosen:
                part = _part(extract, chosen[host])
                if part is not None:
                    chosen[extract.name] = part
    return chosen


def _part(extract: Extract, host: Choice) -> Choice | None:
    """A table that stands within the rows of another one, when the columns of its key are there."""
    found, scores, _ = _columns(extract, host.sample)
    # A name that fits in part says too little here: the rows are about something else.
    columns = {name: profile for name, profile in found.items() if scores[name] > PARTLY + 3}
    needed = [name for name in NEEDED[extract.name] if name != "name"]
    if any(name not in columns for name in needed):
        return None
    kept = columns if "account_id" in needed else {name: columns[name] for name in needed}
    return Choice(extract, host.sample, kept, 0.0, is_within=True)


def _choice(extract: Extract, sample: Sample) -> Choice | None:
    """How well a raw table fits a table of the contract; None when a column that it needs is not there."""
    columns, scores, doubtful = _columns(extract, sample)
    named = {**columns, **doubtful}
    if any(name not in named for name in NEEDED[extract.name]):
        return None
    required = {column.name for column in extract.columns if column.required}
    score = sum(value if name in required else value * 0.4 for name, value in scores.items())
    if _is_named(extract.name, sample):
        score += FILE_NAMED
    key = extract.key[0] if len(extract.key) == 1 else ""
    if key in columns and not columns[key].is_key:
        score -= 25
    return Choice(extract, sample, columns, score, doubtful=doubtful, direction=_direction(columns, sample))


def _is_named(table: str, sample: Sample) -> bool:
    """Whether the name of the file, sheet or table speaks for a table of the contract."""
    source = sample.source
    name = normal(source.name.removeprefix("raw_")) + normal(source.table)
    words = FILE_WORDS[table].split()
    return any(name.startswith(word) or name.endswith(word) or (len(word) > 3 and word in name)
               or (not word.isascii() and word in name) for word in words)  # fmt: skip


def _columns(
    extract: Extract, sample: Sample
) -> tuple[dict[str, Profile], dict[str, float], dict[str, Profile]]:
    """The raw column of each column with its score, and those that are named so and hold something else."""
    pairs = [
        (_score(extract, column, profile), place, column, profile)
        for place, column in enumerate(extract.columns)
        for profile in sample.columns
    ]
    columns: dict[str, Profile] = {}
    scores: dict[str, float] = {}
    doubtful: dict[str, Profile] = {}
    used: set[str] = set()
    for score, _, column, profile in sorted(pairs, key=lambda each: (-each[0], each[1])):
        if score <= 0 or column.name in columns or profile.name in used:
            continue
        if not _fits(column, profile):
            doubtful.setdefault(column.name, profile)
            continue
        columns[column.name], scores[column.name] = profile, score
        used.add(profile.name)
    return columns, scores, {name: each for name, each in doubtful.items() if name not in columns}


def _score(extract: Extract, column: Column, profile: Profile) -> float:
    """How well a raw column's name and codes fit a column of the contract."""
    words = COLUMN_WORDS[extract.name].get(column.name, "").split()
    name = normal(profile.name)
    if name == normal(column.name):
        score = EXACT + 1
    elif name in words:
        score = EXACT - words.index(name) / len(words)
    elif any(word in name for word in words if len(word) >= (5 if word.isascii() else 3)):
        score = PARTLY
    else:
        return 0.0
    known = codes_of(extract.name, column.name)
    if known and profile.codes:
        score += 6 * sum(normal(code) in known for code, _ in profile.codes) / len(profile.codes) - 3
    return score


def _fits(column: Column, profile: Profile) -> bool:
    """Whether the values of a raw column can be what a column of the contract wants."""
    if not profile.filled:
        return True
    if column.kind == "date":
        return bool(profile.date_form)
    if column.kind in {"money", "ratio", "rate", "integer"}:
        return bool(profile.number_form)
    if column.kind == "boolean":
        marks = set((YES + " " + NO).split())
        return all(normal(code) in marks for code, _ in profile.codes) and bool(profile.codes)
    return not column.allowed or bool(profile.codes)


def _direction(columns: dict[str, Profile], sample: Sample) -> Profile | None:
    """The column that says whether money came or went, where the amounts themselves have no sign."""
    amount = columns.get("amount")
    if amount is None or amount.negative:
        return None
    marks = set((CREDIT + " " + DEBIT).split())
    for profile in sample.columns:
        is_named = normal(profile.name) in DIRECTION_COLUMNS.split()
        if (
            is_named
            and profile.codes
            and all(normal(code) in marks or code in marks for code, _ in profile.codes)
        ):
            return profile
    return None
