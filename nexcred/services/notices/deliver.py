"""Delivering what changed: one message a run; what could not be sent waits on this machine, and goes with the next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_hex

from nexcred.errors import NexcredError
from nexcred.local.notices_file import NoticesFile, SeenVerdict, WaitingNotice
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.services.notices.changes import Hanging, NoticedChange, change_of, hang_of
from nexcred.services.notices.message import Notice, message_of
from nexcred.services.notices.sender import NoticeSender
from nexcred.services.proving.keep_results import Results
from nexcred.vault.vault import Vault


def changes_in(pairs: Results, titles: Mapping[str, str], hanging: Mapping[str, Hanging]) -> list[NoticedChange]:
    """Return what changed, by each credential as it was and the result that takes the place of its last one.

    `titles` are what connectors call their systems, `hanging` the rotations that hang, by the ids of their credentials.
    """
    found = []
    for before, result in pairs:
        title = titles.get(before.connector, before.connector)
        found += [change_of(before, result, title), hang_of(before, result, title, hanging.get(before.id))]
    return [change for change in found if change is not None]


def as_seen(results: Results, verdicts: Mapping[str, SeenVerdict]) -> Results:
    """Return each result with its credential as this machine saw it last, where no vault keeps results."""
    return [(_as_seen(one, verdicts.get(one.id)), result) for one, result in results]


def verdicts_of(pairs: Results) -> dict[str, SeenVerdict]:
    """Return what this machine has seen by now, by the ids of the credentials."""
    return {
        before.id: SeenVerdict(
            result.last_proof or (before.probe.last_proof if before.probe else None), result.checked_at
        )
        for before, result in pairs
    }


class Outbox:
    """The message of one run, and those that wait on this machine already. Changes no verdict, and never raises."""

    def __init__(self, vault: Vault, sender: NoticeSender, called: str, file: NoticesFile, *, names: bool) -> None:
        """`called` is what the vault is called; without `names` none is told."""
        self._vault, self._sender, self._called, self._file = vault, sender, called, file
        self._names = names
        self._id = f"msg_{token_hex(16)}"
        self._new: tuple[WaitingNotice, ...] = ()

    def keep(
        self, changes: Sequence[NoticedChange], now: datetime, seen: Mapping[str, SeenVerdict] | None = None
    ) -> None:
        """Let a message of these changes wait, in place of what this run kept before, and keep the verdicts `seen`."""
        before, self._new = self._new, ()
        if changes:
            message = message_of(changes, self._called, now, names=self._names)
            sealed = self._vault.seal_names(tuple(message))
            self._new = (WaitingNotice(self._sender.credential.id, self._id, now, sealed),)
        if before or self._new or seen:
            self._file.change(
                lambda file: file._replace(
                    waiting=(*(one for one in file.waiting if one.id != self._id), *self._new),
                    verdicts={**file.verdicts, **(seen or {})},
                )
            )

    def send(self, now: datetime) -> str:
        """Send what waits, the new message last; return why something still waits, or ""."""
        waiting = [one for one in self._file.read().waiting if one.to == self._sender.credential.id]
        for one in waiting or self._new:  # nothing can be kept here: it is tried once
            parts = self._vault.open_names(one.sealed)
            try:
                if len(parts) == len(Notice._fields):
                    self._sender.send(Notice(*parts), one.id, int(now.timestamp()))
            except NexcredError as error:
                return error.message
            self._drop(one.id)
        return ""

    def _drop(self, done: str) -> None:
        self._file.change(lambda file: file._replace(waiting=tuple(one for one in file.waiting if one.id != done)))


def _as_seen(credential: Credential, seen: SeenVerdict | None) -> Credential:
    """Return the credential with what this machine saw of it, where that is newer than what the vault has."""
    if seen is None or (credential.probe is not None and credential.probe.checked_at > seen.checked_at):
        return credential
    status = seen.proved or ProbeStatus.INCONCLUSIVE
    return credential._replace(probe=ProbeResult(status, seen.checked_at, 0, version=credential.version))
