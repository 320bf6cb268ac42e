"""Making a vault: who founds it, and what locks it."""

import getpass
from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.keyring_lock import lock_by_keyring
from nexcred.cli.dialogs.new_passphrase import WEAK_FLAG, given_passphrase, typed_passphrase
from nexcred.cli.prompt.passphrase import can_ask
from nexcred.cli.prompt.prompter import Tone
from nexcred.errors import NexcredError, UsageError, VaultNotFound
from nexcred.local.new_file import NewFile
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.model.shell_word import shell_word
from nexcred.services.vaults.founding import found, refuse_present
from nexcred.unlock.sources import UnlockSource, find_passphrase
from nexcred.unlock.unlock import given_identity
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.store import shown_place
from nexcred.vault.vault import Vault

DEFAULT_ORGANISATION = "default"


class Creator(NamedTuple):
    """Set up what opens a new vault: an identity that is given or goes to a file, a passphrase, or the OS keyring.

    With the keyring comes a recovery key, but for a place that takes none.
    """

    identity: Identity | None = None
    passphrase: Secret | None = None
    recovery_key: bytes | None = None
    in_keyring: bool = False
    output: Path | None = None

    def __repr__(self) -> str:
        return repr_of(self, "identity", "in_keyring", "output")


def choose_founder(
    context: Context,
    *,
    may_replace: bool = False,
    by_passphrase: bool = False,
    weak: bool = False,
    output: str | None = None,
) -> Creator:
    """Take what was given to unlock with, or a file for a new identity, or the OS keyring, or ask for a new passphrase.

    Raises VaultNotFound when none can be, InvalidData for a passphrase that will not do, UsageError.

    Nothing is written yet, and nothing forgotten.
    """
    refuse_present(context.store, context.anchors, may_replace=may_replace)
    source = context.source
    if output is not None and by_passphrase:
        raise UsageError("--passphrase and -o exclude each other", hint="give one of them")
    if output is not None:
        return Creator(output=Path(output))
    if source is not None and source.kind == "identity":
        return Creator(identity=_unbound(source))
    given = find_passphrase(context.environment, context.streams.always)
    if given is None and not by_passphrase and context.terminal.interactive:
        recovery_key = lock_by_keyring(context)
        if recovery_key is not None:
            return Creator(recovery_key=recovery_key, in_keyring=True)
    if given is None:
        return Creator(passphrase=_ask(context, weak=weak))
    way = f"nexcred vault init {WEAK_FLAG}"
    return Creator(passphrase=given_passphrase(context, given.read(), given.name, way, weak=weak))


def found_vault(context: Context, founder: Creator, *, organisation: str | None, member: str | None) -> Vault:
    """Write the vault, open it and say so."""
    for caveat in context.store.caveats:
        context.streams.note(caveat)
    with NewFile(founder.output or Path()) as file:
        keep = context.local_unlock.keep if founder.in_keyring else None
        context.vault = found(  # open from now on, and not by asking again
            context.store,
            context.anchors,
            organisation=organisation or DEFAULT_ORGANISATION,
            full_name=member or login_name(),
            passphrase=founder.passphrase,
            identity=founder.identity,
            recovery_key=founder.recovery_key,
            keep=keep if founder.output is None else lambda identity: file.write(f"{identity.secret_string}\n"),
            now=context.now(),
            warn=context.streams.warn,
        )
    context.streams.note(f"made a new vault at {shown_place(context.store)}")
    if founder.output is not None:
        context.streams.note(f"it opens by: NEXCRED_IDENTITY_FILE={shell_word(str(founder.output))}")
    return context.vault


def _unbound(source: UnlockSource) -> Identity:
    """Read the identity that is to found a vault; one that opens another vault is there by oversight."""
    identity = given_identity(source)
    if identity.vault_id != NO_VAULT:
        raise UsageError(
            f"{source.name}: this identity belongs to another vault, and cannot make a new one",
            hint=f"go without {source.name}, and lock the new vault with a passphrase",
        )
    return identity


def _ask(context: Context, *, weak: bool) -> Secret:
    if not can_ask(context.terminal):
        raise _nothing_given()
    if context.terminal.interactive:
        context.prompter.tell(
            "There is no vault yet. A passphrase will lock the new one: without it nobody gets in, so keep it safe.",
            Tone.QUIET,
        )
    return typed_passphrase(context, weak=weak)


def _nothing_given() -> NexcredError:
    return VaultNotFound(
        "there is no vault yet, and nothing was given to lock a new one with",
        hint="give NEXCRED_PASSPHRASE_FILE or NEXCRED_PASSPHRASE, or make one at a terminal with: nexcred vault init",
    )


def login_name() -> str:
    """Return what the system calls who runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "me"
