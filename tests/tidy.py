"""The checks of style that no linter makes: each a function from a source text to what is wrong with it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50

Check = Callable[[str], Iterator[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Rule:
    """A check with a text that it passes and a text that it refuses, so that the check itself is tested."""

    name: str
    check: Check
    good: str
    bad: str


# One file after the other goes through all checks: it is parsed once.
@lru_cache(maxsize=1)
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Every node of a module, the module itself first."""
    return tuple(ast.walk(ast.parse(source)))


def functions(source: str) -> Iterator[Function]:
    """Every function and method of a module."""
    return (node for node in nodes(source) if isinstance(node, Function))


def long_file(source: str) -> Iterator[str]:
    """A file that nobody reads to the end."""
    lines = source.count("\n")
    if lines > FILE_LINES_MAX:
        yield f"{lines} lines; split it into a package before {FILE_LINES_MAX}"


def long_function(source: str) -> Iterator[str]:
    """A function that does more than one thing. Its docstring does not count."""
    for node in functions(source):
        documented = ast.get_docstring(node, clean=False) is not None
        first = node.body[0]
        prose = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
        lines = (node.end_lineno or node.lineno) - node.lineno + 1 - prose
        if lines > FUNCTION_LINES_MAX:
            yield f"line {node.lineno}: {node.name} has {lines} lines; at most {FUNCTION_LINES_MAX}"


def holds_practices(source: str) -> bool:
    """Whether a module has the one list of practices, whose folders are found by name (decision 0014)."""
    return any(
        isinstance(node, ast.Assign)
        and any(getattr(target, "id", "") == "PRACTICES" for target in node.targets)
        for node in nodes(source)
    )


def hidden_import(source: str) -> Iterator[str]:
    """A dependence that the layers cannot see."""
    for function in functions(source):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"line {node.lineno}: import inside {function.name}; move it to the top"
    for node in nodes(source):
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if (
            isinstance(node, ast.Call)
            and name
            in {
                "get_model",
                "import_module",
                "import_string",
                "__import__",
                "resolve_name",
            }
            and not holds_practices(source)
        ):
            yield f"line {node.lineno}: a dependence hidden in a string; import it"


def signal(source: str) -> Iterator[str]:
    """Business logic that runs where nobody called it."""
    for number, line in enumerate(source.splitlines(), 1):
        if re.search(r"^\s*(from|import)\s+django\S*\.(dispatch|signals)|^\s*@receiver\(", line):
            yield f"line {number}: a signal; call a function of actions.py instead"


def nameless_module(source: str) -> Iterator[str]:
    """A module that does not say what it is for."""
    module = nodes(source)[0]
    if source.strip() and isinstance(module, ast.Module) and not ast.get_docstring(module):
        yield "no first line that says what the module is for"


def stray_words(source: str) -> Iterator[str]:
    """Places and tools of whoever wrote the file, which mean nothing to its reader."""
    places = r"(?<![\w.])/(work|farm|tmp/w)/"
    hosts = r"https?://[a-z0-9.-]*(" + "|".join(("py" + "pi", "python" + "hosted", "npm" + "js")) + ")"
    for number, line in enumerate(source.splitlines(), 1):
        if re.search(places, line) or re.search(hosts, line):
            yield f"line {number}: names a path of one machine or a registry's host"


def _function_of(lines: int) -> str:
    """A function that is `lines` long."""
    return '"""M."""\ndef f():\n' + "    x = 1\n" * (lines - 1)


RULES = (
    Rule("long file", long_file, "x = 1\n" * 400, "x = 1\n" * 401),
    Rule("long function", long_function, _function_of(50), _function_of(51)),
    Rule("hidden import", hidden_import, "import os\n", "def f():\n    import os\n"),
    Rule(
        "hidden practice",
        hidden_import,
        "PRACTICES = ('a',)\nx = resolve_name('a')\n",
        "OTHERS = ('a',)\nx = resolve_name('a')\n",
    ),
    Rule("hidden model", hidden_import, "x = model()\n", "x = apps.get_model('a', 'B')\n"),
    Rule(
        "signal", signal, "from django.db import models\n", "from django.db.models.signals import post_save\n"
    ),
    Rule("nameless module", nameless_module, '"""Says it."""\n', "x = 1\n"),
    Rule("stray words", stray_words, "# see docs/\n", "# see /wor" + "k/main\n"),
)
