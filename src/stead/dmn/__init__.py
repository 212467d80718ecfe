"""DMN decision tables and FEEL, compiled to column expressions."""

from stead.dmn.check.checking import check
from stead.dmn.check.findings import Finding
from stead.dmn.errors import DmnError, FeelError, Kinds, LimitError, Place, WordedError
from stead.dmn.tables.compiled import Compiled, compile, explain  # noqa: A004 - the word of the trade
from stead.dmn.tables.model import Decision, DecisionTable, Model
from stead.dmn.tables.naming import column_name
from stead.dmn.tables.reading import read

__all__ = [
    "Compiled", "Decision", "DecisionTable", "DmnError", "FeelError", "Finding", "Kinds", "LimitError",
    "Model", "Place", "WordedError", "check", "column_name", "compile", "explain", "read",
]  # fmt: skip
