"""What authenticates a credential now: kept, or granted for the asking."""

from nexcred.auth.database import DatabaseAuth
from nexcred.auth.flow import Grant, Refused
from nexcred.connectors.language.spec import Method
from nexcred.errors import InvalidData, UsageError
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.template import TemplateError
from nexcred.network.deadline import Deadline
from nexcred.probing.outcome import failure_of
from nexcred.services.grants.sessions import Sessions, Subject
from nexcred.services.values.decoded import open_details
from nexcred.vault.vault import Vault


def fresh_grant(vault: Vault, credential: Credential, sessions: Sessions, *, timeout_s: float) -> tuple[Subject, Grant]:
    """Return the grant and the values that it is for.

    Raises Rejected, NotProved, TransportFailed, HostRefused, NotPermitted, InvalidData for what cannot be sent, and
    UsageError for a database's credential, which no request carries.
    """
    connector, method, details, _ = open_details(vault, credential)
    subject = Subject(credential, method, details)
    if isinstance(subject.method.auth, DatabaseAuth):
        raise without_token(credential, subject.method)
    try:
        return subject, sessions.grant(subject, Deadline.after(timeout_s))
    except Refused as refused:
        raise failure_of(refused.verdict, connector, subject.method, credential.name) from None
    except TemplateError as error:
        raise InvalidData(f"{error.name} {error.problem}") from None


def without_token(credential: Credential, method: Method) -> UsageError:
    """Return the error for a credential that is used without a token, with the way to its secret."""
    secret = next((field.name for field in method.fields if field.secret), "")
    place = shell_word(f"{credential.name}/{secret}")
    return UsageError(
        f"'{credential.name}' is used without an access token: its method is '{method.name}'",
        hint=f"its secret itself is had with: nexcred get {place}" if secret else "",
    )
