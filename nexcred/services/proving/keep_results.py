"""Keep what probes found out: all results in one commit."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.auth.flow import Grant, Session
from nexcred.connectors.language.spec import Method
from nexcred.errors import ChangedMeanwhile, MadeByNewer, NexcredError, NotPermitted, RolledBack, StoreFailed, VaultBusy
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.vault.edit import Edit

Results = Sequence[tuple[Credential, ProbeResult]]
# Is told of each result that is about to be written, with the credential as it was until then.
BeforeKept = Callable[[Results], None]


def keep_results(
    vault: Vault,
    results: Results,
    granted: "GrantedMeanwhile",
    before_kept: BeforeKept = lambda _: None,
) -> str:
    """Write all results at once; return why they are not kept, or "".

    Readers, and a vault that cannot be written now, are no reason to lose them. A token that was `granted` meanwhile
    takes the place of the one that is kept; a credential that was refused keeps none. `before_kept` is told before the
    write, and again where somebody else was quicker.
    """
    sessions = granted.to_keep(vault, results)

    def apply(edit: "Edit") -> None:
        replaced: list[tuple[Credential, ProbeResult]] = []
        for credential, result in results:
            with suppress(ChangedMeanwhile):
                before = edit.find_same(credential)
                if before.version == result.version:
                    replaced.append((before, result))
            edit.record_probe(credential, result)
            if credential.id in sessions:
                with suppress(ChangedMeanwhile):
                    edit.keep_session(credential, sessions[credential.id])
        before_kept(replaced)

    if not results:
        return ""
    try:
        vault.require_writable()
    except (NotPermitted, MadeByNewer, RolledBack) as error:  # known before: nothing is wrong with the vault
        return error.message
    try:
        vault.edit(apply)
    except (NotPermitted, StoreFailed, VaultBusy) as error:
        return error.message
    return ""


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
