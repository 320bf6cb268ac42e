"""The anchors file in the state folder: the newest state seen of each vault, against rollback.

Anchors are kept by vault id, since one vault may lie at several places; a place leads to the vault that was seen there,
and to the generation that it last showed.
"""

import json
from collections.abc import Callable
from pathlib import Path

from nexcred.errors import MadeByNewer, Replaced, StoreFailed, Tampered
from nexcred.local.file_mark import FileMark, mark_of_file
from nexcred.local.files import make_folder, narrow_folder, reason, shown
from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model import strict_json
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.anchor import Anchor

VERSION = 2
_FIRST_VERSION = 1
_LARGEST_FILE = 4 * 1024 * 1024


class SeenPlace(NamedTuple):
    """Which vault was seen at a place, how far it had come there, and where it went from there."""

    vault_id: bytes
    generation: int
    moved_to: str | None = None

    def __repr__(self) -> str:
        return repr_of(self, "generation")


class Known(NamedTuple):
    """The content of the file: anchors by vault id, places by location."""

    vaults: dict[bytes, Anchor]
    places: dict[str, SeenPlace]

    def __repr__(self) -> str:
        return repr_of(self)


class AnchorFile:
    """Anchors of vaults. An anchor is never lowered, and a damaged file is never taken for a first use.

    Where the state folder cannot be written, `warn` is told once and the work goes on.
    """

    def __init__(self, state_folder: Path, *, warn: Callable[[str], None]) -> None:
        self._folder = state_folder
        self._path = state_folder / "anchors.json"
        self._warn: Callable[[str], None] | None = warn
        self._read: tuple[bytes, Known] | None = None
        self._mark: FileMark | None = None

    @property
    def folder(self) -> Path:
        """The state folder, in which other memories lie beside this file."""
        return self._folder

    def read(self, location: str) -> Anchor | None:
        """Return what is remembered of the vault at a place; None on first use. Raises Tampered, MadeByNewer."""
        known = self._load()
        place = known.places.get(location)
        return None if place is None else known.vaults.get(place.vault_id)

    def place(self, location: str) -> SeenPlace | None:
        return self._load().places.get(location)

    def places_of(self, vault_id: bytes) -> list[str]:
        """Return the locations at which this vault was seen."""
        return [location for location, place in self._load().places.items() if place.vault_id == vault_id]

    def of_vault(self, vault_id: bytes) -> Anchor | None:
        """Return the newest state seen of a vault, wherever that was."""
        return self._load().vaults.get(vault_id)

    def vaults(self) -> frozenset[bytes]:
        """Return the ids of the vaults that were seen, wherever they lay."""
        return frozenset(self._load().vaults)

    def seen_at(self, location: str, vault_id: bytes) -> tuple[SeenPlace | None, Anchor | None]:
        """Return what was seen at a place, and the newest state seen of a vault, both as of one moment."""
        known = self._load()
        return known.places.get(location), known.vaults.get(vault_id)

    def known(self, location: str) -> bool:
        """True when a vault was seen there: a missing one is then missing indeed."""
        return self.place(location) is not None

    def advance(
        self,
        location: str,
        anchor: Anchor,
        prove: Callable[[Anchor], None] | None = None,
        moved_to: str | None = None,
    ) -> None:
        """Remember a newer state; an older one changes nothing. Raises Replaced for another vault, Tampered.

        `prove` gets what is remembered by now, under the lock, and raises unless the new state descends from it.
        """

        def raise_one(known: Known) -> None:
            place = known.places.get(location)
            if place is not None and place.vault_id != anchor.vault_id:
                raise Replaced("another vault has been seen at this place meanwhile")
            present = known.vaults.get(anchor.vault_id)
            if present is not None and present != anchor and prove is not None:
                prove(present)
            if present is None or present.generation < anchor.generation:
                known.vaults[anchor.vault_id] = anchor
            if place is None or place.generation <= anchor.generation:
                known.places[location] = seen_here

        seen_here = SeenPlace(anchor.vault_id, anchor.generation, moved_to)

        def is_there(known: Known) -> bool:
            return known.vaults.get(anchor.vault_id) == anchor and known.places.get(location) == seen_here

        self._change(raise_one, unless=is_there)

    def note_backup(self, location: str, place: SeenPlace) -> None:
        """Remember an older state of a vault that lies at a place of its own, as it is."""
        if self.place(location) != place:
            self._change(lambda known: known.places.__setitem__(location, place))

    def accept(self, location: str, anchor: Anchor) -> None:
        """Make another state the newest because a person said so, even if it does not descend from the one seen."""

        def replace(known: Known) -> None:
            known.vaults[anchor.vault_id] = anchor
            known.places[location] = SeenPlace(anchor.vault_id, anchor.generation)

        self._change(replace)

    def pin(self, location: str, anchor: Anchor) -> None:
        """Remember a state that was told and not seen yet: the first one that is believed there descends from it.

        Of a vault that this machine has seen, what it has seen stays: nobody is told more by a line. Raises Replaced
        where another vault is known at this place, or another state of the same write; StoreFailed where nothing can be
        remembered, and then nothing is pinned.
        """

        def begin(known: Known) -> None:
            place, present = known.places.get(location), known.vaults.get(anchor.vault_id)
            if place is not None and place.vault_id != anchor.vault_id:
                raise Replaced("another vault was seen at this place before", hint="ask who invites you which is right")
            if present is not None and present.generation == anchor.generation and present != anchor:
                raise Replaced("this machine saw another state of this vault than the line tells of")
            kept = known.vaults.setdefault(anchor.vault_id, anchor)
            known.places.setdefault(location, SeenPlace(anchor.vault_id, kept.generation))

        self._change(begin)
        if self.read(location) is None:
            raise StoreFailed(f"{shown(self._folder)} cannot be written, and nothing would hold the vault to this line")

    def forget(self, location: str) -> None:
        """Let the next vault at this place be a first use: only when the user asks for it."""
        self._change(lambda known: known.places.pop(location, None))

    def _change(self, apply: Callable[[Known], object], *, unless: Callable[[Known], bool] = lambda _: False) -> None:
        """Change the file under the lock; write nothing where `unless` says that it is so already."""
        try:
            if unless(self._load()):
                return
            from nexcred.local.locking import locked  # which reading does without

            make_folder(self._folder)
            narrow_folder(self._folder)
            with locked(self._folder / "anchors.lock"):
                before = self._load()
                after = Known(dict(before.vaults), dict(before.places))
                apply(after)
                if after != before:
                    replace_file(self._path, _encoded(after))
        except OSError as error:
            self._cannot_write(reason(error))
        except StoreFailed as error:
            self._cannot_write(error.message)

    def _cannot_write(self, why: str) -> None:
        if self._warn is not None:
            self._warn(
                f"this machine cannot remember the vault's newest state in {shown(self._folder)}"
                f" ({why}), so an older copy of the vault would not be noticed"
            )
            self._warn = None

    def _load(self) -> Known:
        """Read the file, and decode it where it changed since; treat what is returned as frozen."""
        mark = mark_of_file(self._path)
        if self._read is not None and mark is not None and mark == self._mark:
            return self._read[1]
        data = read_plain_file(self._path, _LARGEST_FILE)
        if data is None:
            return Known({}, {})
        try:
            if self._read is None or self._read[0] != data:
                self._read = data, _decode(data)
            self._mark = mark
            return self._read[1]
        except (ValueError, KeyError, TypeError):
            raise Tampered(
                f"the file {shown(self._path)}, which remembers the newest state of your vaults, is damaged",
                hint=f"if you trust the vaults as they are now, move {shown(self._path)} away",
            ) from None


