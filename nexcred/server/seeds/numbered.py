"""The credentials of a vault by the integers that Nexla's clients name them by."""

from nexcred.connectors.load.loader import load_connector
from nexcred.errors import (
    Conflict,
    CredentialNotFound,
    Damaged,
    NotPermitted,
    ReadOnlyIdentity,
    SpecError,
    UnknownConnector,
)
from nexcred.model.credential import Credential
from nexcred.model.right import Right
from nexcred.nexla.integer_ids import integer_id
from nexcred.nexla.lookup import type_of
from nexcred.server.call import Call
from nexcred.server.principal import Principal
from nexcred.vault.access_list import WRITE
from nexcred.vault.roster import WRITERS
from nexcred.vault.vault import Vault
from nexcred.wire.data_credentials import DataCredentialShape, data_credential_shape

# As many as the largest of them has, and room.
_MOST_DIGITS = 19


class _SeenNumbers:
    """What one state of a vault holds. Roles are proved when somebody first asks for them."""

    def __init__(self, vault: Vault) -> None:
        self.of = _place(vault)
        self.all = vault.credentials()
        self.by_number: dict[int, list[Credential]] = {}
        self.roles: dict[str, tuple[str, ...]] = {}
        self.types: dict[str, str] = {}
        for credential in self.all:
            self.by_number.setdefault(integer_id(credential.id), []).append(credential)


class NumberedCredentials:
    """What the newest state of a vault holds, looked through once for each state. Use it inside `Access.read`.

    Who asks several things takes a snapshot of the vault first: each question alone looks whether there is a newer one.
    """

    def __init__(self) -> None:
        self._seen: _SeenNumbers | None = None

    def all(self, vault: Vault) -> list[Credential]:
        """Return every credential, by name."""
        return self._look(vault).all

    def find(self, vault: Vault, call: Call, right: Right) -> Credential:
        """Return the credential with the number of the path; raise NotPermitted where the token may not do this.

        Only whose token is for that number, or for all, is told that there is none: CredentialNotFound. None of these
        names a credential, nor does Conflict, for a number of two.
        """
        said, principal = call.path["id"], call.principal
        is_number = said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS
        found = self._look(vault).by_number.get(int(said), []) if is_number else []
        if not found:
            if is_number and not _may_know(principal, right, int(said)):
                raise principal.refusal(right)
            raise CredentialNotFound("no credential has this id")
        if len(found) > 1:
            raise Conflict(f"{len(found)} credentials have this id: use them by their names, with another interface")
        principal.require(right, found[0])
        return found[0]

    def roles(self, vault: Vault, credential: Credential) -> tuple[str, ...]:
        """Return what this identity may do with a credential, in Nexla's words, by the proved list."""
        known = self._look(vault).roles
        roles = known.get(credential.id)
        if roles is None:
            roles = known[credential.id] = _roles(vault, credential)
        return roles

    def shape(self, vault: Vault, credential: Credential, *, shows_values: bool = True) -> DataCredentialShape:
        """Return it as the clients read it."""
        types, connector = self._look(vault).types, credential.connector
        if connector not in types:
            types[connector] = type_named(connector)
        roles = self.roles(vault, credential)
        return data_credential_shape(credential, types[connector], roles, shows_values=shows_values)

    def _look(self, vault: Vault) -> _SeenNumbers:
        with vault.snapshot():
            if self._seen is None or self._seen.of != _place(vault):
                self._seen = _SeenNumbers(vault)
            return self._seen


def _place(vault: Vault) -> tuple[str, bytes]:
    """Tell one look from another: whoever opens a vault that was locked may be somebody else, who sees others."""
    return vault.me.id, vault.state.sealed_head


def _may_know(principal: Principal, right: Right, number: int) -> bool:
    may = [one.records for one in principal.allowances if one.right in (right, "list")]
    return any(records is None or number in map(integer_id, records) for records in may)


def type_named(connector: str) -> str:
    """Return what Nexla calls the type; the name of a connector that is not known here any more."""
    try:
        return type_of(load_connector(connector))
    except (UnknownConnector, SpecError):
        return connector


def refuse_reader(vault: Vault) -> None:
    """Raise ReadOnlyIdentity where the service runs as somebody who may write nothing."""
    if vault.role not in WRITERS:
        raise ReadOnlyIdentity(f"this service runs as a {vault.role} of the vault, who may write nothing to it")


def _roles(vault: Vault, credential: Credential) -> tuple[str, ...]:
    if credential.owner.id == vault.me.id:
        return ("owner",)
    try:
        may = vault.granted(credential).get(bytes.fromhex(vault.me.id))
    except (Damaged, NotPermitted):  # of which nothing is proved
        return ()
    return () if may is None else ("admin",) if may == WRITE else ("collaborator",)
