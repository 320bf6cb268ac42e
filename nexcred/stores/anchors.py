"""What this machine remembers of each vault, in one file of the state folder: the proof against rollback."""

import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nexcred.errors import MadeByNewer, Replaced, StoreFailed, Tampered
from nexcred.model import strict_json
from nexcred.stores.files import make_folder, narrow_folder, reason, shown, sync_folder
from nexcred.stores.locking import locked
from nexcred.vault.anchor import Anchor

VERSION = 1
_LARGEST_FILE = 4 * 1024 * 1024
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)


class AnchorFile:
    """Anchors by location. An anchor is never lowered, and a damaged file is never taken for a first use.

    Where the state folder cannot be written, `warn` is told once and the work goes on.
    """

    def __init__(self, state_folder: Path, *, warn: Callable[[str], None]) -> None:
        self._folder = state_folder
        self._path = state_folder / "anchors.json"
        self._warn: Callable[[str], None] | None = warn

    def read(self, location: str) -> Anchor | None:
        """Return what is remembered; None on first use. Raises Tampered, MadeByNewer, StoreFailed."""
        return self._load().get(location)

    def known(self, location: str) -> bool:
        """True when a vault was seen there: a missing one is then missing indeed."""
        return self.read(location) is not None

    def raise_to(self, location: str, anchor: Anchor) -> None:
        """Remember a newer state; an older one changes nothing. Raises Replaced for another vault, Tampered."""

        def raise_one(anchors: dict[str, Anchor]) -> None:
            present = anchors.get(location)
            if present is not None and present.vault_id != anchor.vault_id:
                raise Replaced("another vault has been seen at this place meanwhile")
            if present is None or present.generation < anchor.generation:
                anchors[location] = anchor

        self._change(raise_one)

    def forget(self, location: str) -> None:
        """Let the next vault at this place be a first use: only when the user asks for it."""
        self._change(lambda anchors: anchors.pop(location, None))

    def _change(self, apply: Callable[[dict[str, Anchor]], object]) -> None:
        try:
            make_folder(self._folder)
            narrow_folder(self._folder)
            with locked(self._folder / "anchors.lock"):
                before = self._load()
                after = dict(before)
                apply(after)
                if after != before:
                    _replace(self._path, _encoded(after))
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

    def _load(self) -> dict[str, Anchor]:
        data = _read_plain_file(self._path)
        if data is None:
            return {}
        try:
            return _decode(data)
        except (ValueError, KeyError, TypeError):
            raise Tampered(
                f"the file {shown(self._path)}, which remembers the newest state of your vaults, is damaged",
                hint=f"if you trust the vaults as they are now, move {shown(self._path)} away",
            ) from None


def _read_plain_file(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | _NOT_FOLLOWED)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreFailed(f"{shown(path)} cannot be read: {reason(error)}") from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise StoreFailed(f"{shown(path)} is not a plain file")
        return file.read(_LARGEST_FILE)


def _replace(path: Path, data: bytes) -> None:
    """Put a whole new file in place of the old one, durably. The caller's lock makes one temporary name enough."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _NOT_FOLLOWED, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def _encoded(anchors: dict[str, Anchor]) -> bytes:
    """Raise StoreFailed for more than would be read back: a file that was cut would pass for a damaged one."""
    vaults = {
        location: {
            "vault_id": anchor.vault_id.hex(),
            "generation": anchor.generation,
            "head": anchor.head_hash.hex(),
            "roster_length": anchor.roster_length,
            "roster": anchor.roster_hash.hex(),
        }
        for location, anchor in sorted(anchors.items())
    }
    data = json.dumps({"version": VERSION, "vaults": vaults}, indent=1).encode() + b"\n"
    if len(data) > _LARGEST_FILE:
        raise StoreFailed(f"it would remember more vaults than {_LARGEST_FILE // 1024 // 1024} MiB hold")
    return data


def _decode(data: bytes) -> dict[str, Anchor]:
    document = strict_json.loads(data)
    if not isinstance(document, dict):
        raise TypeError
    version = document["version"]
    if isinstance(version, int) and version > VERSION:
        raise MadeByNewer("the memory of your vaults was written by a newer nexcred", hint="update nexcred")
    if version != VERSION:
        raise ValueError
    vaults = document["vaults"]
    if not isinstance(vaults, dict):
        raise TypeError
    return {location: _anchor(entry) for location, entry in vaults.items()}


def _anchor(entry: dict[str, object]) -> Anchor:
    return Anchor(
        vault_id=_bytes(entry["vault_id"], 16),
        generation=_count(entry["generation"]),
        head_hash=_bytes(entry["head"], 32),
        roster_length=_count(entry["roster_length"]),
        roster_hash=_bytes(entry["roster"], 32),
    )


def _bytes(value: object, length: int) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * length:
        raise ValueError
    return bytes.fromhex(value)


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value
