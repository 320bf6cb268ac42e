"""Making a vault: who founds it, and what locks it."""

import getpass
from collections.abc import Callable
from typing import NamedTuple

from nexcred.cli.asking import Tone
from nexcred.cli.context import Context
from nexcred.errors import Locked
from nexcred.unlock.sources import Kind, find_passphrase
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import Identity
from nexcred.vault.slot import calibrate, encode_passphrase, make_passphrase_slot
from nexcred.vault.vault import Vault

DEFAULT_ORGANISATION = "default"


class Founder(NamedTuple):
    """An identity that is to found a vault, and the passphrase that is to lock it, if one is."""

    identity: Identity
    passphrase: str | None


def choose_founder(context: Context) -> Founder:
    """Take what was given to unlock with, or ask for a new passphrase; raise Locked when neither can be.

    Nothing is written yet.
    """
    source = context.source
    if source is not None and source.kind is Kind.IDENTITY:
        return Founder(Identity.parse(str(source.read().reveal())), None)
    given = find_passphrase(context.environment)
    if given is not None:
        passphrase = str(given.read().reveal())
        encode_passphrase(passphrase)
        return Founder(Identity.generate(), passphrase)
    return Founder(Identity.generate(), _ask(context))


def found(context: Context, founder: Founder, *, organisation: str | None = None, member: str | None = None) -> Vault:
    """Write the vault and open it."""

    def slots_for(identity: Identity) -> tuple[bytes, ...]:
        if founder.passphrase is None:
            return ()
        return (make_passphrase_slot(founder.passphrase, identity, calibrate()),)

    identity = found_vault(
        context.store,
        founder.identity,
        organisation=organisation or DEFAULT_ORGANISATION,
        full_name=member or _login_name(),
        slots_for=slots_for,
        now=context.now(),
    )
    vault = context.open_vault(identity)
    context.streams.note(f"made a new vault at {context.store.location}")
    return vault


def pending_vault(context: Context) -> Callable[[], Vault]:
    """Settle how the first vault will be locked, and return what makes it: only once there is something to keep."""
    founder = choose_founder(context)
    return lambda: found(context, founder)


def _ask(context: Context) -> str:
    from nexcred.cli.passphrase import ask_new_passphrase, can_ask

    if not can_ask(context.terminal):
        raise Locked(
            "there is no vault yet, and nothing to lock a new one with",
            hint="give NEXCRED_PASSPHRASE_FILE or NEXCRED_PASSPHRASE, or run it at a terminal to be asked",
        )
    if context.terminal.interactive:
        context.asker.tell("There is no vault yet. A passphrase will lock the new one.", Tone.QUIET)
    return ask_new_passphrase(context.terminal, context.streams)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "me"
