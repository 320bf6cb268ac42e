"""What this machine keeps of notices: those that could not be sent yet, sealed, and verdicts that no vault keeps.

A JSON file for each vault: {"waiting": [{"to", "id", "since", "sealed"}], "verdicts": {record id: [status, time]}}. A
verdict is kept here by whoever may not write to the vault. Names stand in it only sealed.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from nexcred.errors import StoreFailed
from nexcred.local.files import make_own_folder
from nexcred.local.locking import locked
from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339

_LARGEST = 16 * 1024 * 1024
# What nobody took for so long, nobody reads any more.
_MOST_WAITING = 32


class WaitingNotice(NamedTuple):
    """A notice that was not sent. `to` is the record id in hex of the credential that sends it."""

    to: str
    id: str
    since: datetime
    sealed: str

    def __repr__(self) -> str:
        return repr_of(self, "since")


class SeenVerdict(NamedTuple):
    """What was proved last of a credential, and when it was last asked."""

    proved: ProbeStatus | None
    checked_at: datetime


class Notices(NamedTuple):
    """What is kept for one vault."""

    waiting: tuple[WaitingNotice, ...] = ()
    verdicts: Mapping[str, SeenVerdict] = MappingProxyType({})

    def __repr__(self) -> str:
        return repr_of(self)


class NoticesFile:
    """Where nothing can be kept, nothing is: a notice may then be lost, or come twice."""

    def __init__(self, state_folder: Path, vault_id: bytes) -> None:
        self._folder = state_folder / "notices"
        self._path = self._folder / f"{vault_id.hex()}.json"

    def read(self) -> Notices:
        """Return what is kept; nothing where the file is not what it should be."""
        with suppress(OSError, StoreFailed, ValueError, TypeError, KeyError, AttributeError):
            return _read(read_plain_file(self._path, _LARGEST) or b"{}")
        return Notices()

    def change(self, apply: Callable[[Notices], Notices]) -> None:
        """Replace what is kept; never fails."""
        with suppress(OSError, StoreFailed):
            make_own_folder(self._folder)
            with locked(self._folder / "lock"):
                new = apply(self.read())
                new = new._replace(waiting=new.waiting[-_MOST_WAITING:])
                if new == Notices():
                    self._path.unlink(missing_ok=True)
                else:
                    replace_file(self._path, _written(new))


def _read(data: bytes) -> Notices:
    document = json.loads(data)
    waiting = (
        WaitingNotice(str(one["to"]), str(one["id"]), from_rfc3339(one["since"]), str(one["sealed"]))
        for one in document.get("waiting", ())
    )
    verdicts = {
        str(record): SeenVerdict(ProbeStatus(proved) if proved else None, from_rfc3339(checked_at))
        for record, (proved, checked_at) in document.get("verdicts", {}).items()
    }
    return Notices(tuple(waiting), verdicts)


def _written(notices: Notices) -> bytes:
    document = {
        "waiting": [{**one._asdict(), "since": to_rfc3339(one.since)} for one in notices.waiting],
        "verdicts": {
            record: [seen.proved.value if seen.proved else None, to_rfc3339(seen.checked_at)]
            for record, seen in notices.verdicts.items()
        },
    }
    return json.dumps(document).encode()
