"""What authenticates a credential now: kept, or granted for the asking."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from nexcred.auth.flow import Grant, Refused
from nexcred.connectors.load.fast_reader import QuickMethod
from nexcred.errors import InvalidData, UsageError
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.template import TemplateError
from nexcred.network.deadline import Deadline
from nexcred.services.grants.sessions import Sessions, Subject
from nexcred.services.values.kept_details import MethodGone, quick_details
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.connectors.language.checked import CheckedField


# As long a token is printed whose end nobody told.
_LONGEST_UNKNOWN = timedelta(minutes=10)


class FreshGrant(NamedTuple):
    """A grant, the values that it is for, and what their method hands out."""

    grant: Grant
    details: Details
    method: QuickMethod

    def __repr__(self) -> str:
        return repr_of(self)


def fresh_grant(vault: Vault, credential: Credential, sessions: Sessions, *, timeout_s: float) -> FreshGrant:
    """Return what `grant_for` does with the present values."""
    method, details = quick_details(vault, credential)
    return grant_for(credential, method, details, sessions, timeout_s=timeout_s)


def grant_for(
    credential: Credential, method: QuickMethod, details: Details, sessions: Sessions, *, timeout_s: float
) -> FreshGrant:
    """Return what is at hand, else what is granted now. Nothing but the sessions looks at the vault.

    Raises Rejected, NotProved, TransportFailed, HostRefused, NotPermitted, InvalidData for what cannot be sent, and
    UsageError for that of a database or a mail server, which no request carries.
    """
    try:
        grant = sessions.at_hand(credential, method, details)
        if grant is None or _may_have_ended(grant, sessions.now()):
            grant = asked_grant(credential, details, sessions, timeout_s, doubted=grant)
    except TemplateError as error:
        raise InvalidData(f"{error.name} {error.problem}") from None
    return FreshGrant(grant, details, method)


def without_token(credential: Credential, method: str, fields: "Sequence[CheckedField]") -> UsageError:
    """Return the error for a credential that is used without a token, with the way to its secret."""
    secret = next((field.name for field in fields if field.secret), "")
    place = shell_word(f"{credential.name}/{secret}")
    return UsageError(
        f"'{credential.name}' is used without an access token: its method is '{method}'",
        hint=f"print its secret itself with: nexcred get {place}" if secret else "",
    )


def _may_have_ended(grant: Grant, now: datetime) -> bool:
    """True for a token that nobody knows the end of, and that is no longer new: who prints it learns of no refusal."""
    return grant.has_unknown_end and (grant.granted_at is None or now - grant.granted_at > _LONGEST_UNKNOWN)


def asked_grant(
    credential: Credential, details: Details, sessions: Sessions, timeout_s: float, *, doubted: Grant | None
) -> Grant:
    """Ask for a grant, going by the whole spec, whose types take longer to import than all that is at hand takes.

    What is `doubted` is given all the same where nothing can take its place without a person.
    """
    from nexcred.auth.server_login import LoginAuth
    from nexcred.connectors.load.loader import load_connector
    from nexcred.probing.outcome import failure_of

    connector = load_connector(details.connector)
    method = connector.method(details.method)
    if method is None:  # the file was changed just now
        raise MethodGone(f"{connector.name} has no method '{details.method}' any more")
    if isinstance(method.auth, LoginAuth):
        raise without_token(credential, method.name, method.fields)
    subject = Subject(credential, method, details)
    if doubted is not None and not sessions.can_renew(subject):
        return doubted
    try:
        return sessions.grant(subject, Deadline.after(timeout_s), refused=doubted)
    except Refused as refused:
        raise failure_of(refused.verdict, connector, method, credential.name) from None
