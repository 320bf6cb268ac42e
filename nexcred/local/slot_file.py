"""The file of the slots that open a vault on this machine alone: a store that others can read holds none.

It lies in the data folder, by the vault's id: {"version": 1, "slots": [hexadecimal, …]}.
"""

import json
from pathlib import Path

from nexcred.errors import MadeByNewer, StoreFailed, Tampered
from nexcred.local.files import make_own_folder, reason, shown
from nexcred.local.locking import locked
from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model import strict_json

_VERSION = 1
_LARGEST = 64 * 1024


class SlotFile:
    """Slots of one vault; whoever reads this file could guess at a passphrase, so it is 0600."""

    def __init__(self, data_folder: Path, vault_id: bytes) -> None:
        self._folder = data_folder / "slots"
        self._path = self._folder / f"{vault_id.hex()}.json"

    def read(self) -> tuple[bytes, ...]:
        """Return them, none where there is no file; raise Tampered for one that is damaged, StoreFailed."""
        data = read_plain_file(self._path, _LARGEST)
        if data is None:
            return ()
        try:
            document = strict_json.loads(data)
            if not isinstance(document, dict):
                raise TypeError
            if document["version"] != _VERSION:
                raise MadeByNewer("the passphrase of this machine was set by a newer nexcred", hint="update nexcred")
            return tuple(bytes.fromhex(slot) for slot in document["slots"])
        except (ValueError, KeyError, TypeError):
            raise Tampered(
                f"the file {shown(self._path)}, which holds this machine's passphrase slot, is damaged",
                hint=f"take it away, open the vault by its identity, and set one anew: rm {shown(self._path)}",
            ) from None

    def write(self, slots: tuple[bytes, ...]) -> None:
        """Put these in place of what is there; raise StoreFailed."""
        try:
            make_own_folder(self._folder)
            with locked(self._folder / "slots.lock"):
                document = {"version": _VERSION, "slots": [slot.hex() for slot in slots]}
                replace_file(self._path, json.dumps(document).encode() + b"\n")
        except OSError as error:
            raise StoreFailed(f"{shown(self._path)} cannot be written: {reason(error)}") from None
