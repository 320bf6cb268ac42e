"""The memory of a machine: the newest state of each vault, the records that it used, and what it signed itself."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.anchor import Anchor

if TYPE_CHECKING:  # few vaults have any trash
    from nexcred.vault.seen_trash import Days, Sightings


class Doubt(NamedTuple):
    """Something that only a person can decide: `what` it is, and what to look at before saying yes.

    `digest` is of the very bytes that are looked at: the answer is for no others, however alike they look.
    """

    what: str
    told: tuple[str, ...]
    question: str
    digest: bytes


# Asks at a terminal; None where nobody can be asked. `--yes` never answers it.
Confirm = Callable[[Doubt], bool]


class Memory(Protocol):
    """What this machine remembers of the vault at one place."""

    def anchor(self, vault_id: bytes) -> Anchor | None:
        """Return the newest state seen of this vault anywhere; raise Replaced where another one was seen here."""

    def may_be_backup(self, vault_id: bytes, generation: int, moved_to: str | None = None) -> bool:
        """True when this place never showed anything newer than this generation, and was named on purpose.

        The place that a vault `moved_to` another from need not be named.
        """

    def is_copy(self, vault_id: bytes) -> bool:
        """True for a file that was named on purpose and never seen, where the vault still lies where it was seen."""

    def advance(self, anchor: Anchor, prove: Callable[[Anchor], None], moved_to: str | None = None) -> None:
        """Remember a newer state. Under the lock, `prove` raises unless it descends from what is remembered by then.

        `moved_to` is where the vault went from this place.
        """

    def pins(self, vault_id: bytes, keys: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Return those of these pins that are kept."""

    def keep_pins(self, vault_id: bytes, pins: Mapping[bytes, bytes]) -> None: ...

    def note_signed(self, vault_id: bytes, hashes: Iterable[bytes]) -> None:
        """Remember the hashes of lists and statements that were signed here."""

    def signed(self, vault_id: bytes) -> frozenset[bytes]: ...

    def keep_roster(self, vault_id: bytes, sealed: bytes, whose: bytes = b"") -> None:
        """Keep the roster last proved, for when the vault is lost and a backup is all that is left."""

    def roster(self, vault_id: bytes, whose: bytes = b"") -> bytes | None: ...

    def seen_in_trash(self, vault_id: bytes) -> "Sightings | None":
        """Return since when which records lie in the trash, as this machine has seen them there; None without any."""

    def earliest_in_trash(self, vault_id: bytes) -> "tuple[Days, int] | None":
        """Return the days until the last look and the earliest of these times, without reading them all."""

    def keep_seen_in_trash(self, vault_id: bytes, seen: "Sightings") -> None: ...

    def note_connector(self, name: str, digest: str) -> None:
        """Remember a connector of the user's own as it is now: what it wrote stays honest when it is changed."""

    def knows_connector(self, name: str, digest: str) -> bool: ...


class QuietMemory:
    """Compares with another memory and remembers nothing: for completion, which leaves no trace."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def anchor(self, vault_id: bytes) -> Anchor | None:
        return self._memory.anchor(vault_id)

    def may_be_backup(self, vault_id: bytes, generation: int, moved_to: str | None = None) -> bool:  # noqa: ARG002
        return False

    def is_copy(self, vault_id: bytes) -> bool:  # noqa: ARG002
        return False

    def advance(self, anchor: Anchor, prove: Callable[[Anchor], None], moved_to: str | None = None) -> None:
        pass

    def pins(self, vault_id: bytes, keys: Iterable[bytes]) -> Mapping[bytes, bytes]:
        return self._memory.pins(vault_id, keys)

    def keep_pins(self, vault_id: bytes, pins: Mapping[bytes, bytes]) -> None:
        pass

    def note_signed(self, vault_id: bytes, hashes: Iterable[bytes]) -> None:
        pass

    def signed(self, vault_id: bytes) -> frozenset[bytes]:
        return self._memory.signed(vault_id)

    def keep_roster(self, vault_id: bytes, sealed: bytes, whose: bytes = b"") -> None:
        pass

    def roster(self, vault_id: bytes, whose: bytes = b"") -> bytes | None:
        return self._memory.roster(vault_id, whose)

    def seen_in_trash(self, vault_id: bytes) -> "Sightings | None":
        return self._memory.seen_in_trash(vault_id)

    def earliest_in_trash(self, vault_id: bytes) -> "tuple[Days, int] | None":
        return self._memory.earliest_in_trash(vault_id)

    def keep_seen_in_trash(self, vault_id: bytes, seen: "Sightings") -> None:
        pass

    def note_connector(self, name: str, digest: str) -> None:
        pass

    def knows_connector(self, name: str, digest: str) -> bool:
        return self._memory.knows_connector(name, digest)


class ProcessMemory:
    """Remembers for as long as this process lives: where a machine has no state folder, and in tests."""

    def __init__(self) -> None:
        self.anchors: dict[bytes, Anchor] = {}
        self._pins: dict[tuple[bytes, bytes], bytes] = {}
        self._signed: dict[bytes, set[bytes]] = {}
        self._rosters: dict[tuple[bytes, bytes], bytes] = {}
        self._connectors: set[tuple[str, str]] = set()
        self._trash: dict[bytes, Sightings] = {}

    def anchor(self, vault_id: bytes) -> Anchor | None:
        return self.anchors.get(vault_id)

    def may_be_backup(self, vault_id: bytes, generation: int, moved_to: str | None = None) -> bool:  # noqa: ARG002
        return False

    def is_copy(self, vault_id: bytes) -> bool:  # noqa: ARG002
        return False

    def advance(
        self,
        anchor: Anchor,
        prove: Callable[[Anchor], None],
        moved_to: str | None = None,  # noqa: ARG002
    ) -> None:
        present = self.anchors.get(anchor.vault_id)
        if present is not None:
            prove(present)
        self.anchors[anchor.vault_id] = anchor

    def pins(self, vault_id: bytes, keys: Iterable[bytes]) -> Mapping[bytes, bytes]:
        return {key: self._pins[vault_id, key] for key in keys if (vault_id, key) in self._pins}

    def keep_pins(self, vault_id: bytes, pins: Mapping[bytes, bytes]) -> None:
        self._pins.update({(vault_id, key): value for key, value in pins.items()})

    def note_signed(self, vault_id: bytes, hashes: Iterable[bytes]) -> None:
        self._signed.setdefault(vault_id, set()).update(hashes)

    def signed(self, vault_id: bytes) -> frozenset[bytes]:
        return frozenset(self._signed.get(vault_id, ()))

    def keep_roster(self, vault_id: bytes, sealed: bytes, whose: bytes = b"") -> None:
        self._rosters[vault_id, whose] = sealed

    def roster(self, vault_id: bytes, whose: bytes = b"") -> bytes | None:
        return self._rosters.get((vault_id, whose))

    def seen_in_trash(self, vault_id: bytes) -> "Sightings | None":
        return self._trash.get(vault_id)

    def earliest_in_trash(self, vault_id: bytes) -> "tuple[Days, int] | None":
        seen = self.seen_in_trash(vault_id)
        return None if seen is None else (seen.days, min(one.first_ms for one in seen.records.values()))

    def keep_seen_in_trash(self, vault_id: bytes, seen: "Sightings") -> None:
        self._trash.pop(vault_id, None)
        if seen.records:
            self._trash[vault_id] = seen

    def note_connector(self, name: str, digest: str) -> None:
        self._connectors.add((name, digest))

    def knows_connector(self, name: str, digest: str) -> bool:
        return (name, digest) in self._connectors
