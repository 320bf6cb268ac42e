"""Inviting somebody to a vault, and joining one: what the line says is pinned before anything there is believed."""

from nexcred.errors import Replaced, UsageError
from nexcred.local.anchors import AnchorFile
from nexcred.local.vault_names import is_url, problem_in_place
from nexcred.services.vaults.opening import refuse_missing
from nexcred.vault.anchor import Anchor
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.invitation import Invitation
from nexcred.vault.public_header import read_public_header
from nexcred.vault.store import Store, shown_place
from nexcred.vault.vault import Vault


def invite(vault: Vault, address: str | None) -> Invitation:
    """Return what whoever joins must know; raise UsageError for a vault that nobody else can reach.

    The URL by which it is reached here says more than its location, by which it is remembered: an endpoint, a region.
    """
    if vault.store.can_ask:
        raise UsageError(
            "this vault is in the keyring of this machine, which nobody else can reach",
            hint="bring it to a file or a server first: nexcred vault backup FILE",
        )
    url = address if address is not None and is_url(address) else vault.store.location
    return Invitation(url, vault.checkpoint())


def refuse_place(invitation: Invitation) -> None:
    """Raise UsageError for a place that no honest line says, without repeating what may be a password."""
    problem = problem_in_place(invitation.url) or ("" if is_url(invitation.url) else "must be a URL")
    if problem:
        raise UsageError(f"the place of the vault in this line {problem}", hint="ask for another line")


def refuse_other(store: Store, anchors: AnchorFile, invitation: Invitation) -> None:
    """Raise VaultNotFound, StoreFailed, and Replaced where the vault there is not the one of the line."""
    told = invitation.checkpoint.vault_id
    if store.can_ask:
        raise UsageError("the line says that the vault is in a keyring, which only its own machine reaches")
    refuse_missing(store, anchors)
    with store.read() as snapshot:
        found = read_public_header(snapshot).vault_id
    if found != told:
        raise Replaced(
            f"the vault at {shown_place(store)} is {found.hex()}, and the line is of {told.hex()}",
            hint="one of them is not what you were invited to: ask who sent the line, and believe neither before",
        )


def pin(store: Store, anchors: AnchorFile, invitation: Invitation) -> None:
    """Hold the vault at this place to the line from now on; raise what `AnchorFile.pin` does."""
    seen = invitation.checkpoint
    floor = seen.floor
    anchor = Anchor(seen.vault_id, seen.generation, seen.head_hash, floor.roster_length, floor.roster_hash)
    anchors.pin(store.location, anchor)


def bind(identity: Identity, invitation: Invitation) -> Identity:
    """Return the identity for this vault and no other, and for no state before the line's."""
    seen = invitation.checkpoint
    if identity.vault_id not in (NO_VAULT, seen.vault_id):
        raise UsageError("this identity belongs to another vault", hint="join without it: a new one is made")
    return identity.bind(seen.vault_id, None if identity.floor is not None else seen.floor)
