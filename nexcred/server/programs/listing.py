"""The credentials that a token may list."""

from nexcred.server.call import Call, Reply, json_reply
from nexcred.wire.credential import credential_shape


def list_credentials(call: Call) -> Reply:
    """Answer what everybody in the vault sees of them, by name."""
    found = call.access.read(lambda vault: vault.credentials())
    call.note("serve list", ())
    return json_reply([credential_shape(one) for one in call.principal.among("list", found)])
