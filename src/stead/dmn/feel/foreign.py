"""Errors of the libraries beneath (Ibis, DuckDB, Arrow, lark) as errors of the expression that led there."""

from collections.abc import Iterator
from contextlib import contextmanager

from stead.dmn.errors import DmnError, FeelError, LimitError, Place

_REASON_MAX = 160


@contextmanager
def translated(place: Place | None = None) -> Iterator[None]:
    """Inside, only DmnError is raised: whatever else is raised is no answer to somebody who edits a cell.

    Without a place, the caller adds it, as it does to the library's own errors.
    """
    try:
        yield
    except DmnError:
        raise
    except RecursionError:
        raise LimitError("the expression is nested too deep to be made a query; split it up") from None
    except Exception as error:
        # Ibis also raises plain errors of Python, so that no list of types would be whole.
        reason = " ".join(str(error).split())[:_REASON_MAX]
        raise FeelError(
            "cannot be made a query over columns, write it in another way: {reason}",
            place,
            kind="columns",
            reason=f"{type(error).__name__}, {reason}" if reason else type(error).__name__,
        ) from error
