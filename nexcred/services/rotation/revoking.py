"""Having the provider revoke a key, the present one or an old one. Whether it is dead by then, only asking tells."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial

from nexcred.connectors.guidance import revoke_for
from nexcred.connectors.key_page import page_for
from nexcred.connectors.lifecycle import also_ends, outlives_of, outlives_words, pages_of, revoke_of
from nexcred.errors import ChangedMeanwhile, Conflict, NotPermitted
from nexcred.model.credential import Credential, Value
from nexcred.model.lifecycle import Former
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.template import Placeholder, names_in
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.find import revoker_for
from nexcred.rotating.rotator import CallFailed, Ended, Revoker
from nexcred.rotating.same_key import is_same_key
from nexcred.services.grants.sessions import Sessions
from nexcred.services.rotation.asking import FormerKey
from nexcred.services.rotation.logins import acting_login, refuse_strangers, rotator_login
from nexcred.services.timeouts import REQUEST_TIMEOUT_S
from nexcred.services.values.decoded import Decoded, open_details
from nexcred.services.values.hosts import sending_policy
from nexcred.services.values.kept_details import compared_details
from nexcred.vault.edit import Edit
from nexcred.vault.permission import changed_meanwhile
from nexcred.vault.vault import Vault

# Disabled first, then deleted; a lost answer is asked for once more.
_CALLS = 3


class EndingPlace(NamedTuple):
    """Where a person revokes a key: in a clause, and on which page; each "" where it is not known."""

    where: str
    page: str

    def __repr__(self) -> str:
        return repr_of(self)


def ending_place(key: FormerKey) -> EndingPlace:
    """Return where a person revokes it; the page only where it is the provider's, whatever the values say."""
    template = pages_of(key.connector, key.method)[1]
    page = page_for(key.connector, key.method, key.details.public, template)
    return EndingPlace(revoke_for(key.connector, key.method), page)


def consequences(key: FormerKey) -> list[str]:
    """Return what else is to be known before the yes: what ends with it, and what lives on."""
    also, outlives = also_ends(key.method), outlives_words(key.method)
    told = [f"this also {also}"] if also else []
    if outlives:
        told.append(f"what was issued with it lives on: {outlives}")
    return told


def could_be_asked(key: FormerKey) -> bool:
    """True for a key that a call revokes, whether or not anybody is named who may send it."""
    return revoke_of(key.method) is not None


def revoker_of(vault: Vault, key: FormerKey, sessions: Sessions, environment: Mapping[str, str]) -> Revoker | None:
    """Return what has the provider end it; None where only a person can, or where another credential would have to.

    Raises UsageError where another credential has to act for it, and the one that was named is gone.
    """
    revoke = revoke_of(key.method)
    if revoke is None or (revoke.by == "rotator" and not vault.policy(key.credential).rotator):
        return None
    refuse_strangers(vault, key.credential, key.revision)
    rotator = rotator_login(vault, sessions, key.credential, key.values)
    own = _own_login(vault, key, sessions)
    return revoker_for(Acting(key.connector, own, rotator, environment, resolve, sessions.now))


def ended_secrets(key: FormerKey) -> dict[str, Value]:
    """Return the secrets that end with it: those that the request names, else those that its scheme logs in with.

    What opens a client's certificate is none of them, nor is a client's secret where a user's token is revoked.
    """
    secrets = {name: value for name, value in key.details.fields.items() if isinstance(value, Secret) and value.size}
    revoke = revoke_of(key.method)
    request = revoke.request if revoke else None
    named = _fields_in(request.places("")) & secrets.keys() if request else set[str]()
    if not named or (revoke and revoke.by == "old"):
        named |= _fields_in(key.method.auth.places("")) & secrets.keys()
    return {name: secrets[name] for name in named or secrets}


