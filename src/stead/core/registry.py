"""A place that a lower folder declares and only `web/slots.py` fills."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """One thing that is known further up; `purpose` is said when somebody asks before it is filled."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._value: T | None = None

    def fill(self, value: T) -> None:
        """Put the thing in; filling again replaces it, so that wiring can run twice."""
        self._value = value

    def get(self) -> T:
        """The thing. Raises LookupError when the wiring has not run."""
        if self._value is None:
            raise LookupError(f"nothing was wired for: {self.purpose}; call stead.web.slots.wire() first")
        return self._value
