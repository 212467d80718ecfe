"""What a decision read is stored in short and told in full."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis

from stead.handbook.content.book import load
from stead.handbook.content.record import Recorded, decisions_of, decisions_text

DAY = date(2026, 11, 20)
BOOK = load(Path(__file__).parents[4] / "handbook")
POTENTIAL = Recorded(
    "2.2/potential",
    "rule",
    {"age": "age", "yearly_income": "income", "occupation": "job"},
    {"potential": "potential"},
    volatile=("age",),
    free=("job", "occupation"),
)


def _stored(recorded: Recorded = POTENTIAL, **values: Any) -> str:
    row = {"rule": "2.2-potential-2", "age": 40, "income": Decimal("500000.00"), "job": "律师", **values}
    types = {"rule": "string", "age": "int32", "income": "decimal(18,2)", "job": "string"}
    columns = {name: ibis.literal(row[name], type=dtype) for name, dtype in types.items()}
    table = ibis.memtable([{"one": 1}], schema={"one": "int8"}).select(**columns)
    column = table.select(text=decisions_text(table, [recorded], BOOK, DAY))
    return str(ibis.duckdb.connect().to_pyarrow(column).to_pylist()[0]["text"])


def test_amounts_keep_their_cents() -> None:
    assert _stored() == '{"2.2/potential":["2.2-potential-2",40,500000.00,"律师"]}'


def test_a_volatile_value_is_left_out_where_the_rule_does_not_read_it() -> None:
    assert json.loads(_stored(rule="2.2-potential-5"))["2.2/potential"][1] is None


def test_days_are_kept_as_the_date_from_which_they_count() -> None:
    text = _stored(replace(POTENTIAL, days=("age",)))
    assert json.loads(text)["2.2/potential"][1] == {"since": "2026-10-11"}
    tomorrow = decisions_of(text, BOOK, "run-1", DAY + timedelta(days=1))["2.2/potential"]
    assert tomorrow["values"]["age"] == 41


def test_days_that_are_not_known_are_null() -> None:
    text = _stored(replace(POTENTIAL, days=("age",)), age=None)
    assert json.loads(text)["2.2/potential"][1] is None


def test_what_people_wrote_cannot_break_the_text() -> None:
    job = 'a "quoted" \\ word'
    assert json.loads(_stored(job=job))["2.2/potential"][3] == job


def test_the_short_form_is_told_with_names_outputs_and_version() -> None:
    told = decisions_of(_stored(job=None, income=None), BOOK, "run-1")["2.2/potential"]
    assert told["values"] == {"age": 40, "yearly_income": None, "occupation": None}
    assert (told["outputs"], told["rules"]) == ({"potential": "high"}, ["2.2-potential-2"])
    assert (told["clause"], told["table"], told["run"]) == ("2.2", "2.2/potential.dmn", "run-1")
    assert told["version"] == BOOK.version
