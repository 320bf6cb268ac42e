"""Keep what probes found out: all results in one commit."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from nexcred.auth.flow import Grant, Session
from nexcred.connectors.language.spec import Method
from nexcred.errors import ChangedMeanwhile, MadeByNewer, NexcredError, NotPermitted, RolledBack, StoreFailed, VaultBusy
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.vault.edit import Edit
from nexcred.vault.vault import Vault


class KeptResults(NamedTuple):
    """What became of results. `unsaved` says why they are not kept, "" when they are.

    `replaced` has each credential as it was until then, by id, where a result took the place of the one before.
    """

    unsaved: str
    replaced: Mapping[str, Credential]

    def __repr__(self) -> str:
        return repr_of(self, "unsaved")


def keep_results(
    vault: Vault, results: Sequence[tuple[Credential, ProbeResult]], granted: "GrantedMeanwhile"
) -> KeptResults:
    """Write all results at once.

    Readers, and a vault that cannot be written now, are no reason to lose them. A token that was `granted` meanwhile
    takes the place of the one that is kept; a credential that was refused keeps none.
    """
    sessions = granted.to_keep(vault, results)
    replaced: dict[str, Credential] = {}

    def apply(edit: Edit) -> None:
        replaced.clear()  # somebody else was quicker
        for credential, result in results:
            with suppress(ChangedMeanwhile):
                before = edit.find_same(credential)
                if before.version == result.version:
                    replaced[credential.id] = before
            edit.record_probe(credential, result)
            if credential.id in sessions:
                with suppress(ChangedMeanwhile):
                    edit.keep_session(credential, sessions[credential.id])

    if not results:
        return KeptResults("", {})
    try:
        vault.require_writable()
    except (NotPermitted, MadeByNewer, RolledBack) as error:  # known before: nothing is wrong with the vault
        return KeptResults(error.message, {})
    try:
        vault.edit(apply)
    except (NotPermitted, StoreFailed, VaultBusy) as error:
        return KeptResults(error.message, {})
    return KeptResults("", replaced)


class GrantedMeanwhile:
    """What probes were granted for the asking, by credential; threads may note it."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def watch(self, credential: Credential, method: Method) -> Callable[[Grant], None]:
        """Return what is to be told the grant of a probe; a method that asks nobody for one keeps nothing."""
        if method.auth.requests():
            self._sessions[credential.id] = {}
        return lambda grant: self._sessions.update({credential.id: grant.session or {}})

    def to_keep(self, vault: Vault, results: Sequence[tuple[Credential, ProbeResult]]) -> dict[str, dict[str, object]]:
        """Return what takes the place of a session that is kept, by credential."""
        changed: dict[str, dict[str, object]] = {}
        for credential, result in results:
            new = self._sessions.get(credential.id)
            if new is None or not (result.status.is_refusal or (new and result.status is ProbeStatus.ACCEPTED)):
                continue
            with suppress(NexcredError):  # the result is kept all the same
                kept = vault.session(credential)
                if kept and result.status is ProbeStatus.ACCEPTED:
                    changed[credential.id] = dict(new)
                elif kept and kept.get("access_token"):
                    changed[credential.id] = {**kept, "access_token": ""}
        return changed
