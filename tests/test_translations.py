"""Every text of a page is there in Chinese too."""

import re
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
        if path.suffix in {".html", ".py"} and "tests" not in path.parts:
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
