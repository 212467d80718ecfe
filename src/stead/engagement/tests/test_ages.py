"""Age groups: made of the params of the day, in one place, for the column and for one customer alike."""

from datetime import date
from pathlib import Path

import ibis
import pytest

from stead.engagement.ages import age_group, with_age_group
from stead.handbook.content.book import Handbook, HandbookError, load

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 23)
AGES = [None, 0, 17, 18, 64, 65, 101]
GROUPS = ["unknown", "minor", "minor", "adult", "adult", "elder", "elder"]
PEOPLE = ibis.memtable({"at": range(len(AGES)), "age": AGES}, schema={"at": "int64", "age": "int64"})


def changed(path: str, old: str, new: str) -> Handbook:
    assert old in BOOK.files[path]
    return Handbook({**BOOK.files, path: BOOK.files[path].replace(old, new)})


def groups(handbook: Handbook) -> list[str]:
    found = with_age_group(PEOPLE, handbook, "2.3/channel", DAY).order_by("at").to_pyarrow()
    return [str(group) for group in found["age_group"].to_pylist()]


def test_a_column_and_one_customer_get_the_same_group() -> None:
    params = BOOK.params(DAY)
    one_by_one = [age_group(age, params["adult_age"], params["elder_contact_age"]) for age in AGES]
    assert groups(BOOK) == one_by_one == GROUPS


def test_a_changed_parameter_changes_the_groups() -> None:
    assert groups(changed("params.csv", "elder_contact_age,65,", "elder_contact_age,70,"))[5] == "adult"


def test_a_handbook_whose_table_reads_the_age_itself_needs_no_groups() -> None:
    older = changed("2.3/channel.dmn", "age_group", "age")
    assert with_age_group(PEOPLE, older, "2.3/channel", DAY) is PEOPLE


def test_a_missing_parameter_is_named() -> None:
    without = changed("params.csv", "elder_contact_age", "another_age")
    with pytest.raises(HandbookError, match="no row of elder_contact_age holds on 2026-11-23"):
        with_age_group(PEOPLE, without, "2.3/channel", DAY)
