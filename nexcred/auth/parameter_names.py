"""Other names for the parameters of RFC 6749, as some servers have them; "" for one that they do not want at all."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import asdict

_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_TAKEN = ("state", "iss")
# Without these the request would ask for something else, or the server would not know whose it is.
_NEEDED = frozenset({"client_id", "client_secret", "code", "code_verifier", "refresh_token", "assertion"})


class TokenNames(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Those of a token request."""

    grant_type: str = "grant_type"
    client_id: str = "client_id"
    client_secret: str = "client_secret"  # noqa: S105
    scope: str = "scope"
    code: str = "code"
    code_verifier: str = "code_verifier"
    redirect_uri: str = "redirect_uri"
    refresh_token: str = "refresh_token"  # noqa: S105
    username: str = "username"
    password: str = "password"  # noqa: S105
    assertion: str = "assertion"


class AuthorizeNames(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Those of an authorization request, and of the code that comes back; None is as in the token request."""

    response_type: str | None = None
    client_id: str | None = None
    redirect_uri: str | None = None
    scope: str | None = None
    code: str | None = None


def renamed(parameters: dict[str, str], names: TokenNames | AuthorizeNames, *others: TokenNames) -> dict[str, str]:
    """Return the parameters by the names that the server has for them, without those that it does not want."""
    named = ((name_of(name, names, *others), value) for name, value in parameters.items())
    return {name: value for name, value in named if name}


def name_of(name: str, *names: TokenNames | AuthorizeNames) -> str:
    """Return the name of a parameter: the first that is said."""
    said = (getattr(each, name, None) for each in names)
    return next((each for each in said if each is not None), name)


def problems_in_names(names: TokenNames | AuthorizeNames, at: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong: no name, a needed parameter left out, one name for two."""
    seen: set[str] = set()
    for parameter, name in asdict(names).items():
        path = f"{at}.{parameter}"
        if name == "" and parameter in _NEEDED and (isinstance(names, TokenNames) or parameter == "code"):
            yield path, "cannot be left out"
        elif name and not _NAME.fullmatch(name):
            yield path, "must be letters, digits, '_', '-', '.', '[' and ']'"
        elif name in _TAKEN:
            yield path, f"'{name}' is what tells a login's own answer from any other"
        elif name and name in seen:
            yield path, f"'{name}' is the name of two parameters"
        seen.add(name or "")
