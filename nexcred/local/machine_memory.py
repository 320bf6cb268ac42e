"""The memory of this machine for one vault at one place, in the state folder: anchor, pins, hashes that it signed.

Pins lie in 256 files of a folder for each vault, by the first byte of their keys: using one record reads a small file
or two, however many there are. The file of signed hashes has 32 bytes for each. Neither is synced: what a power cut
spoils is as if it were not there.

shard  "NXP1" | entries × (key 16 | size 2 | value) | the first 16 bytes of the SHA-256 of it all; big-endian
"""

import os
import stat
import struct
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.errors import MadeByNewer, Replaced, StoreFailed
from nexcred.local.anchors import AnchorFile, SeenPlace
from nexcred.local.files import make_folder, narrow_folder, refuse_link
from nexcred.local.owner import leave_to_owner
from nexcred.local.unfollowed import open_unfollowed
from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model.sha256 import sha256
from nexcred.vault.anchor import Anchor

if TYPE_CHECKING:
    from nexcred.local.used_connectors import UsedConnectors
    from nexcred.vault.seen_trash import Days, Sightings

_KEY_BYTES, _HASH_BYTES = 16, 32
_LARGEST_SHARD = 64 * 1024 * 1024
_LARGEST_SIGNED = 256 * 1024 * 1024
_ENTRY = struct.Struct(f">{_KEY_BYTES}sH")
_MAGIC = b"NXP1"
_CHECK_BYTES = 16
# As `trash_file` calls it.
_TRASH_FILE = "trash"


