"""Messages about a model or a handbook in the language of the page: findings, content, prose, pages."""

import json
import re

import pytest
from django.test import Client
from django.utils import translation

from stead import dmn
from stead.access.models import User
from stead.dmn import FeelError, Kinds, Place
from stead.handbook.content.book import HandbookError
from stead.handbook.content.error_words import said
from stead.handbook.draft_check import problems, problems_of
from stead.handbook.tests.making import FILES, begun, edited, officer

TABLE = FILES["2.2/tier.dmn"]
# A word of English that is neither the name of a thing in the files nor FEEL's.
ENGLISH = re.compile(r"\b(the|is|are|be|not|should|and|of|has|have|there|no|takes|cannot|missing)\b")


def in_chinese(error: dmn.WordedError) -> str:
    with translation.override("zh-hans"):
        return said(error)


def test_an_error_is_said_in_the_language_of_the_page_and_in_english_elsewhere() -> None:
    error = HandbookError("the handbook has no {path}", path="2.2/none.dmn")
    assert in_chinese(error) == "手册中没有 2.2/none.dmn"
    assert str(error) == "the handbook has no 2.2/none.dmn"


def test_what_an_error_was_made_from_is_said_too_with_its_place() -> None:
    inner = FeelError("{name}() takes constants only", Place("tier", 3, column="Assets"), name="mode")
    outer = HandbookError("{name}.dmn: {error}", name="2.2/tier", error=inner)
    assert in_chinese(outer) == "2.2/tier.dmn:决策表 tier, 第 3 行, Assets 列:mode() 只接受常量"


def test_types_have_names_and_values_keep_theirs() -> None:
    kinds, value = Kinds("date or string"), Kinds("string 'a date'")
    error = FeelError("{name}() takes a {wanted}, not a {scalar}", name="date", wanted=kinds, scalar=value)
    assert in_chinese(error) == "date() 应为日期或文本,而不是文本 'a date'"


def cell(text: str) -> str:
    return TABLE.replace("&gt;= 100", text)


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("2.2/tier.dmn", cell("&gt;= 1,"), "不是完整的 FEEL"),
        ("2.2/tier.dmn", cell("&gt;= 1 1"), "第 6 个字符处不应出现"),
        ("2.2/tier.dmn", cell('&gt; "a"'), "无法比较;两边应为同一类型"),
        ("2.2/tier.dmn", cell("&gt; asets"), "名称 'asets' 未知"),
        ("2.2/tier.dmn", cell("modulo(?, 2, 3)"), "的参数为"),
        ("2.2/tier.dmn", cell("&gt; assets + 1"), "不只与常量比较"),
        ("2.2/tier.dmn", cell("-"), "永远不会命中"),
        ("2.2/tier.dmn", "<not", "XML 格式不正确"),
        ("2.2/tier.dmn", TABLE.replace("FIRST", "LAST"), "命中策略 'LAST' 未知"),
        ("params.csv", 'name,value\n"a', "带引号的单元格没有结束"),
        ("params.csv", FILES["params.csv"].replace("31", "x"), "不是数字"),
        ("texts.toml", "[reason.a]\nen = 'a'\n", "应有且仅有 zh 和 en"),
        ("3.1/open.bpmn", "<not", "XML 格式不正确"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_chinese(path: str, text: str, words: str) -> None:
    with translation.override("zh-hans"):
        found = problems_of(path, text)
    assert words in found[0].text
    assert "XML" in words or not ENGLISH.search(found[0].text)  # why it is none are the words of its reader


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{param:no_such_age}", "没有 params.csv,或其中没有名为 'no_such_age' 的行"),
        ("{table:9.9/none}", "手册中没有 9.9/none.dmn, 9.9/none.csv"),
        ("{clause:9.9}", "没有此条款"), ("a stray } brace", "不是占位"),
        ("{cell:9.9-none-1:tier}", "没有规则 9.9-none-1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_prose_is_told_in_chinese(line: str, words: str) -> None:
    with translation.override("zh-hans"):
        found = problems({**FILES, "2.2/clause.md": f"# 2.2 Tiers\n\n## Purpose\n\n{line}\n"})
    assert [one.text for one in found if words in one.text]
    # The headings of an English clause are English.
    told = [one.text for one in found if not one.text.startswith("各节为")]
    assert not [text for text in told if ENGLISH.search(text)]


def test_a_rule_id_used_twice_is_told_in_chinese() -> None:
    with translation.override("zh-hans"):
        (wrong,) = problems({**FILES, "2.2/tier.dmn": TABLE.replace("2.2-tier-2", "2.2-tier-1")})
    assert "规则编号 '2.2-tier-1' 重复使用" in wrong.text


@pytest.fixture
def author() -> User:
    made = officer("author")
    made.language = "zh-hans"
    made.save()
    return made


def shown(author: User, path: str, text: str, page: str) -> str:
    """A page of a draft with a file as it was left, for a user who reads Chinese."""
    draft = edited(author, begun(author), text, path)
    client = Client()
    client.force_login(author)
    return client.get(f"/handbook/drafts/{draft.pk}/{page}").content.decode()


@pytest.mark.database
@pytest.mark.django_db
def test_the_editor_shows_an_error_of_a_cell_in_chinese(author: User) -> None:
    text = shown(author, "2.2/tier.dmn", cell("&gt;= 1,"), "edit/2.2/tier.dmn")
    # The editor's settings are JSON within the page.
    assert json.dumps("不是完整的 FEEL")[1:-1] in text
    assert "not complete FEEL" not in text


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("2.2/clause.md", "# 2.2 Tiers\n\n{param:no_such_age}\n", "或其中没有名为"),
        ("params.csv", 'name,value\n"a', "带引号的单元格没有结束"),
        ("2.2/tier.dmn", cell("&gt;= 1,"), "不是完整的 FEEL"),
    ],
)
def test_the_page_of_a_draft_tells_what_is_wrong_in_chinese(
    author: User, path: str, text: str, words: str
) -> None:
    assert words in shown(author, path, text, "")
