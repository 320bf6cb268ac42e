"""What is kept beside the values of a credential: found without what changes values, which is slow to import."""

from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.errors import NotPermitted
from nexcred.model.credential import Credential
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.vault.candidate import Candidate


def find_candidate(vault: Vault, credential: Credential) -> "Candidate | None":
    """Return what is kept beside the present values; None where there is nothing, or it is for others alone.

    Raises Disputed, RolledBack, Tampered.
    """
    with suppress(NotPermitted):
        return vault.candidate(credential)
    return None
