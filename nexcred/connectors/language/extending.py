"""A file that extends a built-in one: it takes that one's methods, and says itself what differs."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nexcred.connectors.language.former_words import in_present_words
from nexcred.connectors.language.toml import NotToml, read_toml
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible

# A built-in file by its name; raises BadBase where there is none.
Bases = Callable[[str], bytes]
_Table = dict[str, Any]

# Tables, of which a file may say a part.
LAID_OVER = (
    "remedy",
    "revoke",
    "rotate",
    "notify",
    "field",
    "probe",
    "limits",
    "client_certificate",
    "pages",
    "method",
)
# What a file says for all its methods. All else says what system it is for, and is not taken over.
_SHARED = (*LAID_OVER, "steps", "warnings", "page", "hosts", "own_host", "clears", "mints", "failed")
# Of these a method's own takes the place of what is shared.
_WINS = ("probe", "rotate", "notify", "revoke")
# Of these a method has one.
_INSTEAD = {"probe": "unprobed", "unprobed": "probe"}
# Compiled when they are first needed.
_STEP = r"([^.\[\]]+)|\[([0-9]+)\]"


class BadBase(ValueError):
    """Nothing can be taken from the file that is named; says why."""


def no_base(name: str, known: Iterable[str] = ()) -> BadBase:
    """Return the error for a name that none of the built-in connectors has."""
    close = suggest(name, known)
    meant = f"; did you mean '{close}'?" if close and close != name else ""
    return BadBase(f"'{make_visible(name[:64])}' is no built-in connector{meant}")


def whole_document(document: _Table, bases: Bases) -> tuple[_Table, bytes]:
    """Return the document with what it takes from another, and that one's file; b"" for one that extends nothing.

    What earlier versions called otherwise has its present name in it.
    """
    document, name = in_present_words(document), document.get("extends")
    if not isinstance(name, str) or not name:
        return document, b""
    data = bases(name)
    shown = make_visible(name[:64])
    try:
        base = read_toml(data, name)[1]
    except NotToml as error:
        raise BadBase(f"'{shown}' cannot be read: {error.problem.problem}") from None
    if base.get("extends"):
        raise BadBase(f"'{shown}' extends '{base['extends']}' itself: extend that one")
    return extended(document, base), data


def extended(own: _Table, base: _Table) -> _Table:
    """Lay a document over another: methods by name, and of each what is said; without methods all are taken."""
    shared = {key: base[key] for key in _SHARED if key in base}
    whole = {**shared, **{key: _over(shared.get(key), value, key) for key, value in own.items()}}
    if "method" in own and _are_tables(own["method"]):
        known = {_name(method): method for method in base.get("method", ())}
        whole["method"] = [_method(known.get(_name(method), {}), method, shared) for method in own["method"]]
    return whole


def own_place(path: str, own: _Table, whole: _Table) -> tuple[str, bool]:
    """Return where the document itself says what stands at a path of the whole; False for the nearest thing around."""
    found, here, there = "", own, whole
    for key, index in re.findall(_STEP, path):
        step = _step_in_table(key, here, there) if key else _step_in_list(int(index), here, there)
        if step is None:
            return found, False
        name, here, there = step
        found += f".{name}" if found and key else name
    return found, True


def _step_in_table(key: str, here: Any, there: Any) -> tuple[str, Any, Any] | None:
    if isinstance(here, dict) and key in here:
        return key, here[key], there[key]
    return None


def _step_in_list(index: int, here: Any, there: Any) -> tuple[str, Any, Any] | None:
    """Find an entry by the name that it has, if it has one: the whole may have more of them."""
    if not isinstance(here, list) or index >= len(there):
        return None
    name = _name(there[index])
    at = next((at for at, one in enumerate(here) if _name(one) == name), None) if name else index
    return None if at is None or at >= len(here) else (f"[{at}]", here[at], there[index])


def _method(base: _Table, own: _Table, shared: _Table) -> _Table:
    """Lay a method over another; what that one has from all methods of its file is what a part is laid over."""
    kept = {key: value for key, value in base.items() if _INSTEAD.get(key) not in own}
    under = {**{key: shared[key] for key in _WINS if key in shared and _INSTEAD.get(key) not in base}, **base}
    return {**kept, **{key: _over(under.get(key), value, key) for key, value in own.items()}}


def _over(base: Any, own: Any, key: str) -> Any:
    """Lay a value over another: of fields by name, of tables by key, unless they are of another scheme."""
    if key == "field" and _are_tables(base) and _are_tables(own):
        return list(_fields(base, own))
    if not (isinstance(base, dict) and isinstance(own, dict)):
        return own
    return own if own.get("scheme", base.get("scheme")) != base.get("scheme") else {**base, **own}


def _fields(base: list[_Table], own: list[_Table]) -> Iterator[_Table]:
    left = list(own)  # one that is said twice is told as such later
    for field in base:
        said = next((one for one in left if _name(one) == _name(field)), {})
        left = [one for one in left if one is not said]
        yield {**field, **said}
    yield from left


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _name(value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""
