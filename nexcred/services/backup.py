"""Backups: a complete copy of the vault in a file, and bringing one back."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nexcred.errors import Replaced, RolledBack, StoreFailed
from nexcred.services.opening import open_vault, refuse_missing
from nexcred.stores.anchors import AnchorFile
from nexcred.stores.copy import copy_vault, place_aside, put_in_place
from nexcred.stores.files import make_folder
from nexcred.stores.sqlite import SqliteStore
from nexcred.vault.backup import refuse_over, refuse_to_follow, renew, restore_into, restore_over
from nexcred.vault.outline import read_outline
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


class Written(NamedTuple):
    """A backup that was made: the write that it stands at, and how many sealed records it holds."""

    generation: int
    records: int


class Plan(NamedTuple):
    """What bringing a backup back would do. `present` is None where nothing usable is: then all comes from the backup.

    `older` names credentials with their revisions, present and saved; `gone` were added since, `again` removed since.
    """

    present: Vault | None
    saved: Vault
    older: tuple[tuple[str, int, int], ...]
    gone: tuple[str, ...]
    again: tuple[str, ...]


def back_up(store: Store, anchors: AnchorFile, path: Path, *, accept_rollback: bool = False) -> Written:
    """Copy one consistent state to a new file. It stays sealed, so nothing need be unlocked.

    Raises Conflict when the file is there, RolledBack and Replaced for what is not the vault last seen here,
    VaultNotFound, Tampered, StoreFailed.
    """
    anchor = anchors.read(store.location)
    refuse_missing(store, anchors)
    with store.read() as snapshot:
        outline = read_outline(snapshot)
        if anchor is not None and outline.vault_id != anchor.vault_id:
            raise Replaced("another vault lies where yours was: it is not copied")
        if anchor is not None and outline.generation < anchor.generation and not accept_rollback:
            raise RolledBack("this vault is older than the one that was last seen here: it is not copied")
        return Written(outline.generation, copy_vault(snapshot, path))


def plan_restore(present: Vault | None, saved: Vault, store: Store, anchors: AnchorFile) -> Plan:
    """Say what would change; raise what forbids it: Replaced, RolledBack, NotPermitted, MadeByNewer."""
    if present is None:
        refuse_to_follow(saved.state, anchors.read(store.location))
        return Plan(None, saved, (), (), tuple(saved.names()))
    refuse_over(present.state, saved.state)
    now = {credential.id: credential for credential in present.credentials()}
    then = {credential.id: credential for credential in saved.credentials()}
    older = ((then[one].name, now[one].version, then[one].version) for one in then if one in now)
    return Plan(
        present,
        saved,
        tuple(each for each in older if each[1] != each[2]),
        tuple(now[one].name for one in now if one not in then),
        tuple(then[one].name for one in then if one not in now),
    )


def bring_back(plan: Plan, backup: SqliteStore, store: Store, anchors: AnchorFile, now: datetime) -> Path | None:
    """Install the backup as the newest state and return where what it replaced is kept; None when nothing was there.

    Raises ChangedMeanwhile when the vault is not the one that was asked about, and what writing a vault raises.
    """
    identity, anchor = plan.saved.identity, anchors.read(store.location)
    path = store.path if isinstance(store, SqliteStore) else backup.path
    aside: Path | None = place_aside(path, f"{now:%Y%m%dT%H%M%SZ}")
    if plan.present is not None and aside is not None:
        with store.read() as snapshot:
            copy_vault(snapshot, aside)
        restore_over(store, identity, anchor, backup, seen_generation=plan.present.generation, now=now)
    elif isinstance(store, SqliteStore) and aside is not None:
        make_folder(path.parent)
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)  # what a crash left
        with backup.read() as snapshot:
            copy_vault(snapshot, new)
        renew(SqliteStore(new), identity, anchor, now)
        aside = aside if put_in_place(new, path, aside) else None
    else:
        if store.exists():
            raise StoreFailed(f"what lies at {store.location} is damaged, and cannot be moved aside")
        restore_into(store, identity, anchor, backup, now)
        aside = None
    open_vault(store, anchors, lambda _: identity, warn=lambda _: None)  # remembered here
    return aside
