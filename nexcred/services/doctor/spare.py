"""Whether anything is left when the passphrase, the machine or the file is lost: a recovery key, a backup."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from nexcred.local.backup_marks import BackupMarks
from nexcred.services.doctor.check import Check, Status
from nexcred.unlock.slots import slots_of
from nexcred.vault.public_header import read_public_header
from nexcred.vault.slot import RECOVERY_KIND
from nexcred.vault.store import Store

NAME, BACKUP = "recovery", "backup"
_OLD = timedelta(days=30)
_BACK_UP = "make one with: nexcred vault backup FILE"


def check_spare(store: Store, marks: BackupMarks, now: datetime) -> Iterator[Check]:
    """Look for both where there is a vault; nothing of it need be opened."""
    if not store.exists():
        return
    if not store.keeps_slots:
        yield _check_identities(store)
    elif slots_of(store, RECOVERY_KIND):
        yield Check(NAME, Status.OK, "the vault has a recovery key")
    else:
        detail = "the vault has no recovery key: a lost passphrase or identity loses all that is in it"
        yield Check(NAME, Status.WARNING, detail, "make one with: nexcred vault recovery")
    with store.read() as snapshot:
        last = marks.last(read_public_header(snapshot).vault_id)
    if last is None:
        yield Check(BACKUP, Status.WARNING, "no backup was made from this machine", _BACK_UP)
    elif now - last > _OLD:
        detail = f"the last backup from this machine is {(now - last).days} days old"
        yield Check(BACKUP, Status.WARNING, detail, _BACK_UP)
    else:
        yield Check(BACKUP, Status.OK, f"the last backup from this machine is of {last:%Y-%m-%d}")


def _check_identities(store: Store) -> Check:
    with store.read() as snapshot:
        count = read_public_header(snapshot).members
    if count > 1:
        return Check(NAME, Status.OK, f"{count} identities open the vault, and no passphrase or recovery key")
    detail = "one identity opens the vault, and nothing else does: if it is lost, so is all that is in it"
    return Check(NAME, Status.WARNING, detail, "keep a copy of it elsewhere: nexcred identity show --secret")