def _encoded(known: Known) -> bytes:
    """Raise StoreFailed for more than would be read back: a file that was cut would pass for a damaged one."""
    vaults = {
        vault_id.hex(): {
            "generation": anchor.generation,
            "head": anchor.head_hash.hex(),
            "roster_length": anchor.roster_length,
            "roster": anchor.roster_hash.hex(),
        }
        for vault_id, anchor in sorted(known.vaults.items())
    }
    places = {
        location: {"vault_id": place.vault_id.hex(), "generation": place.generation}
        | ({} if place.moved_to is None else {"moved_to": place.moved_to})
        for location, place in sorted(known.places.items())
    }
    data = json.dumps({"version": VERSION, "vaults": vaults, "places": places}, indent=1).encode() + b"\n"
    if len(data) > _LARGEST_FILE:
        raise StoreFailed(f"it would remember more vaults than {_LARGEST_FILE // 1024 // 1024} MiB hold")
    return data


def _decode(data: bytes) -> Known:
    document = strict_json.loads(data)
    if not isinstance(document, dict):
        raise TypeError
    version, vaults = document["version"], document["vaults"]
    if isinstance(version, int) and version > VERSION:
        raise MadeByNewer("the memory of your vaults was written by a newer nexcred", hint="update nexcred")
    if version not in (_FIRST_VERSION, VERSION) or not isinstance(vaults, dict):
        raise ValueError
    if version == _FIRST_VERSION:
        return _decode_first(vaults)
    places = document["places"]
    if not isinstance(places, dict):
        raise TypeError
    return Known(
        {_bytes(vault_id, 16): _anchor(_bytes(vault_id, 16), entry) for vault_id, entry in vaults.items()},
        {
            location: SeenPlace(_bytes(one["vault_id"], 16), _count(one["generation"]), _text(one.get("moved_to")))
            for location, one in places.items()
        },
    )


def _decode_first(vaults: dict[str, dict[str, object]]) -> Known:
    """Read what version 1 kept by location: of a vault that was seen at several, the newest state counts."""
    known = Known({}, {})
    for location, entry in vaults.items():
        anchor = _anchor(_bytes(entry["vault_id"], 16), entry)
        known.places[location] = SeenPlace(anchor.vault_id, anchor.generation)
        before = known.vaults.get(anchor.vault_id)
        if before is None or before.generation < anchor.generation:
            known.vaults[anchor.vault_id] = anchor
    return known


def _anchor(vault_id: bytes, entry: dict[str, object]) -> Anchor:
    return Anchor(
        vault_id=vault_id,
        generation=_count(entry["generation"]),
        head_hash=_bytes(entry["head"], 32),
        roster_length=_count(entry["roster_length"]),
        roster_hash=_bytes(entry["roster"], 32),
    )


def _bytes(value: object, length: int) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * length:
        raise ValueError
    return bytes.fromhex(value)


def _text(value: object) -> str | None:
    if not isinstance(value, str | None):
        raise TypeError
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value
