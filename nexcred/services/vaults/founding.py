"""Making a new vault, for `vault init` and the first `add`."""

from collections.abc import Callable
from datetime import datetime

from nexcred.errors import Replaced, UsageError, VaultExists
from nexcred.local.anchors import AnchorFile
from nexcred.model.secret import Secret
from nexcred.services.vaults.opening import memory_of
from nexcred.unlock.slots import keep_slots_here
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.slot import FLOOR, Cost, calibrate, encode_passphrase, make_passphrase_slot, make_recovery_slot
from nexcred.vault.store import Store, shown_place
from nexcred.vault.vault import Vault


def refuse_present(store: Store, anchors: AnchorFile, *, may_replace: bool = False) -> None:
    """Raise VaultExists when a vault is here, Replaced when one was: a new vault must not hide that one is lost."""
    if store.exists():
        raise VaultExists(f"there is a vault at {shown_place(store)} already", hint="see it with: nexcred vault status")
    if not may_replace and anchors.known(store.location):
        raise Replaced(
            f"a vault was at {shown_place(store)} before, and is gone",
            hint="put it, or a backup of it, back in place; make the new one elsewhere with --vault; or give the old"
            " one up with --forget-old",
        )


def found(
    store: Store,
    anchors: AnchorFile,
    *,
    organisation: str,
    full_name: str,
    passphrase: Secret | None,
    identity: Identity | None,
    now: datetime,
    warn: Callable[[str], None],
    recovery_key: bytes | None = None,
    keep: Callable[[Identity], None] | None = None,
    cost: Cost | None = None,
) -> Vault:
    """Make a vault whose founder opens it by the passphrase, or by an identity that belongs to no vault yet.

    `keep` puts the founder's identity where it will be found again: what it raises, founds no vault.
    Raises VaultExists, Replaced, InvalidData for a bad passphrase, UsageError, StoreFailed.
    """
    refuse_present(store, anchors)
    if passphrase is None and identity is None and keep is None:
        raise UsageError("a new vault needs a passphrase or an identity", hint="give NEXCRED_PASSPHRASE_FILE")
    if identity is not None and identity.vault_id != NO_VAULT:
        raise UsageError(
            "this identity belongs to another vault, and cannot make a new one",
            hint="make the vault with a passphrase: NEXCRED_PASSPHRASE_FILE=FILE nexcred vault init",
        )
    founder = found_vault(
        store,
        identity or Identity.generate(),
        organisation=organisation,
        full_name=full_name,
        slots_for=_slots_for(store, passphrase, recovery_key, keep, cost),
        now=now,
    )
    return Vault(store, founder, memory=memory_of(store, anchors), warn=warn)


def _slots_for(
    store: Store,
    passphrase: Secret | None,
    recovery_key: bytes | None,
    keep: Callable[[Identity], None] | None,
    cost: Cost | None,
) -> Callable[[Identity], tuple[bytes, ...]]:
    text = None if passphrase is None else str(passphrase.reveal())
    if text is not None:
        encode_passphrase(text)  # a bad one is told before the half second that calibrating takes
    chosen = cost or (calibrate() if text is not None else FLOOR)

    def make(identity: Identity) -> tuple[bytes, ...]:
        if keep is not None:
            keep(identity)  # before the vault is written: better a key without a vault than a vault without a key
        by_passphrase = () if text is None else (make_passphrase_slot(text, identity, chosen),)
        slots = by_passphrase + (() if recovery_key is None else (make_recovery_slot(recovery_key, identity),))
        if slots and not store.keeps_slots:
            keep_slots_here(identity.vault_id, slots)  # before the vault is written, too
            return ()
        return slots

    return make
