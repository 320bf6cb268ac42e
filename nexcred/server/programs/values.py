"""Values of a credential, in the place where External Secrets' webhook and its like are told to look."""

from collections.abc import Mapping

from nexcred.errors import FieldNotFound
from nexcred.model.credential import Credential, Value
from nexcred.model.text import make_visible
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.programs.missing import only_names_are_missing
from nexcred.server.programs.named import named_credential
from nexcred.wire.credential import Revealed, reveal
from nexcred.wire.served import ValueShape, ValuesShape


@only_names_are_missing
def read_field(call: Call) -> Reply:
    """Answer one value."""
    value = field_of(call, named_credential(call, "read"), call.path["field"])
    shape: ValueShape = {"value": value}
    return json_reply(shape)


@only_names_are_missing
def read_all(call: Call) -> Reply:
    """Answer every value."""
    credential = named_credential(call, "read")
    values = _read(call, credential)
    call.note("serve read", [credential], values)
    shape: ValuesShape = {"value": {name: reveal(value) for name, value in values.items()}}
    return json_reply(shape)


def field_of(call: Call, credential: Credential, field: str) -> Revealed:
    """Return one value of a credential that may be read; raise FieldNotFound, and what reading does."""
    values = _read(call, credential)
    if field not in values:
        raise FieldNotFound(f"'{credential.name}' has no field '{make_visible(field[:64])}'")
    call.note("serve read", [credential], [field])
    return reveal(values[field])


def _read(call: Call, credential: Credential) -> Mapping[str, Value]:
    return call.access.opened(credential).details.fields
