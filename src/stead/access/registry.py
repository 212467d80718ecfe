"""What `access` needs from above: the ledger, and the bank's own numbers. Filled by `stead.web.slots`."""

from typing import Any, Protocol

from stead.core.registry import Slot


class Recorder(Protocol):
    """Writes one row of the audit ledger."""

    def __call__(  # noqa: D102 -- the class says it
        self, *, by: Any, verb: str, object_kind: str, object_id: str, detail: dict[str, Any] | None = None
    ) -> object: ...


class Numbers(Protocol):
    """Says whether the bank has a banker and a branch of these numbers; True before the first night."""

    def __call__(self, *, banker_id: str = "", branch_id: str = "") -> bool: ...  # noqa: D102 -- see above


numbers: Slot[Numbers] = Slot("knowing the numbers of bankers and branches")
recorder: Slot[Recorder] = Slot("writing the audit ledger")