def refuse_present(vault: Vault, key: FormerKey) -> None:
    """Raise Conflict for a former revision whose key is the present one all the same, beside other secrets."""
    if key.is_present:
        return
    present = compared_details(vault, key.credential)
    name, version = shell_word(key.credential.name), key.credential.version
    if present.secrets & set(ended_secrets(key).values()):
        raise Conflict(
            f"revision {key.revision} of '{make_visible(key.credential.name)}' logs in with the present key",
            hint=f"to revoke that: nexcred revoke {name} --revision {version}",
        )
    is_of_one_method = (present.connector, present.method) == (key.connector.name, key.method.name)
    if is_of_one_method and is_same_key(key.method, key.details.fields, present.fields):
        raise Conflict(
            f"revision {key.revision} of '{make_visible(key.credential.name)}' names the present key by its id",
            hint=f"if that is the id of the old one, give the present one its own: nexcred update {name} --set …",
        )


def _fields_in(places: Iterable[Placeholder]) -> set[str]:
    """Return the fields that templates name, also as those of the old key, or as tokens of the session."""
    names = {name for place in places for name in names_in(place.template)}
    return {name.removeprefix("old.").removeprefix("session.") for name in names}


def refuse_rotating(vault: Vault, key: FormerKey) -> None:
    """Raise Conflict where a rotation is on its way, which knows which of the keys is to end, and when."""
    kept = vault.kept(key.credential)
    if kept is not None and kept.journal is not None:
        name = shell_word(key.credential.name)
        raise Conflict(
            f"'{make_visible(key.credential.name)}' is being rotated",
            hint=f"finish that with: nexcred rotate --resume {name}, or undo it with: nexcred rotate --undo {name}",
        )


def end_at_provider(vault: Vault, key: FormerKey, revoker: Revoker) -> Ended:
    """Have the provider end it: once more where an answer was lost, since that is safe to repeat.

    The values are read anew before: raises ChangedMeanwhile where somebody changed them since the question was asked,
    so that what became the present key meanwhile is never ended. Raises CallFailed.
    """
    old, new = key.details.fields, _acting_values(vault, key)
    ended: Ended = "taken"
    for left in reversed(range(_CALLS)):
        try:
            ended = revoker.end(old, new, Deadline.after(REQUEST_TIMEOUT_S))
        except CallFailed as failed:
            if not (failed.is_unknown and left):
                raise
            continue
        if ended != "disabled":
            break
    return ended


def note_ended(vault: Vault, key: FormerKey, ended: Ended) -> None:
    """Keep that the provider was told; where asking would harm, its word is all that there is.

    The tokens that were granted with the present key are gone with it.
    """
    now = key.now()
    _, for_s = outlives_of(key.method)
    is_its_word = ended == "gone" and not key.can_be_asked

    def told(known: Former | None) -> Former:
        before = known or Former(key.revision, "revoked")
        return before._replace(
            state="gone" if is_its_word else "revoked",
            revoked_at=now,
            outlives_until=now + timedelta(seconds=for_s) if for_s else None,
        )

    key.note(told)
    if key.is_present and key.method.auth.requests():
        with suppress(NotPermitted, ChangedMeanwhile):
            if vault.session(key.credential) is not None:
                vault.edit(partial(_end_session, key.credential))


def note_by_hand(key: FormerKey) -> None:
    """Keep that a person says that it is revoked."""
    now = key.now()
    key.note(lambda known: (known or Former(key.revision, "revoked"))._replace(state="revoked", revoked_at=now))


def _acting_values(vault: Vault, key: FormerKey) -> Mapping[str, Value]:
    """Return the values that act for it, as they are now: the present ones, unless those are another system's."""
    now = vault.find(key.credential.name)
    if (now.id, now.version) != (key.credential.id, key.credential.version):
        raise changed_meanwhile(key.credential)
    present = open_details(vault, now)
    return key.details.fields if key.is_present or _is_of_another(present, key) else present.details.fields


def _own_login(vault: Vault, key: FormerKey, sessions: Sessions) -> ActingLogin:
    present = open_details(vault, key.credential)
    if not key.is_present and _is_of_another(present, key):
        return ActingLogin(key.method, key.details, sending_policy(key.method, key.details))
    return acting_login(vault, sessions, key.credential, present)


def _is_of_another(present: Decoded, key: FormerKey) -> bool:
    """True where the present values are another system's, or log in otherwise, and cannot act for the former key."""
    return (present.connector.name, present.method.name) != (key.connector.name, key.method.name)


def _end_session(credential: Credential, edit: Edit) -> None:
    edit.set_session(edit.find_same(credential), None)
