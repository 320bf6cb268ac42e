"""Joining a vault: the line is checked and pinned, and an identity found or made, before anything there is believed.

Nobody signs a line, and a login is shown at the place that it names: a person says yes to it before it is asked.
"""

from collections.abc import Callable
from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.new_passphrase import WEAK_FLAG, given_passphrase, typed_passphrase
from nexcred.cli.dialogs.new_vault import login_name
from nexcred.cli.input.vault_name import keep_name, name_for, refuse_taken
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.prompt.passphrase import ask_passphrase, can_ask
from nexcred.cli.render.vault_place import place_pairs
from nexcred.errors import UsageError
from nexcred.local.new_file import NewFile
from nexcred.local.vault_names import VaultChoice
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.oskeyring.failure import KeyringUnavailable
from nexcred.services.vaults.joining import bind, pin, refuse_other, refuse_place
from nexcred.services.vaults.slots import new_passphrase_slot
from nexcred.services.workspace import Workspace
from nexcred.unlock.slots import keep_slots_here, slots_here
from nexcred.unlock.unlock import given_identity, open_with_passphrase
from nexcred.vault.identity import Identity
from nexcred.vault.invitation import Invitation, read_invitation

_GIVEN, _FILE, _KEYRING, _PASSPHRASE = "given", "file", "os_keyring", "passphrase"


class JoinedVault(NamedTuple):
    """What was joined, by which identity; `command` is what an owner runs, `told` where the identity is."""

    name: str
    invitation: Invitation
    identity: Identity
    command: str
    kept_by: str
    told: str

    def __repr__(self) -> str:
        return repr_of(self, "name")


class _Chosen(NamedTuple):
    """An identity, and what puts it where it is found again."""

    identity: Identity
    kept_by: str
    told: str
    keep: Callable[[], None] = lambda: None

    def __repr__(self) -> str:
        return repr_of(self)


def join(context: Context, line: str, *, name: str | None, output: str | None, weak: bool, yes: bool) -> JoinedVault:
    """Do all of it; a line that will not do changes nothing. With `yes` its place is right."""
    invitation = read_invitation(line)
    refuse_place(invitation)
    called = name_for(invitation.url) if name is None else name
    refuse_taken(context, called, invitation.url)
    there = context.beside(
        Workspace(VaultChoice(invitation.url, called), context.environment, warn=context.streams.warn).store
    )
    if not yes and called not in context.user_settings.vaults:
        _confirm_place(context, invitation)
    refuse_other(there.store, there.anchors, invitation)
    with NewFile(Path(output or "")) as file:
        chosen = _choose(there, invitation, file if output is not None else None, weak=weak)
        pin(there.store, there.anchors, invitation)
        chosen.keep()
        if called not in context.user_settings.vaults:
            keep_name(context, called, {"url": invitation.url})
    command = f"nexcred member add {shell_word(login_name())} {chosen.identity.public_string}"
    return JoinedVault(called, invitation, chosen.identity, command, chosen.kept_by, chosen.told)


def _confirm_place(context: Context, invitation: Invitation) -> None:
    """Ask; a place that has this name already is the user's own word for it."""
    vault_id = invitation.checkpoint.vault_id.hex()
    told = [("place", invitation.url), *place_pairs(invitation.url), ("vault", vault_id)]
    require_yes(
        context,
        [f"{label:<10}  {value}" for label, value in told],
        "Is that where you were invited to?",
        doing=f"joining the vault at {make_visible(invitation.url)}",
        declined="nothing was joined",
    )


def _choose(context: Context, invitation: Invitation, file: NewFile | None, *, weak: bool) -> _Chosen:
    """Take the identity that is given, or that this machine has for the vault, or make one."""
    vault_id, source = invitation.checkpoint.vault_id, context.source
    if source is not None and source.kind == "identity":
        if file is not None:
            raise UsageError(f"{source.name} gives an identity already", hint="leave out -o, or that")
        identity = bind(given_identity(source), invitation)
        return _Chosen(identity, _GIVEN, f"the vault opens by what {source.name} gives")
    if file is not None:
        return _in_file(bind(Identity.generate(), invitation), file)
    present = _present(context, vault_id)
    if present is not None:
        return present
    new = bind(Identity.generate(), invitation)
    if source is None and not context.terminal.interactive:
        raise UsageError(
            "nothing would keep your new identity",
            hint="write it to a file with -o FILE, or give NEXCRED_PASSPHRASE_FILE",
        )
    return _in_keyring(context, new) or _by_passphrase(context, new, weak=weak)


def _present(context: Context, vault_id: bytes) -> _Chosen | None:
    """Return the identity that an earlier run made, which the owner has not let in yet."""
    slots, source = slots_here(vault_id), context.source
    if slots and (source is not None or can_ask(context.terminal)):
        typed = source.read() if source is not None else Secret(ask_passphrase(context.terminal))
        identity = open_with_passphrase(slots, typed, source.name if source is not None else "")
        return _Chosen(identity, _PASSPHRASE, "your identity opens by its passphrase, on this machine")
    if source is not None:
        return None
    try:
        kept = context.local_unlock.keyring.find(vault_id)
    except KeyringUnavailable:
        return None
    told = "your identity is in the OS keyring"
    return _Chosen(kept, _KEYRING, told) if kept is not None else None


def _in_file(identity: Identity, file: NewFile) -> _Chosen:
    told = f"your identity is in {file.path}: keep it like a password, and set NEXCRED_IDENTITY_FILE to its path"
    return _Chosen(identity, _FILE, told, lambda: file.write(f"{identity.secret_string}\n"))


def _in_keyring(context: Context, identity: Identity) -> _Chosen | None:
    """Keep it in the OS keyring where there is one, and nobody said a passphrase."""
    if context.source is not None:
        return None
    keyring = context.local_unlock.keyring
    try:
        keyring.try_out()
        told = f"your identity is in {keyring.title}; if it is lost, an owner lets you in anew"
    except KeyringUnavailable:
        return None
    return _Chosen(identity, _KEYRING, told, lambda: context.local_unlock.keep(identity))


def _by_passphrase(context: Context, identity: Identity, *, weak: bool) -> _Chosen:
    source = context.source
    if source is None:
        passphrase = typed_passphrase(context, weak=weak)
    else:
        way = f"nexcred vault join LINE {WEAK_FLAG}"
        passphrase = given_passphrase(context, source.read(), source.name, way, weak=weak)
    slot = new_passphrase_slot(passphrase, identity)
    told = "your identity opens by this passphrase, on this machine; if it is lost, an owner lets you in anew"
    return _Chosen(identity, _PASSPHRASE, told, lambda: keep_slots_here(identity.vault_id, (slot,)))
