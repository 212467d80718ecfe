"""What `access` needs from above: somebody who writes the ledger. Filled by `stead.web.wiring`."""

from typing import Any, Protocol

from stead.core.registry import Slot


class Recorder(Protocol):
    """Writes one row of the audit ledger."""

    def __call__(  # noqa: D102 -- the class says it
        self, *, by: Any, verb: str, object_kind: str, object_id: str, detail: dict[str, Any] | None = None
    ) -> object: ...


recorder: Slot[Recorder] = Slot("writing the audit ledger")
