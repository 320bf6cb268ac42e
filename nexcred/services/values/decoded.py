"""A credential's values with the whole spec of their connector, for whoever sends, changes or translates them."""

from collections.abc import Callable

from nexcred.connectors.found_values import fields_found_by
from nexcred.connectors.free_fields import secrecy_of, with_free_fields
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.fast_reader import QuickMethod
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.load.quick_by_spec import quick_of_spec
from nexcred.errors import Problem, WrongDetails
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.services.values.kept_details import (
    MethodGone,
    fitted,
    is_excused,
    kept_details,
    who_wrote,
    with_kept_found,
    wrong_details,
)
from nexcred.services.values.used_connector import note_used
from nexcred.vault.candidate import Candidate
from nexcred.vault.vault import Vault


class Decoded(NamedTuple):
    """Values that are as their method says. `left_out` names those that only an earlier version of it could read.

    The method has the fields that the credential names, too.
    """

    connector: Connector
    method: Method
    details: Details
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return repr_of(self, "details", "left_out")


def open_details(vault: Vault, credential: Credential, version: int | None = None) -> Decoded:
    """Return the present values, or those of a past revision.

    Raises NotPermitted, RevisionNotFound, UnknownConnector, SpecError, MethodGone, WrongDetails.
    """
    return _decoded(vault, credential, kept_details(vault, credential, version), is_present=version is None)


def open_to_use(vault: Vault, credential: Credential) -> Decoded:
    """Return the present values with those that a login found out; raises as `open_details` does."""
    decoded = open_details(vault, credential)
    wanted = fields_found_by(decoded.method.auth)
    return decoded._replace(details=with_kept_found(vault, credential, wanted, decoded.method.fields, decoded.details))


def decode_candidate(vault: Vault, credential: Credential, candidate: Candidate) -> Decoded:
    """Return what is kept until it is proved; raise UnknownConnector, SpecError, MethodGone, WrongDetails."""
    return _decoded(vault, credential, candidate.details, is_present=False)


def details_to_try(vault: Vault, credential: Credential, check: Callable[[Details], Details]) -> Details:
    """Return what `check` makes of the values, by the connector that is being written and tried with them."""
    return check(kept_details(vault, credential))


def quick_details_by_spec(vault: Vault, credential: Credential, details: Details) -> tuple[QuickMethod, Details]:
    """Return what `quick_details` does, for a connector of the user's own."""
    decoded = _decoded(vault, credential, details)
    return quick_of_spec(decoded.method), decoded.details


def quick_method_by_spec(connector: str, method: str) -> QuickMethod | None:
    """Return what `quick_method` does, for a connector of the user's own."""
    found = load_connector(connector).method(method)
    return quick_of_spec(found) if found else None


def _decoded(vault: Vault, credential: Credential, details: Details, *, is_present: bool = True) -> Decoded:
    connector = load_connector(details.connector)
    method = connector.method(details.method)
    if method is None:
        raise _without_method(vault, credential, details, connector, is_present=is_present)
    method = with_free_fields(method, secrecy_of(details.fields))
    note_used(vault, connector)
    whole = fitted(vault, credential, details, method.fields, lambda: connector.digest, is_present=is_present)
    left_out = tuple(name for name in details.fields if name not in whole.fields)
    return Decoded(connector, method, whole, left_out)


def _without_method(
    vault: Vault, credential: Credential, details: Details, connector: Connector, *, is_present: bool
) -> MethodGone | WrongDetails:
    if is_excused(vault, details, connector.digest):
        return MethodGone(f"{connector.name} no longer has a method '{make_visible(details.method[:64])}'")
    who = who_wrote(vault, credential) if is_present else ""
    return wrong_details(credential, [Problem("method", f"is none of {connector.name}'s")], who)
