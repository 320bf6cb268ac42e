"""Keep what probes found out: all results in one commit."""

from collections.abc import Sequence

from nexcred.errors import MadeByNewer, NotPermitted, RolledBack, StoreFailed, VaultBusy
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult
from nexcred.vault.edit import Edit
from nexcred.vault.vault import Vault


def keep_results(vault: Vault, results: Sequence[tuple[Credential, ProbeResult]]) -> str:
    """Write all results at once; return why they are not kept, or "".

    Readers, and a vault that cannot be written now, are no reason to lose them.
    """

    def apply(edit: Edit) -> None:
        for credential, result in results:
            edit.record_probe(credential, result)

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
