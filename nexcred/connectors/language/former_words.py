"""What earlier versions called otherwise in a connector's file: it is read as ever, by its present name."""

from typing import Any

_SCHEMES = {"database": "login"}


def in_present_words(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the present names of its schemes; itself where it has no former ones."""
    methods = document.get("method")
    if not isinstance(methods, list) or not any(map(_former_scheme, methods)):
        return document
    return {**document, "method": [_renamed(method) for method in methods]}


def _renamed(method: Any) -> Any:
    scheme = _former_scheme(method)
    return {**method, "auth": {**method["auth"], "scheme": _SCHEMES[scheme]}} if scheme else method


def _former_scheme(method: Any) -> str:
    auth = method.get("auth") if isinstance(method, dict) else None
    scheme = auth.get("scheme") if isinstance(auth, dict) else None
    return scheme if isinstance(scheme, str) and scheme in _SCHEMES else ""
