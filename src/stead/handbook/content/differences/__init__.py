"""What differs between two handbooks, and two changes of one in one. Works on texts; stores nothing."""

from stead.handbook.content.differences.comparing import (
    Cell,
    Comparison,
    FileChange,
    Row,
    TableChange,
    compare,
    compare_file,
)
from stead.handbook.content.differences.lines import Line
from stead.handbook.content.differences.merging import (
    OURS,
    THEIRS,
    Conflict,
    Merged,
    merge3,
    next_id,
    resolve,
)

__all__ = [
    "OURS", "THEIRS", "Cell", "Comparison", "Conflict", "FileChange", "Line", "Merged", "Row", "TableChange",
    "compare", "compare_file", "merge3", "next_id", "resolve",
]  # fmt: skip
