"""What makes a handbook unfit to be submitted, in one line each."""

from collections.abc import Mapping

from stead import dmn
from stead.handbook.book import Handbook, HandbookError


def errors_of(files: Mapping[str, str]) -> list[str]:
    """The errors of all tables and of the handbook as a whole; warnings such as gaps are no errors."""
    found = []
    for path, text in sorted(files.items()):
        if path.endswith(".dmn"):
            try:
                findings = dmn.check(dmn.read(text.encode()))
            except dmn.DmnError as error:
                found.append(f"{path}: {error}")
                continue
            found += [f"{path}: {one}" for one in findings if one.severity == "error"]
    if not found:
        try:
            Handbook(files).check()
        except (HandbookError, dmn.DmnError) as error:
            found.append(str(error))
    return found
