"""Find the credential that signs in to a host: what git, docker and their like ask for."""

from collections.abc import Iterator
from typing import NamedTuple

from nexcred.connectors.loader import load_connector
from nexcred.connectors.sign_in import Login, declared_sign_in, login_of
from nexcred.connectors.spec import Method
from nexcred.errors import HostRefused, InvalidData, NotPermitted, SpecError, UnknownConnector, UsageError
from nexcred.model.credential import Credential
from nexcred.model.template import TemplateError
from nexcred.model.text import make_visible
from nexcred.services.hosts import policy_for
from nexcred.vault.vault import Vault


class Found(NamedTuple):
    """A credential, and what it amounts to where a user name and a password are asked for."""

    credential: Credential
    login: Login


def find_sign_in(vault: Vault, url: str, *, name: str = "", username: str = "") -> Found | None:
    """Return what signs in to the URL: the credential of that name, or the only one that may go there.

    None when nothing may, or nothing has that user name. Raises UsageError when several could be meant, InvalidData
    for a value that no such program can take.
    """
    wanted = [vault.find(name)] if name else vault.credentials()
    found = [one for credential in wanted for one in _sign_ins(vault, credential, url)]
    fitting = [one for one in found if username in ("", one.login.username)]
    if len(fitting) > 1:
        names = ", ".join(f"'{make_visible(one.credential.name)}'" for one in fitting)
        raise UsageError(f"several credentials sign in there: {names}", hint="give the name of the one that is meant")
    return fitting[0] if fitting else None


def _sign_ins(vault: Vault, credential: Credential, url: str) -> Iterator[Found]:
    method = _method(credential.connector, credential.method)
    sign_in = declared_sign_in(method) if method else None
    if method is None or sign_in is None:
        return
    try:
        details = vault.details(credential)
        policy_for(method, details).check(url)
    except (HostRefused, NotPermitted):  # not for that host, or not ours to use
        return
    try:
        yield Found(credential, login_of(sign_in, method, details.fields))
    except TemplateError as error:
        raise InvalidData(f"'{credential.name}' cannot sign in anywhere: {error.name} {error.problem}") from None


def _method(connector: str, name: str) -> Method | None:
    try:
        return load_connector(connector).method(name)
    except (UnknownConnector, SpecError):  # of another version, or a file of somebody else's
        return None
