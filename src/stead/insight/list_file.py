"""The list of customers as CSV: read in one statement into a file without a name, and sent from there."""

import csv
import io
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from stead.customers.models import Banker, Customer, Ended
from stead.insight import queries
from stead.insight.filters import Filters
from stead.practice.pages import ListColumn
from stead.segmentation.models import Stage, Standing, Tier

LINES_AT_ONCE = 500
# Beginnings at which a spreadsheet takes a text for a formula; the wide signs are those of Chinese keyboards.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What is read for each line, in the order in which `_cells` takes it; the practices' columns come behind.
COLUMNS = (
    "customer_id", "customer_name", "tier", "stage", "assets_now", "assets_change_30d",
    "contribution_12m", "contact_shown_on", "contact_due_on", "maturity_next_on", "banker_name", "ended",
    "ended_on",
)  # fmt: skip


Words = dict[str, dict[str, str]]


@dataclass(frozen=True)
class ListFile:
    """A list as the database gave it, in a file that is gone when it is closed; iterating gives the CSV.

    titles, words, language: of the moment at which it was read, whichever it is when it is sent.
    """

    file: IO[bytes]
    rows: int
    titles: list[str]
    words: Words
    language: str

    def __post_init__(self) -> None:
        """Whoever sends it closes it; where an answer is thrown away unsent, the file goes with it."""
        weakref.finalize(self, self.file.close)

    def __iter__(self) -> Iterator[str]:
        """Some hundred lines at a time, with the mark by which spreadsheets know UTF-8 first."""
        columns = queries.declared_columns()
        yield "\ufeff" + _written([self.titles])
        with io.TextIOWrapper(self.file, encoding="utf-8", newline="") as text:
            read = csv.reader(text)
            while found := list(islice(read, LINES_AT_ONCE)):
                # Not across the yield: whatever runs meanwhile keeps its own language.
                with override(self.language):
                    lines = _written([_cells(row, self.words, columns) for row in found])
                yield lines

    def close(self) -> None:
        """Give the file back; whoever sends it does so, also when the browser went away."""
        self.file.close()


def spool(standings: QuerySet[Standing], filters: Filters) -> ListFile:
    """Read all of a list, in the order of the filters, into a file.

    One statement with the names in it: it sees one night, also when the next one is published meanwhile, and
    it counts what it reads. The database is done with it before the first line is sent, so that a browser
    that takes its time holds no table. The file lies with the other data, where disk is planned for; whether
    the system's folder for such files is memory, nobody knows.
    """
    customer = Customer.objects.filter(pk=OuterRef("customer_id"))
    banker = Banker.objects.filter(pk=OuterRef("banker_id"))
    rows = (
        queries.everybody(queries.with_columns(standings.filter(Exists(customer))), filters)
        .annotate(
            customer_name=Subquery(customer.values("name")), banker_name=Subquery(banker.values("name"))
        )
        .values_list(*COLUMNS, *(column.place for column in queries.declared_columns()))
    )
    query, values = rows.query.sql_with_params()
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile(dir=Path(settings.DATA)))
        cursor = stack.enter_context(connection.cursor())
        # Amounts and dates alone may be null, and no text of theirs is empty.
        with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')", values) as copied:
            for block in copied:
                file.write(block)
        count = cursor.rowcount
        file.seek(0)
        cursor.close()
        stack.pop_all()
    return ListFile(file, count, _titles(), _words(), get_language() or "en")


def _written(rows: Sequence[Sequence[str]]) -> str:
    """The rows as text."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _titles() -> list[str]:
    """The CSV's first line, in the user's language."""
    texts = [_("Number"), _("Name"), _("Tier"), _("Life stage")]
    texts += [str(column.title) for column in queries.declared_columns()]
    amounts = [_("Assets"), _("Change in 30 days"), _("Contribution in 12 months")]
    dates = [_("Last contact"), _("Contact due"), _("Next maturity")]
    return [*texts, *amounts, *dates, _("Banker"), _("Left or deceased"), _("Since")]


def _words() -> Words:
    """What the values of each column with choices are called, in the user's language."""
    choices = {"tier": Tier, "stage": Stage, "ended": Ended}
    found = {name: {str(key): str(said) for key, said in one.choices} for name, one in choices.items()}
    return found | {"amount": {"": _("unknown")}}


def _cells(row: Sequence[str], words: Words, columns: Sequence[ListColumn]) -> list[str]:
    """A line of the CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    number, name, tier, stage, *amounts = row[:7]
    *dates, banker, ended, ended_on = row[7 : len(COLUMNS)]
    more = zip(columns, row[len(COLUMNS) :], strict=True)
    return [
        _plain(number),
        _plain(name),
        "" if ended else words["tier"].get(tier, tier),
        words["stage"].get(stage, stage),
        *("" if ended else _plain((column.plain or column.text)(value)) for column, value in more),
        *(words["amount"].get(amount, amount) for amount in amounts),
        *dates,
        _plain(banker),
        words["ended"].get(ended, ended),
        ended_on,
    ]


def _plain(text: str) -> str:
    """The text as one that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA) else text
