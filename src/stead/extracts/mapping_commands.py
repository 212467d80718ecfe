"""`stead mapping new`: a first mapping, guessed from the files that are there."""

import os
import tempfile
from collections import Counter
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import click
import duckdb
from adbc_driver_manager.dbapi import Error as DriverError
from django.conf import settings

from stead.extracts import guess_sql
from stead.extracts.contract import all_extracts
from stead.extracts.delivery import ContractError
from stead.extracts.guess_mapping import Choice, choose
from stead.extracts.guess_sources import Look, Sample, look_at_database, look_at_folder

FAILED = 1
CHINA = {"country": "CN", "time_zone": "Asia/Shanghai", "locale": "zh-hans"}


@click.group("mapping")
def mapping_group() -> None:
    """How a core system's files become extracts."""


@mapping_group.command("new")
@click.argument("name")
@click.option(
    "--source", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the files."
)
@click.option("--database", metavar="VARIABLE", help="Environment variable with a PostgreSQL address.")
@click.option("--book-currency", default="", help="ISO 4217, such as CNY; guessed when not given.")
def new_command(name: str, source: Path | None, database: str | None, book_currency: str) -> None:
    """Write a first mapping NAME from what is found: every guess with its evidence, and what is left to do.

    Reads texts in any encoding, gzip, zip, .xlsx, Parquet, SQLite and DuckDB files in the folder, and the
    tables of a PostgreSQL database. `stead extract --check` then says what is still to be done.

    Exit codes: 0 written; 1 the mapping exists, or nothing was found; 2 usage.
    """
    if (source is None) == (database is None):
        raise click.UsageError("give either --source DIR or --database VARIABLE.")
    folder = Path(name) if Path(name).parent != Path() else Path(settings.MAPPINGS) / name
    if folder.exists():
        raise click.ClickException(f"{folder} exists; choose another name, or move it away first.")
    try:
        look = _look(source, database)
    except (ContractError, DriverError) as error:
        raise click.ClickException(str(error)) from None
    if not look.samples:
        raise click.ClickException(f"{source or database}: nothing that can be read. {' '.join(look.others)}")
    choices = choose(look.samples)
    bank = _bank(folder.name, look.samples, choices, book_currency)
    folder.mkdir(parents=True)
    written = guess_sql.files(bank, look.samples, choices, look.others)
    for file, text in written.items():
        (folder / file).write_text(text, encoding="utf-8")
    _tell(folder, look, choices, written)


def _look(source: Path | None, database: str | None) -> Look:
    with tempfile.TemporaryDirectory() as work, duckdb.connect() as con:
        if source is not None:
            return look_at_folder(con, source, Path(work))
        address = os.environ.get(database or "")
        if not address:
            raise click.UsageError(f"the environment has no {database}; put the database's address into it.")
        query = (
            "SELECT table_schema || '.' || table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        with adbc.connect(address) as base, base.cursor() as cursor:
            cursor.execute(query)
            tables = [str(table) for (table,) in cursor.fetchall()]
        return Look(tuple(look_at_database(con, database or "", tables)), ())


def _bank(
    name: str, samples: tuple[Sample, ...], choices: dict[str, Choice], currency: str
) -> guess_sql.BankGuess:
    """The bank as a whole: its currency from the accounts, its country from the signs of the files."""
    accounts = choices.get("accounts")
    told = accounts.columns.get("currency") if accounts else None
    codes = Counter(dict(told.codes)) if told else Counter()
    found = currency or (codes.most_common(1)[0][0] if codes else "")
    names = "".join(
        profile.name + "".join(profile.examples) for sample in samples for profile in sample.columns
    )
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in names)
    known = CHINA if is_chinese else dict.fromkeys(CHINA, "")
    return guess_sql.BankGuess(name, found or ("CNY" if is_chinese else ""), **known)


def _tell(folder: Path, look: Look, choices: dict[str, Choice], written: dict[str, str]) -> None:
    for extract in all_extracts():
        choice = choices.get(extract.name)
        text = written.get(f"{extract.name}.sql", "")
        left = text.count(f"-- {guess_sql.TO_DO}:")
        if choice or text:
            origin = choice.sample.shown if choice else "no file recognised"
            click.echo(f"{extract.name:<14} {origin}" + (f" ({left} to do)" if left else ""))
    used = {choice.sample.source.name for choice in choices.values()}
    for sample in look.samples:
        if sample.source.name not in used:
            click.echo(f"{'not used':<14} {sample.shown}")
    for told in look.others:
        click.echo(f"{'not read':<14} {told}")
    click.echo(f"{folder} is written: guesses, each with its evidence. Read them, then run")
    click.echo(f"  stead extract --check --mapping {folder.name} --source DIR --date DAY")
