"""Upgrading a vault from version 1 to 2, with a copy of the old one kept."""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from nexcred.local.files import make_folder
from nexcred.stores.copy import copy_vault, free_name
from nexcred.vault import upgrade as vault_upgrade
from nexcred.vault.store import Store
from nexcred.vault.upgrade import Confirmed, Upgraded, UpgradePlan
from nexcred.vault.vault import Vault


def plan_upgrade(vault: Vault) -> UpgradePlan:
    """Return what an upgrade would do; raise NotPermitted for all but owners, UsageError where none is needed."""
    return vault_upgrade.plan_upgrade(vault)


def upgrade(
    vault: Vault, confirmed: Collection[Confirmed] = (), progress: Callable[[int, int], None] | None = None
) -> Upgraded:
    """Upgrade; `confirmed` are the lists signed by one's own former keys that are right."""
    return vault_upgrade.upgrade(vault, confirmed, progress)


def keep_first_version(store: Store, folder: Path, now: datetime) -> Path:
    """Copy the vault as it is beside it, or into this folder where it is no file; return where. Raises StoreFailed."""
    beside = folder / "vault.db" if store.path is None else store.path
    make_folder(beside.parent)
    copy = free_name(beside.with_name(f"{beside.name}.version-1-{now:%Y%m%dT%H%M%SZ}"))
    with store.read() as snapshot:
        copy_vault(snapshot, copy)
    return copy
