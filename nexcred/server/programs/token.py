"""A fresh access token."""

from nexcred.errors import InvalidData
from nexcred.model.times import to_rfc3339
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.programs.missing import only_names_are_missing
from nexcred.server.programs.named import named_credential
from nexcred.server.programs.values import field_of
from nexcred.services.grants.fresh_grant import grant_for
from nexcred.services.grants.token import Token, token_of
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.kept_details import quick_details
from nexcred.wire.credential import Revealed
from nexcred.wire.served import ServedTokenShape

_FIELD = "token"


@only_names_are_missing
def fresh_access_token(call: Call) -> Reply:
    """Answer what is kept while it is good, else what the provider grants now.

    A credential may have a field that is called the same: who may only read is answered that one.
    """
    access = call.access
    credential = named_credential(call, "token", "read")
    if not call.principal.may("token", credential.id):
        return _answer(Token(_text(field_of(call, credential, _FIELD)), "", None))
    method, details = access.read(lambda vault: quick_details(vault, credential))
    call.note("serve token", [credential])
    fresh = grant_for(credential, method, details, access.sessions, timeout_s=DEFAULT_TIMEOUT_S)
    return _answer(token_of(credential, fresh))


def _answer(found: Token) -> Reply:
    shape: ServedTokenShape = {
        "value": found.token,
        "token": found.token,
        "header": found.header or None,
        "expires_at": to_rfc3339(found.expires_at) if found.expires_at else None,
    }
    return json_reply(shape)


def _text(value: Revealed) -> str:
    if isinstance(value, dict):
        raise InvalidData("the field 'token' is no text")
    return str(value)
