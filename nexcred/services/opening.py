"""Open the vault of this machine, proved against what the machine remembers of it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from nexcred.errors import Replaced, VaultNotFound
from nexcred.services.surroundings import surround
from nexcred.stores.anchors import AnchorFile
from nexcred.vault.identity import Identity
from nexcred.vault.outline import read_outline
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


def refuse_missing(store: Store, anchors: AnchorFile) -> None:
    """Raise VaultNotFound when there is no vault, Replaced when one was here before, StoreFailed."""
    if store.exists():
        return
    if anchors.known(store.location):
        raise Replaced(
            f"the vault that was at {store.location} is gone",
            hint="put its file back in place, or bring a backup back with: nexcred vault restore-backup FILE",
        )
    raise VaultNotFound(f"there is no vault at {store.location}", hint="make one with: nexcred vault init")


def vault_id_of(store: Store, anchors: AnchorFile) -> bytes:
    """Return which vault this machine expects here, or on first use which one says it is; raise VaultNotFound."""
    anchor = anchors.read(store.location)
    if anchor is not None:
        return anchor.vault_id
    with store.read() as snapshot:
        return read_outline(snapshot).vault_id


def open_vault(
    store: Store,
    anchors: AnchorFile,
    unlock: Callable[[Store], Identity],
    *,
    warn: Callable[[str], None],
    state_folder: Path | None = None,
    accept_rollback: bool = False,
) -> Vault:
    """Unlock and verify; what is newer than this machine knew is remembered.

    With `accept_rollback` what is older is read as it is, and nothing is remembered or written.
    The anchor is read before the vault: a write in between makes the vault newer, never older.
    Raises VaultNotFound, Locked, NotPermitted and every kind of Damaged.
    """
    anchor = anchors.read(store.location)
    refuse_missing(store, anchors)
    remember = partial(anchors.raise_to, store.location)
    vault = Vault(store, unlock(store), anchor=anchor, remember=remember, warn=warn, accept_rollback=accept_rollback)
    surround(vault, warn, state_folder)
    return vault
