"""What a person enters for a credential beside its values: an end, how often to rotate, who can make its keys."""

from datetime import datetime

from nexcred.errors import UsageError
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import Policy
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.vault.vault import Vault


class Entered(NamedTuple):
    """None keeps what is there. `rotate_every_days` is 0 for never; `rotator` a record id in hex, empty for none."""

    expires_at: datetime | None = None
    never_expires: bool = False
    rotate_every_days: int | None = None
    rotator: str | None = None

    def __repr__(self) -> str:
        return repr_of(self, "expires_at", "rotate_every_days")

    def over(self, policy: Policy) -> Policy:
        """Return a policy with what was entered in place of what it says."""
        if self.expires_at is not None or self.never_expires:
            policy = policy._replace(expires_at=self.expires_at, never_expires=self.never_expires)
        if self.rotate_every_days is not None:
            policy = policy._replace(rotate_every_days=self.rotate_every_days)
        return policy if self.rotator is None else policy._replace(rotator=self.rotator)


NOTHING_ENTERED = Entered()


def rotator_of(vault: Vault, credential: Credential, name: str) -> str:
    """Return the record id of a credential that is to make keys for this one; empty for no name.

    Raises CredentialNotFound, UsageError for itself.
    """
    if not name:
        return ""
    rotator = vault.find(name)
    if rotator.id == credential.id:
        raise UsageError(
            f"'{make_visible(credential.name)}' cannot be its own rotator",
            hint="without --rotator a credential is asked with its own key",
        )
    return rotator.id


def kept_end(before: Credential, entered: Entered) -> datetime | None:
    """Return the end that was entered for the former secret and still counts; None where another one was entered."""
    if entered.expires_at is not None or entered.never_expires or before.terms is None:
        return None
    return before.terms.entered_at
