"""What a connector tells people: steps to a value, the way out of a refusal, where a key is revoked."""

from collections.abc import Mapping

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.language.lifecycle_spec import Revoke
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import names_in

# The remedy of many a login that has ended.
LOG_IN_AGAIN = "log in again"


def steps_for(connector: Connector, method: Method, field: Field) -> tuple[str, ...]:
    """Return the numbered steps to this value: the field's own, else the method's, else the connector's."""
    return field.steps or method.steps or connector.steps


def warnings_for(connector: Connector, method: Method) -> tuple[str, ...]:
    return (*connector.warnings, *method.warnings)


def remedy_for(connector: Connector, method: Method, status: ProbeStatus) -> str:
    """Return the clause that mends a failed probe, without a full stop; "" when the spec knows none."""
    if status not in (ProbeStatus.REJECTED, ProbeStatus.EXPIRED, ProbeStatus.FORBIDDEN):
        return ""
    found: str = getattr(method.remedy, status.value) or getattr(connector.remedy, status.value)
    return found


def revoke_for(connector: Connector, method: Method | None) -> str:
    """Return where to revoke the secret at the provider; "" when the spec knows no such place."""
    revoke = (method.revoke if method else "") or connector.revoke
    return revoke.where if isinstance(revoke, Revoke) else revoke


def mending_verb(method: Method) -> str:
    """Return the command that mends a refused credential once its name follows."""
    return "nexcred login" if isinstance(method.auth, AuthorizationCode) else "nexcred update"


def way_out(remedy: str, command: str) -> str:
    """Return what to do and the command that ends it; the command alone says what a remedy says that is no more."""
    if not remedy:
        return command
    return f"{remedy}: {command}" if remedy == LOG_IN_AGAIN else f"{remedy}, then: {command}"


def redirect_to_register(method: Method, fields: Mapping[str, Value]) -> str:
    """Return the redirect URI that the provider has to be told; "" where no browser comes into it, and as long as it is
    the user's own and not given."""
    if not isinstance(method.auth, AuthorizationCode):
        return ""
    values = text_values(method, fields)
    is_known = values.keys() >= set(names_in(method.auth.redirect_uri))
    return method.auth.redirect(values) if is_known else ""
