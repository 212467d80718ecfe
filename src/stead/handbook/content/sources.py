"""How sure a row of a list is: the last part of its source, "Order 3; text seen / 第3号令；已见原文"."""

from collections.abc import Callable

# The row's number is known to be the law's, but nobody has compared it with the official text.
UNVERIFIED = "known, not verified"
CERTAINTIES = ("text seen", UNVERIFIED, "sources conflict", "proposed default")


def certainty(source: str) -> str:
    """One of CERTAINTIES, by the English half of a source; nothing where it says none of them."""
    last = source.partition(" / ")[0].rpartition(";")[2].strip()
    return last if last in CERTAINTIES else ""


def read_source(source: str, label: Callable[[str], str]) -> tuple[str, str]:
    """A source and how sure it is, in the language of `label`, which picks a half of "English / 中文"."""
    named, semicolon, sure = label(source).replace("；", ";").rpartition(";")
    return (named.strip(), sure.strip()) if semicolon else (sure.strip(), "")
