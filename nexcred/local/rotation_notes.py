"""What this machine notes of rotations in its state folder: its own name in journals, and since when it sees an entry.

`rotation/machine` has 32 random hex digits. `rotation/seen.json` has {"vault:record": {"entry", "seen_at_s"}}, by a
clock of this boot: two of its times are compared, and never those of two machines. `rotation/RECORD.answer` is what a
provider answered, sealed to this identity, until it stands in the vault; it alone is synced. Without the others, this
machine is a new one, and sees each entry for the first time.
"""

import json
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nexcred.errors import StoreFailed, VaultBusy
from nexcred.local.boot_clock import seconds_since_boot
from nexcred.local.files import make_own_folder, reason
from nexcred.local.locking import locked
from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model.sha256 import sha256

_LARGEST = 1024 * 1024
_LARGEST_ANSWER = 8 * 1024 * 1024
_MOST_SEEN = 1_000
_ID_BYTES = 16
_LOCK_S = 5.0


class RotationNotes:
    """Threads may not share it. Where the folder cannot be written, other machines' entries are new each time."""

    def __init__(self, state_folder: Path, clock: Callable[[], float] = seconds_since_boot) -> None:
        self._folder = state_folder / "rotation"
        self.clock = clock

    def machine(self) -> str:
        """Return this machine's name in journals, random, the same as before; raise StoreFailed.

        The name of the host is in it: a state folder that was copied to another machine is another one's there.
        """
        path = self._folder / "machine"
        try:
            make_own_folder(self._folder)
            with locked(self._folder / "lock"):
                kept = read_plain_file(path, _LARGEST) or b""
                if len(kept) != 2 * _ID_BYTES:
                    kept = os.urandom(_ID_BYTES).hex().encode()
                    replace_file(path, kept, is_durable=False)
        except (OSError, TimeoutError) as error:
            said = reason(error) if isinstance(error, OSError) else "another process holds it"
            raise StoreFailed(f"the state folder does not keep which machine this is: {said}") from None
        return sha256(kept + b"\0" + platform.node().encode()).hex()[: 2 * _ID_BYTES]

    def seen_for_s(self, key: str, entry: str) -> float:
        """Return for how long this machine has seen this same entry, and note that it sees it now.

        After a boot no less than what is certain counts: the time since then.
        """
        now, kept = self.clock(), self._read()
        known = kept.get(key)
        if isinstance(known, dict) and known.get("entry") == entry:
            since = known.get("seen_at_s")
            if isinstance(since, int | float) and not isinstance(since, bool):
                return now - since if since <= now else now
        kept.pop(key, None)
        kept[key] = {"entry": entry, "seen_at_s": now}
        self._write(dict(list(kept.items())[-_MOST_SEEN:]))
        return 0.0

    def forget(self, key: str) -> None:
        kept = self._read()
        if kept.pop(key, None) is not None:
            self._write(kept)

    def keep_answer(self, key: str, sealed: str) -> None:
        """Keep a provider's answer, sealed, until it is in the vault: there is no second one. Raise StoreFailed."""
        try:
            make_own_folder(self._folder)
            replace_file(self._folder / _answer_file(key), sealed.encode())
        except OSError as error:
            raise StoreFailed(f"the state folder does not keep the provider's answer: {reason(error)}") from None

    def answer(self, key: str) -> str:
        """Return it, "" where there is none."""
        with suppress(StoreFailed, OSError, ValueError):
            return (read_plain_file(self._folder / _answer_file(key), _LARGEST_ANSWER) or b"").decode()
        return ""

    def drop_answer(self, key: str) -> None:
        with suppress(OSError):
            (self._folder / _answer_file(key)).unlink(missing_ok=True)

    @contextmanager
    def alone(self, record: str) -> Iterator[None]:
        """Let one process of this machine rotate a record; raise VaultBusy where another does, StoreFailed."""
        try:
            make_own_folder(self._folder)
            with locked(self._folder / f"{record}.lock", _LOCK_S):
                yield
        except TimeoutError:
            raise VaultBusy(
                "another nexcred on this machine is rotating this credential", hint="try again in a moment"
            ) from None
        except OSError as error:
            raise StoreFailed(f"the rotation cannot be locked on this machine: {reason(error)}") from None

    def _read(self) -> dict[str, object]:
        with suppress(OSError, ValueError, StoreFailed):
            data = json.loads(read_plain_file(self._folder / "seen.json", _LARGEST) or b"{}")
            if isinstance(data, dict):
                return data
        return {}

    def _write(self, kept: dict[str, object]) -> None:
        with suppress(OSError, StoreFailed):
            make_own_folder(self._folder)
            replace_file(self._folder / "seen.json", json.dumps(kept).encode(), is_durable=False)


def _answer_file(key: str) -> str:
    return f"{key.replace(':', '-')}.answer"
