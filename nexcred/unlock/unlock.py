"""From what was given to an identity."""

from collections.abc import Callable, Sequence

from nexcred.errors import InvalidData, Locked, Tampered
from nexcred.model.secret import Secret
from nexcred.unlock.sources import UnlockSource
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import WrongKey
from nexcred.vault.store import Store

# More would let a planted table keep a machine busy: each slot costs half a second.
_MOST_SLOTS = 8

CHOICES = (
    "give --identity-file, or one of NEXCRED_IDENTITY_FILE, NEXCRED_IDENTITY, NEXCRED_PASSPHRASE_FILE or"
    " NEXCRED_PASSPHRASE, or run it at a terminal to be asked for the passphrase"
)

BY_PAPER = (
    "give --identity-file, NEXCRED_IDENTITY_FILE or NEXCRED_IDENTITY, or open it with the recovery key on paper:"
    " nexcred vault recovery --use"
)

# A way that needs nothing given, such as a keyring: returns None when it holds nothing for this vault.
Unasked = Callable[[], Identity | None]
# Asks at a terminal: told what is wrong with what was typed before, "" at first, and how many tries are left.
Ask = Callable[[str, int], str]
_TRIES = 3


def unlock(
    store: Store, source: UnlockSource | None, *, unasked: Sequence[Unasked] = (), ask: Ask | None = None
) -> Identity:
    """Return the identity of the first way that is given; raise Locked when it fails, or when there is none.

    `ask` returns a passphrase typed at a terminal, three times at most; None where nobody can be asked.
    """
    if source is not None:
        return _from_source(store, source)
    for look in unasked:
        identity = look()
        if identity is not None:
            return identity
    if ask is None:
        raise Locked("the vault is locked, and nothing was given to unlock it", hint=_choices(store))
    return _by_asking(_passphrase_slots(store, "the vault is locked"), store, ask)


def _by_asking(slots: Sequence[bytes], store: Store, ask: Ask) -> Identity:
    """Somebody mistypes; the next try must not go to the shell, whose history would keep it."""
    wrong = ""
    for left in range(_TRIES, 0, -1):
        try:
            return open_with_passphrase(slots, Secret(ask(wrong, left)))
        except Locked as error:
            wrong = error.message
    raise Locked(wrong, hint=_way_without(store))


def _from_source(store: Store, source: UnlockSource) -> Identity:
    if source.kind != "passphrase":
        return given_identity(source)
    secret = source.read()
    slots = _passphrase_slots(store, source.name)
    try:
        return open_with_passphrase(slots, secret, source.name)
    except Locked as error:
        raise Locked(error.message, hint=error.hint or _way_without(store)) from None


def given_identity(source: UnlockSource) -> Identity:
    """Return the identity that this source gives; raise Locked, naming the source, where it gives none."""
    secret = source.read()
    try:
        return Identity.parse(str(secret.reveal()))
    except Locked as error:
        raise Locked(f"{source.name}: {error.message}", hint=error.hint) from None


def open_with_passphrase(slots: Sequence[bytes], passphrase: Secret, source: str = "") -> Identity:
    """Try each slot; raise Locked, naming the source that it came from, when none opens."""
    from nexcred.vault.slot import open_passphrase_slot  # which an identity, as a job has it, does without

    named = f"{source}: " if source else ""
    for slot in slots:
        try:
            return open_passphrase_slot(slot, str(passphrase.reveal()))
        except WrongKey:
            continue
        except InvalidData as error:
            raise Locked(f"{named}{error.message}") from None
    raise Locked(f"{named}this passphrase does not open the vault")


def _passphrase_slots(store: Store, source: str) -> list[bytes]:
    """Return those that a passphrase may open; their cost is checked before anything is derived."""
    from nexcred.unlock.slots import slots_of
    from nexcred.vault.slot import PASSPHRASE_KIND

    slots = slots_of(store, PASSPHRASE_KIND)
    if len(slots) > _MOST_SLOTS:
        raise Tampered(f"the vault has {len(slots)} passphrase slots, and at most {_MOST_SLOTS} make sense")
    if slots:
        return slots
    if not store.keeps_slots:
        hint = f"{_choices(store)}; a vault that others can read has a passphrase for each machine alone"
        raise Locked(f"{source}: this vault has no passphrase on this machine", hint=hint)
    raise Locked(f"{source}: this vault opens with an identity, not with a passphrase", hint=_choices(store))


def _way_without(store: Store) -> str:
    """Say what opens a vault whose passphrase is lost."""
    from nexcred.unlock.slots import slots_of
    from nexcred.vault.slot import RECOVERY_KIND

    if slots_of(store, RECOVERY_KIND):
        return "open it with the recovery key on paper: nexcred vault recovery --use"
    return "without the passphrase this vault opens only by an identity of one of its members: --identity-file FILE"


def _choices(store: Store) -> str:
    from nexcred.unlock.slots import slots_of
    from nexcred.vault.slot import PASSPHRASE_KIND, RECOVERY_KIND

    return BY_PAPER if slots_of(store, RECOVERY_KIND) and not slots_of(store, PASSPHRASE_KIND) else CHOICES
