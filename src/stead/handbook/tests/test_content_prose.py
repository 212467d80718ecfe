"""The prose of the handbook that is delivered: both languages, four sections, places that lead somewhere."""

import re
from pathlib import Path

import pytest

from stead.handbook.clauses import contents
from stead.handbook.content import prose
from stead.handbook.content.book import load

BOOK = load(Path(__file__).parents[4] / "handbook")
CLAUSES = prose.clauses(BOOK)
# Clauses that the night executes; all others say what is defined but not executed yet.
EXECUTED = ("2.2", "2.3", "2.4")
NOT_YET = {"en": "Defined here, not executed yet", "zh": "此处已作规定、系统尚未执行"}
WORDS = {"en": (250, 650), "zh": (400, 1200)}


def _length(text: str, language: str) -> int:
    """Words in English, characters in Chinese."""
    return len(text.split()) if language == "en" else len(re.findall(r"[\u4e00-\u9fff]", text))


def test_the_handbook_has_the_clauses_of_a_whole_one() -> None:
    assert CLAUSES == (
        "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1",
    )  # fmt: skip


@pytest.mark.parametrize("language", prose.LANGUAGES)
@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_a_page_in_each_language(clause: str, language: str) -> None:
    least, most = WORDS[language]
    assert least <= _length(BOOK.files[f"{clause}/{prose.LANGUAGES[language]}"], language) <= most


@pytest.mark.parametrize("clause", CLAUSES)
def test_both_languages_point_to_the_same_places(clause: str) -> None:
    places = [
        sorted(str(part) for part in prose.parts(BOOK.files[f"{clause}/{file}"]) if not isinstance(part, str))
        for file in prose.LANGUAGES.values()
    ]
    assert places[0] == places[1]


@pytest.mark.parametrize("language", prose.LANGUAGES)
@pytest.mark.parametrize("clause", CLAUSES)
def test_what_no_program_does_yet_is_said(clause: str, language: str) -> None:
    system = prose.read(BOOK, clause, language).sections[2]
    assert (NOT_YET[language] in system.body) == (clause not in EXECUTED)


def test_every_chapter_and_clause_has_its_name_in_both_languages() -> None:
    for language in ("en", "zh-hans"):
        for chapter in contents(BOOK, language):
            assert chapter.title
            assert all(clause.title != clause.number for clause in chapter.clauses)


def test_every_place_of_the_prose_leads_somewhere() -> None:
    assert list(prose.problems(BOOK)) == []


def test_every_list_table_and_process_stands_in_the_prose_of_its_clause() -> None:
    places = {
        str(part) for clause in CLAUSES for part in prose.parts(BOOK.files[f"{clause}/clause.md"])
    }  # fmt: skip
    shown = [path.rpartition(".") for path in BOOK.files if path.endswith((".dmn", ".csv", ".bpmn"))]
    missing = [
        name
        for name, _, ending in shown
        if name != "params" and f"{{{'process' if ending == 'bpmn' else 'table'}:{name}}}" not in places
    ]
    assert missing == []
