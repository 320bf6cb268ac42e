"""Hints: what is wrong with no single credential, and fails nothing."""

from collections.abc import Iterator
from datetime import timedelta

from nexcred.errors import NexcredError
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.services.status.row import BoardRow, Look, Trouble
from nexcred.services.values.kept_details import quick_method
from nexcred.unlock.slots import slots_of
from nexcred.vault.slot import RECOVERY_KIND

OLD = timedelta(days=30)


def not_proved(look: Look) -> Iterator[BoardRow]:
    """Yield one row for all that is not proved: asked without proof, or not for 30 days. A refusal has its own row."""
    found = [one for one in look.credentials if _is_unproved(one, look)]
    if found:
        told = f"'{found[0].name}' is" if len(found) == 1 else f"{len(found)} credentials are"
        # Of what was asked since, and gave no proof, the last proof may be younger.
        is_long = all(one.probe is None or one.probe.status is ProbeStatus.ACCEPTED for one in found)
        span = f" for {OLD.days} days" if is_long else ""
        command = f"nexcred probe {shell_word(found[0].name)}" if len(found) == 1 else "nexcred probe --all"
        yield BoardRow(Trouble.HINT, "", f"{told} not proved{span}", command)


def no_recovery_key(look: Look) -> Iterator[BoardRow]:
    store = look.vault.store
    if store.keeps_slots and not slots_of(store, RECOVERY_KIND):
        yield BoardRow(Trouble.HINT, "", "the vault has no recovery key", "nexcred vault recovery")


def no_backup(look: Look) -> Iterator[BoardRow]:
    last = look.backed_up_at
    if look.vault.store.keeps_states or (last is not None and look.now - last <= OLD):
        return
    told = "no backup was made from this machine"
    if last is not None:
        told = f"the last backup from this machine is {(look.now - last).days} days old"
    yield BoardRow(Trouble.HINT, "", told, "nexcred vault backup FILE", last)


def _is_unproved(credential: Credential, look: Look) -> bool:
    probe = credential.probe
    if probe is None:
        return not _is_of_nobody(credential) and look.now - credential.created_at > OLD
    if probe.status.is_refusal or probe.status is ProbeStatus.UNSUPPORTED:
        return False
    return probe.status is not ProbeStatus.ACCEPTED or look.now - probe.checked_at > OLD


def _is_of_nobody(credential: Credential) -> bool:
    """True for what no provider can be asked about."""
    try:
        method = quick_method(credential.connector, credential.method)
    except NexcredError:  # its connector is gone, or wrong: that is told elsewhere
        return True
    return method is None or method.free_fields
