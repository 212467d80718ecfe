"""Joins what must not know each other: lower folders declare a slot, this module alone fills them."""

from stead.access.registry import recorder
from stead.audit.actions import record
from stead.customers.night import Night, published
from stead.nightly.models import Publication


def _published_night() -> Night | None:
    """The night that the pages show, in one query."""
    row = Publication.objects.select_related("run").defer("run__manifest").first()
    if row is None:
        return None
    return Night(
        run_id=row.run.run_id,
        book_date=row.run.book_date,
        work_date=row.run.work_date,
        published_at=row.published_at,
        handbook_version=row.run.handbook_version,
        book_currency=row.run.book_currency,
    )


def wire() -> None:
    """Fill every slot. Called once a process, by addresses and command line; twice does no harm."""
    recorder.fill(record)
    published.fill(_published_night)
