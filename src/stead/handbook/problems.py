"""What makes a handbook unfit to be submitted, in one line each."""

from collections.abc import Mapping

from stead.handbook.draft_check import problems


def errors_of(files: Mapping[str, str]) -> list[str]:
    """The errors of all files and of the handbook as a whole; warnings such as gaps are no errors."""
    found = (one for one in problems(files) if one.severity == "error")
    return [f"{one.path}: {one.text}" if one.path else one.text for one in found]
