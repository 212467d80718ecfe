"""What a page says, whichever way its template breaks lines."""

import re


def tight(page: str) -> str:
    """The page without blanks beside tags and with one blank between words, to look for markup in it."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", page))
