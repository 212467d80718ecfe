"""Entries of contexts are named by whatever a name may be made of, and known by that name after it."""

from typing import Any

import pytest

from stead.dmn.errors import FeelError
from stead.dmn.feel.evaluate import Scope, evaluate_text
from stead.dmn.feel.lexer import Scanner
from stead.dmn.feel.values import Scalar, constant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{foo bar: 1}.foo bar", "1"), ("{foo bar: 1, b: foo bar + 1}.b", "2"),
        ("{foo  bar : 1, b: foo bar}.b", "1"), ("{a-b: 1, c: a-b}.c", "1"), ("{a-b: 1, c: a - b}.c", "1"),
        ("{foo+bar: 1}.foo+bar", "1"), ("{a/b: 1}.a/b", "1"), ("{x.y: 1}.x.y", "1"),
        ("{\U0001f40e: 1}.\U0001f40e", "1"), ("{\U00020bb7 x: 1}.\U00020bb7 x", "1"),
        ("{金额 合计: 1, b: 金额 合计 * 2}.b", "2"), ("{a: {b c: 2}, d: a.b c}.d", "2"),
        ("{a: [1, 2], b: a[2]}.b", "2"), ("{a: if n - m > 1 then 1 else 2, b: 3}.a", "2"),
        ("{a: max(n, m), b c: a}.b c", "5"), ("n-m", "1"), ("{n-m: 7}.n-m - (n)", "2"),
        ('{a: "x, n-m: y", b: n-m}.b', "1"),
    ],
)  # fmt: skip
def test_an_entry_is_found_by_its_name(text: str, expected: str) -> None:
    found = evaluate_text(f"string({text})", Scope({"n": number("5"), "m": number("4")}))
    assert isinstance(found, Scalar)
    assert found.constant == expected


def number(text: str) -> Any:
    return evaluate_text(text, Scope({}))


@pytest.mark.parametrize("text", ["{if: 1}", "{1a: 1}", "{a b 1}", "{a: 1, : 2}", "{a b: 1}.a", "{a$b: 1}"])
def test_what_is_no_name_of_an_entry_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        evaluate_text(text, Scope({}))


def test_a_name_from_a_context_is_none_before_it() -> None:
    with pytest.raises(FeelError):
        evaluate_text("[foo bar, {foo bar: 1}]", Scope({"foo": constant(value=True)}))


def test_a_long_stretch_that_is_no_name_is_read_once() -> None:
    tokens = list(Scanner("{" + "a " * 4_000 + "}", frozenset()).tokens())
    assert len(tokens) == 4_002
