"""Which engine replaces or ends a credential's key: a built-in one, the declared requests, or nobody but a person."""

from importlib import import_module
from typing import cast

from nexcred.connectors.language.spec import Method
from nexcred.connectors.lifecycle import revoke_of
from nexcred.rotating.acting import Acting
from nexcred.rotating.rotator import Revoker, Rotator


def rotator_for(acting: Acting) -> Rotator | None:
    """Return what replaces the key; None where a person does it by hand."""
    rotate = acting.own.method.rotate
    if rotate is None or not rotate.is_asked:
        return None
    return _built_in(rotate.engine, acting) if rotate.engine else None


def revoker_for(acting: Acting) -> Revoker | None:
    """Return what ends the key, whether it can be replaced or not; None where a person does it by hand."""
    revoke = revoke_of(acting.own.method)
    if revoke is None:
        return None
    return _built_in(revoke.engine, acting) if revoke.engine else None


def needs_rotator(method: Method) -> bool:
    """True where another credential has to act for this one, for want of which nothing is done."""
    asked = [call.by for _, call in method.rotate.calls("")] if method.rotate and method.rotate.is_asked else []
    revoke = revoke_of(method)
    return "rotator" in (*asked, revoke.by if revoke else "")


def _built_in(engine: str, acting: Acting) -> Rotator:
    """Import it where it is needed: each brings what only its provider takes."""
    made = import_module(f"nexcred.rotating.{engine}").make(acting)
    return cast("Rotator", made)
