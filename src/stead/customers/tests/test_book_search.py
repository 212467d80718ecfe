"""The night and the page have one normal form: columns of a whole bank against one text in Python."""

import random
import unicodedata
from dataclasses import asdict
from typing import Any

import ibis
import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table
from phonenumbers import PhoneMetadata

from stead.core.formats import masked
from stead.customers import book_search, normal_form
from stead.customers.phones import Country, key_table, phone_keys

# Signs that are met in names, each more often than one out of all that there are.
NAMES = st.text(
    st.one_of(
        st.sampled_from("张三丰曾单尉迟欧阳买提王𠮷䶮"),
        st.sampled_from("abzABZ0189 .,&+'’-_%/·•‧・　\t\u00a0\u200b\u0301ßæøŁéǅŞİıＡ１（）"),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    max_size=12,
)
PHONES = st.one_of(
    st.text(st.sampled_from("0123456789 +-()/,;转x#*.\t１８－　"), max_size=24),
    st.from_regex(r"(\+86|0086|0|86)?[ -]?1[3-9]\d[ -]?\d{4}[ -]?\d{4}([/, ;]0571-8\d{7})?", fullmatch=True),
)


def searched(people: list[dict[str, str | None]], country: str = "CN") -> list[dict[str, str]]:
    """What the night computes for these customers."""
    con = ibis.duckdb.connect()
    known = {name: ibis.memtable(table) for name, table in book_search.tables().items()}
    fields = ("customer_id", "name", "phone", "identity_number")
    table = pa.table({field: pa.array([one[field] for one in people], pa.string()) for field in fields})

    def read(odd: Table) -> Table:
        return ibis.memtable(key_table(con.to_pyarrow(odd)["text"].to_pylist(), Country(country)))

    def keep(_name: str, rows: Table) -> Table:
        return ibis.memtable(con.to_pyarrow(rows))

    columns = book_search.search_columns(
        ibis.memtable(table), Country(country), known.__getitem__, keep, read
    )
    found: list[dict[str, str]] = con.to_pyarrow(columns.order_by("customer_id")).to_pylist()
    return found


def expected(one: dict[str, str | None], country: str = "CN") -> dict[str, str | None]:
    """What the page would compute for the same customer."""
    keys = book_search.search_keys(
        one["customer_id"] or "", one["name"] or "", one["phone"] or "", one["identity_number"] or "",
        Country(country),
    )  # fmt: skip
    return {"customer_id": one["customer_id"], **asdict(keys)}


# Making a failing example smaller would take minutes, since each is a query of its own.
@pytest.mark.unmeasured
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.tuples(NAMES, NAMES, PHONES, NAMES), min_size=1, max_size=40))
def test_the_night_and_the_page_compute_the_same(rows: list[tuple[str, str, str, str]]) -> None:
    people: dict[str, dict[str, str | None]] = {
        f"{number}{place}": {
            "customer_id": f"{number}{place}", "name": name, "phone": phone, "identity_number": identity,
        }
        for place, (number, name, phone, identity) in enumerate(rows)
    }  # fmt: skip
    found = {row["customer_id"]: row for row in searched(list(people.values()))}
    assert found == {number: expected(one) for number, one in people.items()}


def test_every_sign_there_is_has_one_form_in_both() -> None:
    codes = [code for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    chunks = ["".join(map(chr, codes[start : start + 60])) for start in range(0, len(codes), 60)]
    con = ibis.duckdb.connect()
    # Each sign by itself where DuckDB's own functions fold it; the rest together, as their forms are joined.
    texts = [chr(code) for code in codes if code < 0x3100 or 0xFE00 <= code <= 0xFFFF] + chunks
    rows = ibis.memtable(pa.table({"text": pa.array(texts, pa.string())}))
    odd = normal_form.odd_texts(rows, ibis.memtable(normal_form.signs()))
    both = rows.left_join(odd, "text")
    columns = both.select("text", form=normal_form.spaced_column(both.text, both.form))
    found = con.to_pyarrow(columns).to_pylist()
    assert [row for row in found if row["form"] != normal_form.spaced(row["text"])] == []


def test_signs_beyond_the_ranges_stand_for_themselves() -> None:
    inside = [range(*each) for each in normal_form.RANGES]
    beyond = (code for code in range(0x110000) if not any(code in each for each in inside))
    folded = [code for code in beyond if unicodedata.normalize("NFKD", chr(code)).casefold() != chr(code)]
    assert folded == []


def test_a_missing_name_phone_and_identity_number_have_empty_keys() -> None:
    person: dict[str, str | None] = {"customer_id": "1", "name": None, "phone": None, "identity_number": None}
    assert searched([person]) == [expected(person)]


@pytest.mark.parametrize("code", ["CN", "CZ", "DE", "HK", "IT", "SG", "US", "MX", "AR", "RU", "ZZ"])
def test_numbers_of_every_spelling_are_read_as_the_library_reads_them(code: str) -> None:
    country, draw = Country(code), random.Random(1)
    people = []
    plan: Any = PhoneMetadata.metadata_for_region(code if code != "ZZ" else "CN")
    for number in range(400):
        digits = list(draw.choice([plan.mobile, plan.fixed_line, plan.toll_free]).example_number or "5551234")
        for _ in range(draw.randint(0, 4)):
            digits[draw.randrange(len(digits))] = draw.choice("0123456789")
        before = ["", country.trunk, f"+{country.calling_code}", f"00{country.calling_code}"]
        before += [country.calling_code, f"+{country.calling_code}{country.trunk}", "+49 30 "]
        text = draw.choice(before) + draw.choice(["", " ", "-"]).join("".join(digits).partition(digits[3]))
        people.append({"customer_id": f"{number:03}", "name": "x", "phone": text, "identity_number": ""})
    found = searched(people, code)  # type: ignore[arg-type]
    assert found == [expected(one, code) for one in people]  # type: ignore[arg-type]
    for one in people:
        # Where the library finds a valid number, it is the one that is stored.
        try:
            number_found = phonenumbers.parse(one["phone"], code)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number_found):
            e164 = phonenumbers.format_number(number_found, phonenumbers.PhoneNumberFormat.E164)
            assert phone_keys(one["phone"], country) == (e164.lstrip("+"),), one["phone"]


@pytest.mark.unmeasured
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1))
def test_the_mask_of_the_night_is_that_of_the_pages(numbers: list[str]) -> None:
    con = ibis.duckdb.connect()
    rows = ibis.memtable(pa.table({"number": pa.array(numbers, pa.string())}))
    found = con.to_pyarrow(rows.select("number", shown=book_search.masked_column(rows.number))).to_pylist()
    assert [row["shown"] for row in found] == [masked(row["number"]) for row in found]
