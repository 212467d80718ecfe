"""From the names of a model to the names of columns."""

import re


def column_name(name: str) -> str:
    """The column for a FEEL name: spaces and punctuation become "_", letters lower case."""
    return re.sub(r"\W+", "_", name).strip("_").lower()
