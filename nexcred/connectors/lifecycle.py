"""What a method says of the end of its keys, wherever it says it."""

from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.key_page import page_template
from nexcred.connectors.language.lifecycle_spec import DEFAULT_SETTLE_S, Ending, Revoke
from nexcred.connectors.language.spec import Connector, Method

_REPLACED = {
    "add": "Calls can replace it: a new key works beside the old one until that one is revoked.",
    "change": "A call can replace it, by changing it.",
    "replace": "A call can replace it, which revokes the old key at once.",
    "by_hand": "",
}


def revoke_of(method: Method) -> Revoke | None:
    """Return how a call ends a key: the method's own word, else how its rotation ends the old one.

    None where only a person can. A revocation by an engine of rotation is that engine's.
    """
    if isinstance(method.revoke, Revoke) and method.revoke.is_asked:
        return method.revoke
    rotate = method.rotate
    if rotate is None or rotate.kind in ("by_hand", "replace"):
        return None
    if rotate.revoke and rotate.revoke.is_asked:
        return rotate.revoke
    return Revoke(engine=rotate.engine) if rotate.engine else None


def settle_s_of(method: Method) -> int:
    """Return for how many seconds a key may be accepted after its end."""
    said = (ending.settle_s for ending in _endings(method) if ending.settle_s is not None)
    is_database = isinstance(method.auth, LoginAuth) and method.auth.driver != "smtp"
    return next(said, 0 if is_database else DEFAULT_SETTLE_S)


def outlives_of(method: Method) -> tuple[str, int]:
    """Return what lives on that was issued with a key, and for how many seconds at most; ("", 0) for nothing."""
    said = ((ending.outlives, ending.outlives_s) for ending in _endings(method) if ending.outlives)
    return next(said, ("", 0))


def outlives_words(method: Method) -> str:
    """Return what lives on, and for how long at most where it does not say that itself; "" for nothing."""
    outlives, outlives_s = outlives_of(method)
    says_how_long = any(character.isdigit() for character in outlives) or "hour" in outlives
    return outlives if says_how_long or not outlives else f"{outlives}, for up to {_span(outlives_s)}"


def also_ends(method: Method) -> str:
    """Return what else ends when a call ends a key; "" for nothing that is known."""
    revoke = revoke_of(method)
    return revoke.also if revoke else ""


def also_ends_in_rotation(method: Method) -> str:
    """Return the same of a key that is replaced: of a database only the old password ends then, not the login."""
    return "" if isinstance(method.auth, LoginAuth) else also_ends(method)


def pages_of(connector: Connector, method: Method) -> tuple[str, str]:
    """Return the templates of the pages where a new key is made and where the old one is ended, each "" if unknown."""
    shared = page_template(connector, method)
    made = (method.rotate.page if method.rotate else "") or shared
    revokes = (method.revoke, method.rotate.revoke if method.rotate else None)
    ended = next((revoke.page for revoke in revokes if isinstance(revoke, Revoke) and revoke.page), shared)
    return made, ended or made


def life_of(method: Method) -> tuple[str, ...]:
    """Return in sentences what calls can do to a key: nothing where only a person can, unless a person is told more."""
    rotate, revoke = method.rotate, revoke_of(method)
    told = [_REPLACED[rotate.kind], rotate.note] if rotate else []
    if revoke:
        also = f", which {revoke.also}" if revoke.also else ""
        told.append(f"It can be revoked by a call{also}: nexcred revoke NAME.")
        told += ["Its answer means that the key will be revoked, not that it is."] if revoke.done == "taken" else []
    if outlives := outlives_words(method):
        told.append(f"What was issued with it lives on: {outlives}.")
    return tuple(filter(None, told))


def _span(seconds: int) -> str:
    unit, name = next(unit for unit in ((3600, "h"), (60, "min"), (1, "s")) if seconds % unit[0] == 0)
    return f"{seconds // unit} {name}"


def _endings(method: Method) -> tuple[Ending, ...]:
    revoke = method.revoke if isinstance(method.revoke, Revoke) else None
    return tuple(ending for ending in (revoke, method.rotate) if ending is not None)
