"""DMN decision tables and FEEL, compiled to column expressions."""

from stead.dmn.checking import check
from stead.dmn.compiled import Compiled, compile, explain  # noqa: A004 - the word of the trade
from stead.dmn.errors import DmnError, FeelError, Kinds, LimitError, Place, WordedError
from stead.dmn.findings import Finding
from stead.dmn.model import Decision, DecisionTable, Model
from stead.dmn.naming import column_name
from stead.dmn.reading import read

__all__ = [
    "Compiled", "Decision", "DecisionTable", "DmnError", "FeelError", "Finding", "Kinds", "LimitError",
    "Model", "Place", "WordedError", "check", "column_name", "compile", "explain", "read",
]  # fmt: skip