class MachineMemory:
    """Speaks `vault.memory.Memory`. Where the folder cannot be written, the anchors say so, and the work goes on."""

    def __init__(
        self,
        state_folder: Path,
        location: str,
        anchors: AnchorFile,
        *,
        is_named: bool = False,
        file_at: Callable[[str], Path | None] = lambda _: None,
    ) -> None:
        """Say whether the place was named on purpose, and is not the default one.

        `file_at` returns the file that a vault at some location is; None where it is none.
        """
        self._folder = state_folder
        self._location = location
        self._anchors = anchors
        self._is_named = is_named
        self._file_at = file_at
        self._shards: dict[Path, tuple[tuple[int, int, int, int], dict[bytes, bytes]]] = {}

    def anchor(self, vault_id: bytes) -> Anchor | None:
        place, anchor = self._anchors.seen_at(self._location, vault_id)
        if place is not None and place.vault_id != vault_id:
            raise Replaced(
                "another vault is where yours was",
                hint="if you replaced it on purpose, name the other one with --vault, or make a new one elsewhere",
            )
        return anchor

    def may_be_backup(self, vault_id: bytes, generation: int, moved_to: str | None = None) -> bool:
        place = self._anchors.place(self._location)
        is_other = place is not None and (place.vault_id != vault_id or place.generation > generation)
        if is_other or not (self._is_named or moved_to):
            return False
        self._anchors.note_backup(self._location, SeenPlace(vault_id, generation, moved_to))
        return True

    def is_copy(self, vault_id: bytes) -> bool:
        if not self._is_named or self._anchors.place(self._location) is not None:
            return False
        here = self._file_at(self._location)
        if here is None:  # a server has many names, and what is there is nobody's copy of a file
            return False
        others = [self._file_at(location) for location in self._anchors.places_of(vault_id)]
        return any(other is None or (other.exists() and not _is_same(other, here)) for other in others)

    def advance(self, anchor: Anchor, prove: Callable[[Anchor], None], moved_to: str | None = None) -> None:
        self._anchors.advance(self._location, anchor, prove, moved_to)

    def pins(self, vault_id: bytes, keys: Iterable[bytes]) -> Mapping[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        folder = self._pin_folder(vault_id)
        for first, some in _by_shard(keys).items():
            shard = self._known_shard(folder / _shard_file(first))
            found.update({key: shard[key] for key in some if key in shard})
        return found

    def keep_pins(self, vault_id: bytes, pins: Mapping[bytes, bytes]) -> None:
        def write(folder: Path) -> None:
            for first, some in _by_shard(pins).items():
                shard = folder / _shard_file(first)
                before = self._known_shard(shard)
                after = {**before, **{key: pins[key] for key in some}}
                if after != before:
                    self._shards.pop(shard, None)
                    replace_file(shard, _encode(after), is_durable=False)

        self._write(vault_id, write)

    def note_signed(self, vault_id: bytes, hashes: Iterable[bytes]) -> None:
        lines = b"".join(hashes)
        if lines:
            self._write(vault_id, lambda folder: _append(folder / "signed", lines))

    def signed(self, vault_id: bytes) -> frozenset[bytes]:
        data = read_plain_file(self._pin_folder(vault_id) / "signed", _LARGEST_SIGNED) or b""
        whole = len(data) - len(data) % _HASH_BYTES
        return frozenset(data[at : at + _HASH_BYTES] for at in range(0, whole, _HASH_BYTES))

    def keep_roster(self, vault_id: bytes, sealed: bytes, whose: bytes = b"") -> None:
        self._write(vault_id, lambda folder: replace_file(folder / _roster_file(whose), sealed, is_durable=False))

    def roster(self, vault_id: bytes, whose: bytes = b"") -> bytes | None:
        return read_plain_file(self._pin_folder(vault_id) / _roster_file(whose), _LARGEST_SIGNED) or None

    def seen_in_trash(self, vault_id: bytes) -> "Sightings | None":
        folder = self._folder_with_trash(vault_id)
        if folder is None:
            return None
        from nexcred.local.trash_file import read_trash

        return read_trash(folder)

    def earliest_in_trash(self, vault_id: bytes) -> "tuple[Days, int] | None":
        folder = self._folder_with_trash(vault_id)
        if folder is None:
            return None
        from nexcred.local.trash_file import earliest_in

        return earliest_in(folder)

    def keep_seen_in_trash(self, vault_id: bytes, seen: "Sightings") -> None:
        from nexcred.local.trash_file import write_trash  # what is in the trash changes seldom

        self._write(vault_id, lambda folder: write_trash(folder, seen))

    def _folder_with_trash(self, vault_id: bytes) -> Path | None:
        """Return where it is remembered; None where nothing is, which costs no import."""
        folder = self._pin_folder(vault_id)
        return folder if (folder / _TRASH_FILE).exists() else None

    def note_connector(self, name: str, digest: str) -> None:
        _used_connectors(self._folder).note(name, digest)

    def knows_connector(self, name: str, digest: str) -> bool:
        return _used_connectors(self._folder).has(name, digest)

    def _write(self, vault_id: bytes, write: Callable[[Path], None]) -> None:
        """Write into the folder of a vault, under its lock; where that cannot be, it is not remembered."""
        from nexcred.local.locking import locked  # which reading does without

        with suppress(OSError, StoreFailed):
            folder = self._pin_folder(vault_id)
            make_folder(folder)
            narrow_folder(folder)
            with locked(folder / "lock"):
                write(folder)

    def _pin_folder(self, vault_id: bytes) -> Path:
        """Return where all of a vault lies; raise StoreFailed for a link, by which it would lie anywhere."""
        all_pins = self._folder / "pins"
        folder = all_pins / vault_id.hex()
        for one in (all_pins, folder):
            refuse_link(one)
        return folder

    def _known_shard(self, path: Path) -> dict[bytes, bytes]:
        """Return a shard, read again only where its file was replaced: a change of thousands asks for each often."""
        try:
            now = path.lstat()
        except OSError:
            return _read_shard(path)
        seen = (now.st_ino, now.st_mtime_ns, now.st_ctime_ns, now.st_size)
        known = self._shards.get(path)
        if known is None or known[0] != seen:
            known = self._shards[path] = seen, _read_shard(path)
        return known[1]


def _shard_file(first: int) -> str:
    return f"{first:02x}"


def _read_shard(path: Path) -> dict[bytes, bytes]:
    data = read_plain_file(path, _LARGEST_SHARD)
    return _decode(data) if data else {}


def _used_connectors(folder: Path) -> "UsedConnectors":
    from nexcred.local.used_connectors import UsedConnectors  # for connectors of the user's own alone

    return UsedConnectors(folder)


def _roster_file(whose: bytes) -> str:
    return f"roster-{whose.hex()}" if whose else "roster"


def _is_same(one: Path, other: Path | None) -> bool:
    with suppress(OSError):
        return other is not None and one.samefile(other)
    return False


def _by_shard(keys: Iterable[bytes]) -> dict[int, list[bytes]]:
    shards: dict[int, list[bytes]] = {}
    for key in keys:
        shards.setdefault(key[0], []).append(key)
    return shards


def _encode(pins: Mapping[bytes, bytes]) -> bytes:
    entries = (_ENTRY.pack(key, len(value)) + value for key, value in sorted(pins.items()))
    body = _MAGIC + b"".join(entries)
    return body + _check(body)


def _decode(data: bytes) -> dict[bytes, bytes]:
    """Read a shard; ignore one that was not written completely. Raise MadeByNewer."""
    body, pins, at = data[:-_CHECK_BYTES], dict[bytes, bytes](), len(_MAGIC)
    if data[-_CHECK_BYTES:] != _check(body):
        return {}
    if not body.startswith(_MAGIC):
        raise MadeByNewer("the memory of your vaults was written by a newer nexcred", hint="update nexcred")
    while at < len(body):
        key, size = _ENTRY.unpack_from(body, at)
        at += _ENTRY.size
        pins[key] = body[at : at + size]
        at += size
    return pins


def _check(body: bytes) -> bytes:
    return sha256(body)[:_CHECK_BYTES]


def _append(path: Path, lines: bytes) -> None:
    """Write hashes behind the last one that is whole."""
    with os.fdopen(open_unfollowed(path, os.O_WRONLY | os.O_CREAT), "wb", buffering=0) as file:
        found = os.fstat(file.fileno())
        if stat.S_ISREG(found.st_mode):
            leave_to_owner(file.fileno(), path.parent)
            file.seek(found.st_size - found.st_size % _HASH_BYTES)
            file.write(lines)
