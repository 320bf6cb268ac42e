"""Delivering what changed: one message a run; what could not be sent waits on this machine, and goes with the next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_hex

from nexcred.errors import NexcredError
from nexcred.local.notices_file import Notices, NoticesFile, SeenVerdict, WaitingNotice
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.services.notices.changes import Hanging, NoticedChange, change_of, hang_of
from nexcred.services.notices.message import Notice, message_of
from nexcred.services.notices.sender import NoticeSender
from nexcred.vault.vault import Vault


def changes_in(
    results: Sequence[tuple[Credential, ProbeResult]],
    replaced: Mapping[str, Credential] | None,
    seen: NoticesFile,
    titles: Mapping[str, str],
    hanging: Mapping[str, Hanging],
) -> list[NoticedChange]:
    """Return what changed, by the credentials that the results replaced in the vault; `hanging` are by id.

    `replaced` is by id, and None where nothing was written: then what this machine has seen counts. `titles` are what
    connectors call their systems.
    """
    if replaced is not None:
        pairs = [(replaced[one.id], result) for one, result in results if one.id in replaced]
    else:
        verdicts = seen.read().verdicts
        pairs = [(_as_seen(one, verdicts.get(one.id)), result) for one, result in results]
        seen.change(lambda kept: kept._replace(verdicts={**kept.verdicts, **_verdicts_of(pairs)}))
    found = []
    for before, result in pairs:
        title = titles.get(before.connector, before.connector)
        found += [change_of(before, result, title), hang_of(before, result, title, hanging.get(before.id))]
    return [change for change in found if change is not None]


def deliver(
    vault: Vault,
    sender: NoticeSender,
    changes: Sequence[NoticedChange],
    called: str,
    kept: NoticesFile,
    now: datetime,
    *,
    names: bool,
) -> str:
    """Send what waits and what is new; return why something still waits, or "". Changes no verdict, and never raises.

    `called` is what the vault is called.
    """
    if changes:
        message = message_of(changes, called, now, names=names)
        sealed = vault.seal_names(tuple(message))
        new = WaitingNotice(sender.credential.id, f"msg_{token_hex(16)}", now, sealed)
        kept.change(lambda file: file._replace(waiting=(*file.waiting, new)))
        waiting = _own(kept.read(), sender) or [new]  # nothing can be kept here: it is tried once
    else:
        waiting = _own(kept.read(), sender)
    for one in waiting:
        parts = vault.open_names(one.sealed)
        try:
            if len(parts) == len(Notice._fields):
                sender.send(Notice(*parts), one.id, int(now.timestamp()))
        except NexcredError as error:
            return error.message
        _drop(kept, one.id)
    return ""


def _drop(kept: NoticesFile, done: str) -> None:
    kept.change(lambda file: file._replace(waiting=tuple(one for one in file.waiting if one.id != done)))


def _own(notices: Notices, sender: NoticeSender) -> list[WaitingNotice]:
    return [one for one in notices.waiting if one.to == sender.credential.id]


def _as_seen(credential: Credential, seen: SeenVerdict | None) -> Credential:
    """Return the credential with what this machine saw of it, where that is newer than what the vault has."""
    if seen is None or (credential.probe is not None and credential.probe.checked_at > seen.checked_at):
        return credential
    status = seen.proved or ProbeStatus.INCONCLUSIVE
    return credential._replace(probe=ProbeResult(status, seen.checked_at, 0, version=credential.version))


def _verdicts_of(pairs: Sequence[tuple[Credential, ProbeResult]]) -> dict[str, SeenVerdict]:
    return {
        before.id: SeenVerdict(
            result.last_proof or (before.probe.last_proof if before.probe else None), result.checked_at
        )
        for before, result in pairs
    }
