"""Whether two sets of values are about one key at the provider, whatever else differs between them."""

from collections.abc import Iterable, Iterator, Mapping

from nexcred.auth.jwt_bearer import JwtBearer
from nexcred.auth.request import RequestSpec
from nexcred.auth.signed_jwt import SignedJwtAuth
from nexcred.auth.sigv4 import SigV4
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.language.spec import Method
from nexcred.connectors.lifecycle import revoke_of
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.model.template import names_in

_OLD = "old."


def is_same_key(method: Method, one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    """True where ending the key of the one could end the key of the other, of the same method.

    A mistyped secret beside the right id of a key ends that key all the same.
    """
    ids = key_ids(method, one)
    if ids & key_ids(method, other):
        return True
    named = set(_named(method))
    return bool(named) and all(_text(one, name) == _text(other, name) for name in named)


def key_ids(method: Method, fields: Mapping[str, Value]) -> frozenset[str]:
    """Return the provider's names of the key that these values hold, as far as they have any."""
    values = text_values(method, fields)
    found = (values.get(name, "") for name in _id_names(method))
    return frozenset(str(one) for one in found if one)


def _id_names(method: Method) -> Iterator[str]:
    rotate, auth = method.rotate, method.auth
    if rotate is not None and rotate.create is not None:
        yield from (field.name for field in method.fields if field.name in rotate.create.set and not field.secret)
    if rotate is not None and rotate.list is not None:
        yield rotate.list.kept
    if isinstance(auth, SigV4):
        yield from names_in(auth.access_key_id)
    if isinstance(auth, JwtBearer | SignedJwtAuth):
        yield from names_in(auth.jwt.key_id)


def _named(method: Method) -> Iterator[str]:
    """Yield the fields of the old key that the request names which ends it, or by which it looks for the key."""
    revoke = revoke_of(method)
    if revoke is not None and revoke.request is not None:
        requests = [revoke.request, *([revoke.look_up.request] if revoke.look_up else [])]
        yield from (name.removeprefix(_OLD) for one in requests for name in _names(one) if name.startswith(_OLD))
        if revoke.look_up and revoke.look_up.by == "old":
            yield from (name for place in method.auth.places("") for name in names_in(place.template))


def _names(request: RequestSpec) -> Iterable[str]:
    return (name for place in request.places("") for name in names_in(place.template))


def _text(fields: Mapping[str, Value], name: str) -> object:
    value = fields.get(name)
    return value.reveal() if isinstance(value, Secret) else value
