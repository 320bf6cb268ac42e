"""What is kept beside the values of a credential: found without what changes values, which is slow to import."""

from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.errors import MadeByNewer, NotPermitted
from nexcred.model.credential import Credential
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.vault.candidate import Candidate
    from nexcred.vault.journal import Journal


def find_candidate(vault: Vault, credential: Credential) -> "Candidate | None":
    """Return what is kept beside the present values; None where there is nothing, or it is for others alone.

    Raises Disputed, RolledBack, Tampered.
    """
    with suppress(NotPermitted):
        return vault.candidate(credential)
    return None


def find_rotation(vault: Vault, credential: Credential) -> "Journal | None":
    """Return how far a rotation has come; None where none is on its way, or it is for others alone.

    Raises Disputed, RolledBack, Tampered.
    """
    with suppress(NotPermitted, MadeByNewer):
        kept = vault.kept(credential)
        return None if kept is None else kept.journal
    return None
