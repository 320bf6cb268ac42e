"""Find the credential that signs in to a host: what git, docker and their like ask for."""

from collections.abc import Iterator
from contextlib import suppress

from nexcred.connectors.load.fast_reader import QuickMethod
from nexcred.connectors.sign_in import SignInPair, login_of
from nexcred.errors import (
    HostRefused,
    InvalidData,
    NotPermitted,
    SpecError,
    UnknownConnector,
    UsageError,
    WrongDetails,
)
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.template import TemplateError, names_in
from nexcred.model.text import make_visible
from nexcred.services.values.kept_details import MethodGone, quick_details, quick_method
from nexcred.services.values.policy import policy_of
from nexcred.vault.vault import Vault


class Match(NamedTuple):
    """A credential, and what it amounts to where a user name and a password are asked for.

    Of a token the user name is a `placeholder`, which says nothing of whose it is.
    """

    credential: Credential
    login: SignInPair
    placeholder: bool = False

    def as_user(self, username: str) -> "Match":
        """Return it under the name that was asked for, where one is as good as another."""
        return self._replace(login=self.login._replace(username=username)) if self.placeholder and username else self


def find_sign_in(vault: Vault, url: str, *, name: str = "", username: str = "") -> Match | None:
    """Return what signs in to the URL: the credential of that name, or the only one that may go there.

    A token serves any user; of several credentials, the one that has the user name, or that the provider knows by it.
    None when it may not go there, or is somebody else's. Raises UsageError when several could be meant, or the named
    one is no login; InvalidData for a value that no such program can take.
    """
    found = [one for one in ([_named(vault, name, url)] if name else _any(vault, url)) if one is not None]
    fitting = [one.as_user(username) for one in (_of_user(found, username) if username else found)]
    if len(fitting) > 1:
        names = ", ".join(f"'{make_visible(one.credential.name)}'" for one in fitting)
        raise UsageError(f"several credentials sign in there: {names}", hint="name the one you mean")
    return fitting[0] if fitting else None


def _of_user(found: list[Match], username: str) -> list[Match]:
    """Return those of the user, else the only one if it is anybody's."""
    exact = [one for one in found if one.login.username == username]
    if exact:
        return exact
    if len(found) > 1:
        found = [one for one in found if _identity(one.credential) == username.casefold()]
    return [one for one in found if one.placeholder]


def _identity(credential: Credential) -> str:
    """Return who the provider said it is, for comparing."""
    return (credential.probe.identity or "").casefold() if credential.probe else ""


def _named(vault: Vault, name: str, url: str) -> Match | None:
    credential = vault.find(name)
    method, details = quick_details(vault, credential)
    if method.sign_in is None:
        raise UsageError(f"'{credential.name}' is not a user name and password")
    return _found(credential, method, details, url)


def _any(vault: Vault, url: str) -> Iterator[Match | None]:
    """Try all that could be meant; what cannot be read is not."""
    for credential in filter(_may_sign_in, vault.credentials()):
        with suppress(UnknownConnector, SpecError, MethodGone, NotPermitted):  # of another version, or somebody else's
            opened = _opened(vault, credential)
            if opened is not None:
                yield _found(credential, *opened, url)


def _may_sign_in(credential: Credential) -> bool:
    """Say by what every member may write of it whether it is worth opening; what it is, its values say."""
    with suppress(UnknownConnector, SpecError):
        method = quick_method(credential.connector, credential.method)
        return method is not None and method.sign_in is not None
    return False


def _opened(vault: Vault, credential: Credential) -> tuple[QuickMethod, Details] | None:
    """Return its values; one that somebody spoilt is told, and keeps nobody from signing in by another."""
    try:
        return quick_details(vault, credential)
    except WrongDetails as error:
        vault.warn(f"left out: {error.message}")
        return None


def _found(credential: Credential, method: QuickMethod, details: Details, url: str) -> Match | None:
    if method.sign_in is None:
        return None
    try:
        policy_of(method.hosts, method, details).check(url)
        login = login_of(method.sign_in, method, details.fields)
        return Match(credential, login, placeholder=not names_in(method.sign_in.username))
    except HostRefused:
        return None
    except TemplateError as error:
        raise InvalidData(f"'{credential.name}' cannot sign in anywhere: {error.name} {error.problem}") from None
