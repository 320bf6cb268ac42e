"""New keys: what is to open the vault by them, and what held the old ones on this machine."""

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.new_passphrase import FILE_FLAG, new_passphrase_in, typed_passphrase
from nexcred.cli.prompt.passphrase import can_ask
from nexcred.cli.prompt.prompter import Tone
from nexcred.cli.prompt.recovery_key import have_typed_back, show_recovery_key
from nexcred.errors import NexcredError, UsageError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.services.vaults.rekey import NewLocks, unknown_signatures
from nexcred.services.vaults.slots import is_mine
from nexcred.unlock import kernel_keyring
from nexcred.unlock.slots import slots_of
from nexcred.vault.access_list import AccessList
from nexcred.vault.identity import Identity
from nexcred.vault.recovery_key import new_recovery_key, write_recovery_key
from nexcred.vault.rekeying import Signed
from nexcred.vault.roster import Roster
from nexcred.vault.slot import PASSPHRASE_KIND, RECOVERY_KIND


class RekeyFlags(NamedTuple):
    """The flags: a file to write the new identity to, and one to read the new passphrase from."""

    output: str | None
    passphrase_file: str | None
    weak: bool = False


def choose_locks(context: Context, said: RekeyFlags) -> NewLocks:
    """Take the new passphrase and show the new recovery key; raise UsageError when nothing would open the vault."""
    passphrase = _passphrase(context, said)
    recovery_key = _recovery_key(context)
    if passphrase is None and recovery_key is None and said.output is None:
        raise UsageError(
            "nothing was given that would open the vault with its new keys",
            hint=f"write them to a file with -o FILE, or give a passphrase: {FILE_FLAG} FILE",
        )
    return NewLocks(passphrase, recovery_key)


def confirm_signatures(context: Context) -> list[bytes]:
    """Ask about what the old keys signed and this machine did not: who stole them could have done it.

    Returns the hashes of what is confirmed: all of it or nothing. Raises UsageError where nobody can be asked.
    """
    unknown = unknown_signatures(context.vault)
    if not unknown:
        return []
    if not context.terminal.interactive:
        names = ", ".join(f"'{name}'" for name in dict.fromkeys(one.overview.name for one in unknown))
        raise UsageError(
            f"your keys signed what this machine does not know, and only you can say whether that was you: {names}",
            hint="run it at a terminal, on the machine that you use most",
        )
    context.prompter.tell("Your keys signed this, on another machine, or a thief who has them did:", Tone.CAREFUL)
    roster = context.vault.state.roster
    for one in unknown:
        context.prompter.tell(make_visible(f"  {signed_line(one, roster)}"))
    question = "Was all of it you? What is not confirmed opens for nobody until it is settled."
    return [one.hash for one in unknown] if context.prompter.confirm(question) else []


def signed_line(signed: Signed, roster: Roster) -> str:
    """Say what was signed: of which record, for whom, and where its values are sent, as its details say.

    Not when it was written, nor anything else that any member may write.
    """
    overview, details = signed.overview, signed.details
    access = overview.access
    held = ", ".join(roster.name_of(grant.to) for grant in access.grants) if isinstance(access, AccessList) else ""
    told = f"{overview.name}: {signed.what}; held by {held}"
    if details is None:
        return f"{told}; its values are not shared with you, and cannot be shown"
    hosts = ", ".join(details.allowed_hosts) or "the hosts of its connector"
    public = "".join(f"; {name} {value}" for name, value in details.public.items())
    return f"{told}; connector {details.connector}; sent to {hosts}{public}"


def tell_what_is_lost(context: Context, locks: NewLocks, had: set[int]) -> None:
    """Say which ways in are gone; `had` are the kinds of slots before, if all were one's own."""
    if PASSPHRASE_KIND in had and locks.passphrase is None:
        context.streams.warn("the passphrase no longer opens the vault; set one with: nexcred vault passphrase")
    if RECOVERY_KIND in had and locks.recovery_key is None:
        context.streams.warn("the recovery key no longer opens the vault; make one with: nexcred vault recovery")


def replace_on_this_machine(context: Context, identity: Identity, said: RekeyFlags) -> None:
    """Put the new key where this machine kept the old one, or say what holds it still."""
    if context.local_unlock.marks.has(identity.vault_id):
        try:
            context.keep_in_keyring(identity)
        except NexcredError as error:
            context.streams.warn(f"{error.message}; the old key that it holds no longer opens anything")
    if kernel_keyring.revoke(identity.vault_id):
        context.streams.note("the kernel no longer keeps the old key; keep the new one with: nexcred vault unlock")
    source = context.source
    if source is not None and source.kind == "identity":
        where = f"is in {said.output}" if said.output else "is printed by: nexcred identity show --secret"
        context.streams.warn(f"what {source.name} gives no longer opens anything; the new identity {where}")


def own_kinds(context: Context) -> set[int]:
    """Return the kinds of one's own slots."""
    return {
        kind
        for kind in (PASSPHRASE_KIND, RECOVERY_KIND)
        if any(is_mine(context.vault, slot) for slot in slots_of(context.store, kind))
    }


def _passphrase(context: Context, said: RekeyFlags) -> Secret | None:
    if said.passphrase_file is not None:
        return new_passphrase_in(context, said.passphrase_file, weak=said.weak)
    is_wanted = PASSPHRASE_KIND in own_kinds(context) or _came_by_passphrase(context)
    if not is_wanted or not can_ask(context.terminal):
        return None
    return typed_passphrase(context, weak=said.weak)


def _came_by_passphrase(context: Context) -> bool:
    if not slots_of(context.store, PASSPHRASE_KIND):
        return False
    return context.source is None or context.source.kind == "passphrase"


def _recovery_key(context: Context) -> bytes | None:
    """Show a new one in place of the old one; only at a terminal, where somebody can copy it to paper."""
    if RECOVERY_KIND not in own_kinds(context) or not context.terminal.interactive:
        return None
    key = new_recovery_key()
    text = write_recovery_key(key)
    context.prompter.tell(
        "The recovery key on paper belongs to the old keys. Write this one down in its place: it is not shown again.",
        Tone.QUIET,
    )
    show_recovery_key(context.prompter, text)
    have_typed_back(context.prompter, text)
    return key
