"""What may still be said to those who left, and about those who died: the list 2.3/ended.csv."""

from datetime import date

import ibis
from ibis.expr.types import Table

from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.night_words import CLASSES, ENDED

LIST = "2.3/ended.csv"
# For editions older than the list: what the law asks for, and nothing else.
_STATUTORY = ("statutory",)


def classes_allowed(handbook: Handbook, day: date) -> dict[str, tuple[str, ...]]:
    """The classes of message that may still go out, by how the relationship ended: left, deceased.

    What the list does not name is not allowed but for what the law asks. Raises HandbookError for a row
    that names something else.
    """
    found: dict[str, tuple[str, ...]] = dict.fromkeys(ENDED, _STATUTORY)
    for row in handbook.rows(LIST, day) if LIST in handbook.files else ():
        classes = tuple(row["classes"].split())
        if row["name"] not in ENDED or not set(_STATUTORY) <= set(classes) <= set(CLASSES):
            raise HandbookError(
                "2.3/ended.csv: {values}: name is one of {names}, classes are statutory and any of {classes}",
                values=",".join(row.values()), names=" ".join(ENDED), classes=" ".join(CLASSES),
            )  # fmt: skip
        found[row["name"]] = classes
    return found


def allowed(found: Table, handbook: Handbook, day: date) -> Table:
    """The candidates (`ended`, `message_class`) without those that may no longer be said."""
    ways = [
        (found.ended == how) & found.message_class.isin(classes)
        for how, classes in classes_allowed(handbook, day).items()
    ]
    return found.filter(ibis.or_(found.ended == "", *ways))
