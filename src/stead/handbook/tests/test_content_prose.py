"""The prose of the handbook that is delivered: both languages, four sections, places that lead somewhere."""

import re
from datetime import date
from pathlib import Path

import pytest

from stead.handbook import prose
from stead.handbook.book import load

BOOK = load(Path(__file__).parents[4] / "handbook")
DAY = date(2026, 11, 23)
CLAUSES = prose.clauses(BOOK)
# Clauses that the night executes; all others say what is defined but not executed yet.
EXECUTED = ("2.2", "2.3", "2.4")
WRITTEN = tuple(clause for clause in CLAUSES if clause not in EXECUTED)
NOT_YET = {"en": "Defined here, not executed yet", "zh": "此处已作规定、系统尚未执行"}
WORDS = {"en": (250, 650), "zh": (400, 1200)}


def _length(text: str, language: str) -> int:
    """Words in English, characters in Chinese."""
    return len(text.split()) if language == "en" else len(re.findall(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("language", prose.LANGUAGES)
@pytest.mark.parametrize("clause", WRITTEN)
def test_a_clause_is_a_page_in_each_language(clause: str, language: str) -> None:
    least, most = WORDS[language]
    assert least <= _length(BOOK.files[f"{clause}/{prose.LANGUAGES[language]}"], language) <= most


@pytest.mark.parametrize("clause", WRITTEN)
def test_both_languages_point_to_the_same_places(clause: str) -> None:
    places = [
        sorted(str(part) for part in prose.parts(BOOK.files[f"{clause}/{file}"]) if not isinstance(part, str))
        for file in prose.LANGUAGES.values()
    ]
    assert places[0] == places[1]


@pytest.mark.parametrize("language", prose.LANGUAGES)
@pytest.mark.parametrize("clause", WRITTEN)
def test_what_no_program_does_yet_is_said(clause: str, language: str) -> None:
    system = prose.read(BOOK, clause, language).sections[2]
    assert (NOT_YET[language] in system.body) == (clause not in EXECUTED)


def test_every_chapter_and_clause_has_its_name_in_both_languages() -> None:
    for language in ("en", "zh"):
        for clause in CLAUSES:
            assert prose.read(BOOK, clause, language).title
            chapter = prose.chapter_of(clause)
            assert BOOK.texts.name("chapter", chapter, language) != chapter


def test_every_place_of_the_prose_leads_somewhere() -> None:
    found = [one for one in prose.problems(BOOK) if one.startswith(WRITTEN)]
    assert [one for one in found if "there is no such clause" not in one] == []
