"""Every text of a page is there in Chinese too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

SOURCE = Path(__file__).parents[1] / "src/stead"
APPS = sorted(
    path.name for path in SOURCE.iterdir() if path.is_dir() and path.name not in {"dmn", "__pycache__"}
)
TAG = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
BLOCK = re.compile(
    r"\{%\s*blocktranslate([^%]*)%\}(.*?)(?:\{%\s*plural\s*%\}(.*?))?\{%\s*endblocktranslate\s*%\}", re.DOTALL
)
CALL = re.compile(r"""\b(?:_|gettext|gettext_lazy|ngettext|ngettext_lazy)\(\s*"((?:[^"\\]|\\.)*)\"""")
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def texts_of(source: str, *, template: bool) -> set[str]:
    """The texts that a template or a module marks for translation."""
    if not template:
        return {text.replace('\\"', '"') for text in CALL.findall(source)}
    found = {one or two for one, two in TAG.findall(source)}
    for options, text, _plural in BLOCK.findall(source):
        # Django doubles a percent sign, because the text is filled with names behind percent signs.
        said = PLACE.sub(r"%(\1)s", text.replace("%", "%%"))
        found.add(" ".join(said.split()) if "trimmed" in options else said)
    return found


def texts_in(app: str) -> dict[str, str]:
    """Every marked text of an app with the file that it stands in."""
    found: dict[str, str] = {}
    for path in sorted((SOURCE / app).rglob("*")):
        if path.suffix in {".html", ".py"} and "tests" not in path.relative_to(SOURCE).parts:
            for text in texts_of(path.read_text("utf-8"), template=path.suffix == ".html"):
                found.setdefault(text, str(path.relative_to(SOURCE)))
    return found


def chinese() -> dict[str, str]:
    """Every translation of every app; Django joins the apps' catalogues in the same way."""
    found: dict[str, str] = {}
    for path in SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            found[entry.msgid] = entry.msgstr or next(iter(entry.msgstr_plural.values()), "")
    return found


@pytest.mark.parametrize("app", APPS)
def test_every_text_has_a_chinese_translation(app: str) -> None:
    known = chinese()
    assert {text: place for text, place in texts_in(app).items() if not known.get(text)} == {}


def test_a_text_without_translation_would_be_found() -> None:
    assert texts_of('{% translate "Quite new" %}', template=True) == {"Quite new"}
    assert texts_of("{% blocktranslate %}of {{ n }}{% endblocktranslate %}", template=True) == {"of %(n)s"}
    assert texts_of('x = _("Quite new")', template=False) == {"Quite new"}


def test_places_in_a_translation_are_those_of_the_text() -> None:
    place = re.compile(r"%\((\w+)\)s")
    wrong = [
        text for text, said in chinese().items() if not set(place.findall(said)) <= set(place.findall(text))
    ]
    assert wrong == []


# What makes a message of a template, and which argument the template is: stead.dmn and the handbook's content
# mark nothing for translation, as they know no languages; pages translate by the template.
WORDED = {
    "DmnError": 0, "FeelError": 0, "LimitError": 0, "HandbookError": 0, "TextsError": 0, "WordedError": 0,
    "note": 1, "never": 1, "Finding": 2,
}  # fmt: skip


def templates_of(source: str) -> Iterator[tuple[int, str | None]]:
    """The templates of a module with their lines; None for a message that is put together on the spot."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in WORDED and len(node.args) > WORDED[name]:
            given = node.args[WORDED[name]]
            for one in [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]:
                if isinstance(one, ast.Constant):
                    yield node.lineno, str(one.value)
                # What is handed on as it came is a template somewhere else.
                elif getattr(one, "id", getattr(one, "attr", "")) != "template":
                    yield node.lineno, None


def worded() -> dict[str, str | None]:
    """Every template of stead.dmn and of the handbook's errors, by where it stands."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        # The kit's own messages are for the command line.
        if "tests" not in path.relative_to(SOURCE).parts and not path.name.startswith("tck"):
            for line, template in templates_of(path.read_text("utf-8")):
                found[f"{path.relative_to(SOURCE)}:{line}"] = template
    return found


def test_every_message_about_a_handbook_is_a_template() -> None:
    assert [place for place, template in worded().items() if template is None] == []


def test_every_message_about_a_handbook_has_a_chinese_translation() -> None:
    known, found = chinese(), worded()
    assert len(found) > 100
    assert {place: text for place, text in found.items() if text is not None and not known.get(text)} == {}


def test_a_message_without_template_or_translation_would_be_found() -> None:
    assert list(templates_of('raise FeelError("{a} is quite new", a=1)')) == [(1, "{a} is quite new")]
    assert list(templates_of('raise dmn.DmnError(f"{a} is quite new")')) == [(1, None)]
    assert list(templates_of('Finding(kind, place, "a" if b else "c")')) == [(1, "a"), (1, "c")]
    assert list(templates_of("raise HandbookError(str(error))")) == [(1, None)]
    assert list(templates_of("raise FeelError(self.template, place)")) == []


def test_braces_in_a_translation_are_those_of_the_text() -> None:
    known = chinese()
    brace = re.compile(r"\{(\w+)\}")
    texts = [text for text in worded().values() if text]
    wrong = [text for text in texts if set(brace.findall(known.get(text, ""))) - set(brace.findall(text))]
    assert wrong == []
