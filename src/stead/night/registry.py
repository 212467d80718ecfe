"""What the night asks of folders above it; `web/slots.py` answers."""

from collections.abc import Callable
from pathlib import Path

from stead.core.registry import Slot
from stead.night.plan import Plan

practices: Slot[Plan] = Slot("what the practices declare for a night")
# After a night is published: drops from its lake what others wrote there and nobody needs any more.
prune_others: Slot[Callable[[Path], None]] = Slot("dropping what others keep in the lake")
