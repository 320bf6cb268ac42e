"""The credentials that act on a key at its provider, as an engine of rotation logs in with them."""

from nexcred.errors import Conflict, NotPermitted, UsageError
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.rotating.acting import ActingLogin
from nexcred.rotating.find import needs_rotator
from nexcred.services.grants.sessions import Sessions, Subject
from nexcred.services.values.decoded import Decoded, open_details
from nexcred.services.values.hosts import sending_policy
from nexcred.vault.vault import Vault


def acting_login(vault: Vault, sessions: Sessions, credential: Credential, values: Decoded) -> ActingLogin:
    """Return a credential with its present values, and the session that it has."""
    method, details = values.method, values.details
    authorize = sessions.authorize(Subject(credential, method, details))
    session = vault.session(credential) if method.auth.requests() else None
    return ActingLogin(method, details, sending_policy(method, details), authorize, session)


def rotator_login(vault: Vault, sessions: Sessions, credential: Credential, values: Decoded) -> ActingLogin | None:
    """Return the other credential that acts for this one, None where none is named; raise UsageError where one has to.

    Its values are opened as this identity may: NotPermitted says whose they are. Raises Conflict for values of who may
    not use it.
    """
    found = _rotator_of(vault, credential)
    if found is not None:
        refuse_strangers(vault, credential)
        return acting_login(vault, sessions, found, _opened(vault, credential, found))
    if needs_rotator(values.method):
        which = "the one that was named is gone" if vault.policy(credential).rotator else "none is named"
        raise UsageError(
            f"another credential has to act for '{make_visible(credential.name)}', and {which}",
            hint=f"name one with: nexcred update {shell_word(credential.name)} --rotator ADMIN",
        )
    return None


def _opened(vault: Vault, credential: Credential, found: Credential) -> Decoded:
    try:
        return open_details(vault, found)
    except NotPermitted as error:
        acts = f"'{make_visible(found.name)}' acts for '{make_visible(credential.name)}'"
        raise NotPermitted(
            f"{acts}, and this identity cannot use it: {error.message}",
            hint=f"ask who holds it to run: nexcred share {shell_word(found.name)} --with MEMBER",
        ) from None


def refuse_strangers(vault: Vault, credential: Credential, *revisions: int) -> None:
    """Raise Conflict where a rotator would act for values that were written by who may not use it.

    These say whose key is made or ended: of the present values, and of those of these revisions. Nothing is refused
    where no rotator is named.
    """
    rotator = _rotator_of(vault, credential)
    if rotator is None:
        return
    proved, lent = vault.proved(credential), vault.proved(rotator)
    if proved is None or lent is None:
        return
    authors = set(proved.answerable)
    past = set(revisions) - {credential.version}
    if past:
        authors |= {bytes.fromhex(one.by.id) for one in vault.history(credential) if one.version in past and one.by.id}
    stranger = next((one for one in sorted(authors) if one not in lent.list.holders()), None)
    if stranger is None:
        return
    who, name = make_visible(vault.state.roster.name_of(stranger)), make_visible(credential.name)
    raise Conflict(
        f"the values of '{name}' were written by '{who}', who may not use '{make_visible(rotator.name)}', which would"
        " act on the key that they name",
        hint=f"look at them, and take them for yours with: nexcred update {shell_word(credential.name)} --rotator"
        f" {shell_word(rotator.name)}",
    )


def _rotator_of(vault: Vault, credential: Credential) -> Credential | None:
    wanted = vault.policy(credential).rotator
    return next((one for one in vault.credentials() if one.id == wanted), None) if wanted else None
