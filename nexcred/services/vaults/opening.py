"""Opening the vault of this machine, checked against what the machine remembers of it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from nexcred.errors import Locked, NotPermitted, Replaced, VaultNotFound
from nexcred.local.anchors import AnchorFile
from nexcred.local.files import shown
from nexcred.local.machine_memory import MachineMemory
from nexcred.model.times import utc_now
from nexcred.stores.sqlite.store import file_at
from nexcred.vault.identity import Identity
from nexcred.vault.store import MAKE_ONE, Store, look_again, shown_place
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.vault.checkpoint import Checkpoint
    from nexcred.vault.memory import Confirm


def refuse_missing(store: Store, anchors: AnchorFile) -> None:
    """Raise VaultNotFound when there is no vault, Replaced when one was here before, StoreFailed."""
    if store.exists():
        return
    if anchors.known(store.location):
        put_back = "put its file back in place, or " if store.path is not None else ""
        raise Replaced(
            f"the vault that was at {shown_place(store)} is gone",
            hint=f"{put_back}restore a backup with: nexcred vault restore-backup FILE",
        )
    raise VaultNotFound(f"there is no vault at {shown_place(store)}", hint=MAKE_ONE)


def vault_id_of(store: Store, anchors: AnchorFile) -> bytes:
    """Return the id of the vault expected here, or on first use the one that it states; raise VaultNotFound."""
    place = anchors.place(store.location)
    if place is not None:
        return place.vault_id
    from nexcred.vault.public_header import read_public_header  # on first use alone

    with store.read() as snapshot:
        return read_public_header(snapshot).vault_id


def open_vault(
    store: Store,
    anchors: AnchorFile,
    unlock: Callable[[Store], Identity],
    *,
    warn: Callable[[str], None],
    confirm: "Confirm | None" = None,
    checkpoint: "Checkpoint | None" = None,
    is_named: bool = False,
    accept_rollback: bool = False,
) -> Vault:
    """Unlock and verify; what is newer than this machine knew is remembered.

    With `accept_rollback` what is older is read as it is, and nothing is remembered or written. `is_named` says
    that the place was named on purpose, as a backup is.

    Raises VaultNotFound, Locked, NotPermitted and every kind of Damaged.
    """

    def opened(identity: Identity) -> Vault:
        return Vault(
            store,
            identity,
            memory=memory_of(store, anchors, is_named=is_named),
            checkpoint=checkpoint,
            was_seen=anchors.known(store.location),
            warn=warn,
            confirm=confirm,
            accept_rollback=accept_rollback,
            before_upgrade=partial(_keep_first_version, store, anchors, warn),
        )

    try:
        identity = unlock(store)
        try:
            return opened(identity)
        except NotPermitted:
            if not look_again(store):
                raise
            return opened(identity)  # of who was let in a moment ago
    except (Locked, VaultNotFound):
        refuse_missing(store, anchors)  # asked now alone: across a network each question costs
        raise


def _keep_first_version(store: Store, anchors: AnchorFile, warn: Callable[[str], None]) -> None:
    from nexcred.services.vaults.upgrade import keep_first_version

    kept = keep_first_version(store, anchors.folder, utc_now())
    warn(f"the vault is upgraded to version 2; the old one is kept in {shown(kept)}")


def memory_of(store: Store, anchors: AnchorFile, *, is_named: bool = False) -> MachineMemory:
    """Return what this machine remembers of the vault in a store."""
    return MachineMemory(anchors.folder, store.location, anchors, is_named=is_named, file_at=file_at)


def checkpoint_in(environment: Mapping[str, str]) -> "Checkpoint | None":
    """Return what NEXCRED_CHECKPOINT says of a vault; raise InvalidData when it says nothing that makes sense."""
    line = environment.get("NEXCRED_CHECKPOINT", "")
    if not line.strip():
        return None
    from nexcred.vault.checkpoint import read_checkpoint  # what few machines need

    return read_checkpoint(line)
