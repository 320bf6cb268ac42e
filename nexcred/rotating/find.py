"""Which engine replaces or ends a credential's key: a built-in one, the declared requests, or nobody but a person."""

from importlib import import_module
from typing import cast

from nexcred.auth.request import url_parts
from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.found_values import lacks_found
from nexcred.connectors.language.lifecycle_spec import Revoke
from nexcred.connectors.language.spec import Method
from nexcred.connectors.lifecycle import revoke_of
from nexcred.model.template import TemplateContext, sole_name
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.rotator import Revoker, Rotator


def rotator_for(acting: Acting) -> Rotator | None:
    """Return what replaces the key; None where a person does it by hand."""
    rotate = acting.own.method.rotate
    if rotate is None or not rotate.is_asked:
        return None
    if rotate.engine:
        return _built_in(rotate.engine, acting)
    from nexcred.rotating import declared

    return declared.make(acting)


def revoker_for(acting: Acting) -> Revoker | None:
    """Return what ends the key, whether it can be replaced or not; None where a person does it by hand."""
    revoke = revoke_of(acting.own.method)
    if revoke is None or not _has_address(revoke, acting.own):
        return None
    if revoke.engine:
        return _built_in(revoke.engine, acting)
    from nexcred.rotating import declared

    return declared.revoker_of(acting)


def needs_rotator(method: Method) -> bool:
    """True where another credential has to act for this one, for want of which nothing is done."""
    asked = [call.by for _, call in method.rotate.calls("")] if method.rotate and method.rotate.is_asked else []
    revoke = revoke_of(method)
    return "rotator" in (*asked, revoke.by if revoke else "")


def _has_address(revoke: Revoke, own: ActingLogin) -> bool:
    """False for a request to a URL that this credential could name, and does not."""
    if revoke.request is None:
        return True
    template, context = url_parts(revoke.request.url)[0]
    known = with_defaults(own.method, own.details.fields)
    is_told_later = lacks_found(own.method, own.details.fields)
    return context is not TemplateContext.BASE or bool(known.get(sole_name(template))) or is_told_later


def _built_in(engine: str, acting: Acting) -> Rotator:
    """Import it where it is needed: each brings what only its provider takes."""
    made = import_module(f"nexcred.rotating.{engine}").make(acting)
    return cast("Rotator", made)
