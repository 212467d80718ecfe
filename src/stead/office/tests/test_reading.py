"""A clause as a page shows it: prose with values, tables and lists in place; processes in steps."""

from datetime import date

import pytest
from tests.factories import PROCESS

from stead.handbook.content.book import Handbook
from stead.handbook.content.figures import figure_view
from stead.handbook.content.prose_html import blocks
from stead.handbook.content.steps import in_language, process
from stead.handbook.content.tables import Fired
from stead.handbook.content.value_words import Reader
from stead.handbook.firings import Firings
from stead.handbook.queries import texts_of
from stead.handbook.tests import making
from stead.office.coverage import coverage, skeleton
from stead.office.reading import Page, Writer
from stead.office.search import find

DAY = date(2026, 11, 23)
READS = {"2.9/tier.dmn": ("decisions",), "params.csv": ("decisions", "obligations")}
PARAMS = """name,value,unit,effective_from,effective_to,source,en,zh
elder_age,65,years,2026-02-01,,Order 7; text seen / 第7号令；已见原文,Elder from,老年起始
elder_age,60,years,1900-01-01,2026-01-31,,Elder from,老年起始
late,9,days,2027-01-01,,,Late,迟
least,100000,book currency,1900-01-01,,,Least,最低
"""
CLAUSE = """# 2.9 Looking after

## Purpose

From {param:elder_age} on, and from {param:least}; soon {param:late}. See {clause:2.9} and {table:2.9/tier}.

{table:2.9/tier}

<script>alert(1)</script> **bold** {param:nothing}
"""
FILES = {
    "params.csv": PARAMS,
    "2.9/clause.md": CLAUSE,
    "2.9/tier.dmn": making.FILES["2.2/tier.dmn"],
    "2.9/call.bpmn": PROCESS,
    "2.9/texts.toml": '[reason.hello]\nzh = "你好"\nen = "Hello there"\n',
    "names.toml": '[chapter]\n2 = { zh = "客户", en = "Customers" }\n',
}


def writer(language: str = "en", firings: Firings | None = None) -> Writer:
    book = Handbook(FILES)
    return Writer(book, Reader(texts_of(book), language, "CNY"), DAY, "?version=x", firings)


def html(language: str = "en") -> str:
    page = writer(language).page("2.9")
    return "".join(piece.html or "" for section in page.sections for piece in section.pieces)


def test_values_in_the_prose_are_those_of_the_day_and_later_ones_are_dated() -> None:
    said = html()
    assert '<span class="datum" title="elder_age">65</span>' in said
    assert "¥100\u00a0k" in said
    assert ">9 (1 Jan 2027)</span>" in said


def test_html_in_the_prose_is_shown_as_it_is_written() -> None:
    assert "<script>" not in html()
    assert "&lt;script&gt;" in html()
    assert "<strong>bold</strong>" in html()


def test_a_place_that_leads_nowhere_is_shown_as_it_is_written() -> None:
    assert "{param:nothing}</code>" in html()


def test_links_stay_within_the_version_that_is_read() -> None:
    assert 'href="/handbook/2.9/?version=x"' in html()
    assert 'href="/handbook/2.9/?version=x#2.9/tier"' in html()


def test_a_table_alone_on_its_line_stands_in_place_and_the_rest_follows() -> None:
    page = writer().page("2.9")
    assert [piece.table.name for section in page.sections for piece in section.pieces if piece.table] == [
        "2.9/tier"
    ]
    assert [piece.process.title for piece in page.rest if piece.process] == ["A call"]


def test_prose_that_only_mentions_a_table_keeps_it_within_the_sentence() -> None:
    assert len(blocks("See {table:2.9/tier} below.", lambda place: writer().show(place))) == 1


@pytest.mark.parametrize(
    ("row", "state"), [("elder_age 65", "holds"), ("elder_age 60", "ended"), ("late 9", "coming")]
)
def test_dated_rows_say_whether_they_hold_today(row: str, state: str) -> None:
    book = Handbook(FILES)
    view = figure_view(book, "params.csv", Reader(texts_of(book), "en", "CNY"), DAY)
    assert view is not None
    name, number = row.split()
    found = next(one for one in view.rows if one.key == name and one.cells[1].startswith(number))
    assert found.state == state


def test_a_source_is_told_with_how_sure_it_is() -> None:
    book = Handbook(FILES)
    view = figure_view(book, "params.csv", Reader(texts_of(book), "zh-hans", "CNY"), DAY)
    assert view is not None
    assert (view.rows[0].source, view.rows[0].certainty) == ("第7号令", "已见原文")


@pytest.mark.parametrize("words", ["looking", "elder 65", "Hello", "call"])
def test_words_are_found_wherever_they_stand(words: str) -> None:
    book = Handbook(FILES | {"2.9/limits.csv": PARAMS})
    made = Writer(book, Reader(texts_of(book), "en", "CNY"), DAY)
    assert [hit.clause for hit in find(made, words)][:1] == ["2.9"]


def test_words_that_nothing_has_find_nothing() -> None:
    assert find(writer(), "horoscope") == []
    assert find(writer(), " ") == []


def test_a_process_is_told_in_steps_in_the_language_of_the_page() -> None:
    made = process(PROCESS, "2.9/call.bpmn", writer("zh-hans").reader)
    assert made is not None
    assert [step.name for step in made.steps][1] == "致电"
    assert made.steps[0].ways[0].to == "致电"
    assert 'name="致电"' in in_language(PROCESS, writer("zh-hans").reader)


@pytest.mark.parametrize("source", ["", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_file_that_is_no_process_has_no_steps(source: str) -> None:
    assert process(source, "2.9/call.bpmn", writer().reader) is None


def test_coverage_tells_what_the_night_applies_from_what_it_does_not() -> None:
    found = coverage(writer(), Firings(), READS).clauses[0]
    assert found.is_executed
    assert [part.kind for part in found.unread] == ["process"]
    assert [part.executed_by for part in found.parts if part.is_read] == [("decisions",)]
    [numbers] = coverage(writer(), Firings(), READS).shared
    assert (numbers.path, numbers.executed_by) == ("params.csv", ("decisions", "obligations"))
    assert not coverage(writer(), Firings(), {}).clauses[0].is_executed


def test_rules_that_did_not_fire_are_named_with_whether_they_ever_did() -> None:
    counts = Firings({"2.9/tier": {"2.2-tier-1": Fired(0, 0, 7)}})
    quiet = coverage(writer(), counts, READS).quiet
    assert [(one.row.rule_id, one.never) for one in quiet] == [("2.2-tier-1", False), ("2.2-tier-2", True)]


def test_the_parts_of_a_content_are_found_once_however_often_they_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    skeleton.cache_clear()
    made: list[str] = []
    whole = Writer.page

    def noting(self: Writer, number: str) -> Page:
        made.append(number)
        return whole(self, number)

    monkeypatch.setattr(Writer, "page", noting)
    counts = [Firings({"2.9/tier": {"2.2-tier-1": Fired(last, last, last)}}) for last in (3, 4)]
    found = [coverage(writer(), one, READS).clauses[0] for one in counts]
    assert [one.fired.last_night for one in found] == [3, 4]
    assert made == ["2.9"]
    coverage(writer("zh-hans"), counts[0], {})
    assert made == ["2.9", "2.9"]
