"""The credentials that act on a key at its provider, as an engine of rotation logs in with them."""

from nexcred.errors import NotPermitted, UsageError
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.rotating.acting import Login
from nexcred.rotating.find import needs_rotator
from nexcred.services.grants.sessions import Sessions, Subject
from nexcred.services.values.decoded import Decoded, open_details
from nexcred.services.values.hosts import sending_policy
from nexcred.vault.vault import Vault


def acting_login(vault: Vault, sessions: Sessions, credential: Credential, values: Decoded) -> Login:
    """Return a credential with its present values, and the session that it has."""
    method, details = values.method, values.details
    authorize = sessions.authorize(Subject(credential, method, details))
    session = vault.session(credential) if method.auth.requests() else None
    return Login(method, details, sending_policy(method, details), authorize, session)


def rotator_login(vault: Vault, sessions: Sessions, credential: Credential, values: Decoded) -> Login | None:
    """Return the other credential that acts for this one, None where none is named; raise UsageError where one has to.

    Its values are opened as this identity may: NotPermitted says whose they are.
    """
    wanted = vault.policy(credential).rotator
    found = next((one for one in vault.credentials() if one.id == wanted), None) if wanted else None
    if found is not None:
        return acting_login(vault, sessions, found, _opened(vault, credential, found))
    if needs_rotator(values.method):
        which = "the one that was named is gone" if wanted else "none is named"
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
