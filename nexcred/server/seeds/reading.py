"""Listing credentials, and showing one."""

from collections.abc import Callable

from nexcred.errors import InvalidData, Problem, UnknownConnector
from nexcred.model.credential import Credential
from nexcred.nexla.lookup import connector_of
from nexcred.nexla.types import TYPES
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.seeds.numbered import NumberedCredentials
from nexcred.server.seeds.paging import cut, paged_reply, read_page
from nexcred.vault.vault import Vault
from nexcred.wire.data_credentials import DataCredentialShape

PATH = "/data_credentials"
ROLE, TYPE, EXPAND = "access_role", "credentials_type", "expand"
# Nexla's words. Nobody is an operator here, who may run and not change.
ROLES = ("owner", "collaborator", "operator", "admin")
_NO = ("", "0", "false")


def list_credentials(numbered: NumberedCredentials, call: Call) -> Reply:
    """Answer `GET /data_credentials`: those that the token may list."""
    wanted, role = read_page(call.query), call.query.get(ROLE, "")
    if role not in ("", *ROLES):
        problem = f"must be one of: {', '.join(ROLES)}"
        raise InvalidData(f"{ROLE} {problem}", problems=(Problem(ROLE, problem),))
    is_of_type = _of_type(call.query.get(TYPE, ""))

    def look(vault: Vault) -> tuple[int, list[object]]:
        with vault.snapshot():
            found = [one for one in call.principal.among("list", numbered.all(vault)) if is_of_type(one)]
            if role:
                found = [one for one in found if role in numbered.roles(vault, one)]
            return len(found), [numbered.shape(vault, one) for one in cut(found, wanted)]

    total, shapes = call.access.read(look)
    return paged_reply(shapes, total, wanted, PATH, call.query)


def show_credential(numbered: NumberedCredentials, call: Call) -> Reply:
    """Answer `GET /data_credentials/ID`."""

    def look(vault: Vault) -> tuple[Credential, DataCredentialShape]:
        with vault.snapshot():
            credential = numbered.find(vault, call, "show")
            return credential, numbered.shape(vault, credential)

    credential, shape = call.access.read(look)
    call.note("serve show", [credential])
    if call.query.get(EXPAND, "").lower() not in _NO:
        shape = {**shape, "referenced_resource_ids": {}}
    return json_reply(shape)


def _of_type(named: str) -> Callable[[Credential], bool]:
    """Return what finds those of a type, by Nexla's name or ours; raise InvalidData for one that nobody knows."""
    if not named:
        return lambda _: True
    try:
        name = connector_of(named).name
    except UnknownConnector as error:
        if named not in TYPES:
            problem = "is no type that is known here"
            raise InvalidData(error.message, problems=(Problem(TYPE, problem),)) from None
        name = named
    return lambda credential: credential.connector == name
