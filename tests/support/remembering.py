"""What a machine remembers of a vault, for tests that are several machines."""

from collections.abc import Callable

from nexcred.vault.anchor import Anchor
from nexcred.vault.memory import Confirm, Doubt, ProcessMemory


def seen(anchor: Anchor | None) -> ProcessMemory:
    """Return the memory of a machine that has seen this state, and nothing else."""
    memory = ProcessMemory()
    if anchor is not None:
        memory.anchors[anchor.vault_id] = anchor
    return memory


class Telling(ProcessMemory):
    """Tells of each newer state."""

    def __init__(self, remember: Callable[[Anchor], object], anchor: Anchor | None = None) -> None:
        super().__init__()
        self._remember = remember
        if anchor is not None:
            self.anchors[anchor.vault_id] = anchor

    def advance(self, anchor: Anchor, prove: Callable[[Anchor], None], moved_to: str | None = None) -> None:
        if self.anchors.get(anchor.vault_id) != anchor:
            self._remember(anchor)
        super().advance(anchor, prove, moved_to)


def asking(asked: list[Doubt], *, yes: bool = True) -> Confirm:
    """Return a person at a terminal who always says the same; what was asked is noted."""

    def confirm(doubt: Doubt) -> bool:
        asked.append(doubt)
        return yes

    return confirm
