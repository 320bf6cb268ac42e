"""What of a method `get`, `token`, `run` and the helpers need, taken from its whole spec."""

from typing import Any

import msgspec

from nexcred.auth.scheme import Scheme
from nexcred.auth.session_token import SessionToken
from nexcred.auth.static import BasicAuth, HeadersAuth
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.connectors.found_values import fields_found_by
from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.language.spec import Method
from nexcred.connectors.load.fast_reader import QuickMethod, quick_method_of


def quick_of_spec(method: Method) -> QuickMethod:
    """Return it, as `quick_look` does for a built-in connector."""
    return quick_method_of(quick_tables(method))


def quick_tables(method: Method) -> dict[str, Any]:
    """Return the tables that it is taken out of; a method that sends a user name and password signs in by them."""
    tables: dict[str, Any] = msgspec.to_builtins(method)
    auth = method.auth
    by_basic = {"username": auth.username, "password": auth.password} if isinstance(auth, BasicAuth) else None
    return {
        "field": tables["field"],
        "file": tables["file"],
        "sign_in": tables["sign_in"] or by_basic,
        "hosts": declared_hosts(method),
        "at_hand": _at_hand(method.auth),
        "clears": list(method.clears),
        **({"free_fields": True} if method.free_fields else {}),
        **({"found": list(found)} if (found := fields_found_by(auth)) else {}),
    }


def _at_hand(auth: Scheme) -> dict[str, Any] | None:
    """Return what auth.at_hand judges by; None for a scheme that has neither headers nor a token to keep."""
    if isinstance(auth, HeadersAuth):
        return {"headers": auth.headers}
    if isinstance(auth, SessionToken):
        return {"apply": msgspec.to_builtins(auth.apply), "fallback": msgspec.to_builtins(auth.fallback)}
    return {"apply": msgspec.to_builtins(auth.apply), "fallback": None} if isinstance(auth, TokenEndpoint) else None
