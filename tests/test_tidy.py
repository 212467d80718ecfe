"""The house's own limits, on every Python file of the project; there are no exceptions."""

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.tidy import RULES, Check, Rule

ROOT = Path(__file__).parents[1]
# Templates are code. `{% blocktranslate trimmed %}` breaks a text, which stays the same for the translators.
TEMPLATE_WIDTH = 120


def tracked(*patterns: str) -> list[Path]:
    """Files of the project by pattern: those that git knows, or will."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


SOURCES = [path for path in tracked("*.py") if "migrations" not in path.relative_to(ROOT).parts]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_check_passes_its_good_example_and_refuses_its_bad_one(rule: Rule) -> None:
    assert list(rule.check(rule.good)) == []
    assert list(rule.check(rule.bad)) != []


@cache
def problems() -> dict[Check, list[str]]:
    """What each check finds in the project. Rules may share a check."""
    found: dict[Check, list[str]] = {rule.check: [] for rule in RULES}
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        for check, told in found.items():
            told += [f"{path.relative_to(ROOT)}: {problem}" for problem in check(source)]
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_project_keeps_the_rule(rule: Rule) -> None:
    assert problems()[rule.check] == []


def test_no_other_file_names_a_machine_or_a_registry() -> None:
    rule = next(rule for rule in RULES if rule.name == "stray words")
    texts = tracked(
        "*.md", "*.toml", "*.lock", "*.json", "*.sql", "*.html", "*.js", "*.css", "Makefile", ".ci/*"
    )
    found = [
        f"{path.relative_to(ROOT)}: {problem}"
        for path in texts
        for problem in rule.check(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_line_of_a_template_is_longer_than_a_reader_sees_at_once() -> None:
    templates = tracked("src/stead/*.html")
    assert len(templates) > 80
    found = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters; break it at {TEMPLATE_WIDTH}"
        for path in templates
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > TEMPLATE_WIDTH
    ]
    assert found == []


def test_every_folder_with_code_is_documented() -> None:
    apps = [path for path in (ROOT / "src/stead").iterdir() if (path / "models.py").exists()]
    assert [app.name for app in apps if not (app / "README.md").exists()] == []


def test_every_public_function_of_actions_is_keyword_only_and_names_who_did_it() -> None:
    found = []
    for path in (path for path in SOURCES if path.name == "actions.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                keywords = {argument.arg for argument in node.args.kwonlyargs}
                if node.args.args or "by" not in keywords:
                    found.append(f"{path.relative_to(ROOT)}: {node.name} must be keyword-only and take by=")
    assert found == []
