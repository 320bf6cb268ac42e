"""Making a recovery key, and using one: at a terminal by asking, elsewhere by streams and flags."""

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.new_passphrase import new_passphrase_in, typed_passphrase
from nexcred.cli.prompt.prompter import Choice, Tone
from nexcred.cli.prompt.recovery_key import ask_recovery_key, have_typed_back, show_recovery_key
from nexcred.errors import Conflict, Locked, UsageError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret
from nexcred.oskeyring.failure import KeyringUnavailable
from nexcred.services.vaults.opening import refuse_missing
from nexcred.services.vaults.slots import change_passphrase, set_recovery_key
from nexcred.unlock.recovery import unlock_by_recovery_key
from nexcred.unlock.slots import slots_of
from nexcred.vault.recovery_key import new_recovery_key, write_recovery_key
from nexcred.vault.slot import RECOVERY_KIND
from nexcred.wire.vault_changes import RecoveryShape

_LONGEST_INPUT = 4096
PASSPHRASE, KEYRING, NOTHING = "passphrase", "keyring", "nothing"


class Reset(NamedTuple):
    """The flags that say what will open the vault."""

    passphrase_file: str | None
    keyring: bool
    weak: bool = False


def make_recovery_key(context: Context, *, may_replace: bool, as_json: bool = False) -> None:
    """Show a new recovery key once. At a terminal it counts only when it was typed back."""
    vault = context.vault
    if slots_of(context.store, RECOVERY_KIND) and not may_replace:
        _allow_replacing(context)
    paper = write_recovery_key(new_recovery_key())
    if context.terminal.interactive and context.terminal.ttys.stdout:
        context.prompter.tell(
            "This recovery key opens the vault: write it on paper. It is not shown again.", Tone.QUIET
        )
        show_recovery_key(context.prompter, paper)
        have_typed_back(context.prompter, paper)
    else:
        if as_json:
            context.streams.json(_shape(paper))
        else:
            context.streams.line(paper)
        context.streams.stdout.flush()  # printed before it counts: one that nobody saw must not replace another
    set_recovery_key(context.store, vault, paper)
    where = "" if context.store.keeps_slots else " on this machine, and on no other"
    context.streams.note(f"the recovery key opens the vault{where}; use it with: nexcred vault recovery --use")


def use_recovery_key(context: Context, reset: Reset, *, as_json: bool = False) -> None:
    """Open the vault by what is typed, or read from standard input, and lock it anew as the user likes."""
    refuse_missing(context.store, context.anchors)
    passphrase = None
    if reset.passphrase_file is not None:  # a bad one is refused before anything else is asked
        passphrase = new_passphrase_in(context, reset.passphrase_file, weak=reset.weak)
    paper = Secret(_read_recovery_key(context))
    vault = context.open_by(lambda store: unlock_by_recovery_key(store, str(paper.reveal())))
    context.streams.note("the recovery key opens this vault, and stays valid")
    if passphrase is None and not reset.keyring and context.terminal.interactive:
        reset, passphrase = _ask_what(context, reset)
    if passphrase is not None:
        change_passphrase(vault, passphrase)
        context.streams.note("set the passphrase")
    if reset.keyring:
        context.keep_in_keyring(vault.identity)
    if as_json:
        context.streams.json(_shape(None, used=True, passphrase=passphrase is not None, os_keyring=reset.keyring))


def _shape(key: str | None, *, used: bool = False, passphrase: bool = False, os_keyring: bool = False) -> RecoveryShape:
    return {"recovery_key": key, "used": used, "passphrase": passphrase, "os_keyring": os_keyring}


def _allow_replacing(context: Context) -> None:
    question = "There is already a recovery key, and it will no longer open the vault. Replace it?"
    if not context.terminal.interactive or not context.prompter.confirm(question):
        raise Conflict(
            "this vault has a recovery key already", hint="replace it with: nexcred vault recovery --replace"
        )


def _read_recovery_key(context: Context) -> str:
    if context.terminal.interactive:
        return ask_recovery_key(context.prompter)
    data = context.streams.read_stdin("--use", _LONGEST_INPUT)
    if not data.strip():
        raise UsageError("no recovery key was given", hint="give it on standard input, or run this at a terminal")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Locked("the recovery key is not text") from None


def _ask_what(context: Context, reset: Reset) -> tuple[Reset, Secret | None]:
    """Offer what can be had here."""
    choices = [Choice(PASSPHRASE, "a new passphrase"), Choice(NOTHING, "nothing more", "this was only a test")]
    try:
        choices.insert(1, Choice(KEYRING, "the OS keyring", f"{context.local_unlock.keyring.title}, on this machine"))
    except KeyringUnavailable:
        context.streams.note("there is no OS keyring here that could open it")
    what = context.prompter.choose("What should open the vault from now on?", choices, PASSPHRASE)
    if what == PASSPHRASE:
        return reset, typed_passphrase(context, weak=reset.weak)
    return reset._replace(keyring=what == KEYRING), None
