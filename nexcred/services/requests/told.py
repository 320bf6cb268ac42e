"""What the answer to somebody's own request says of it: a failure by its status, or one inside a 2xx."""

from datetime import datetime

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.flow import Response, Verdict
from nexcred.auth.pick import is_true
from nexcred.auth.reference_words import resolve_reference
from nexcred.connectors.language.spec import Connector, Method
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import TextValues
from nexcred.probing.judge import rule_that_holds

# What a rule of the probe may say of another request too; that the credential is good, or proves nothing, it may not.
_TELLING = frozenset(
    (
        ProbeStatus.REJECTED,
        ProbeStatus.EXPIRED,
        ProbeStatus.FORBIDDEN,
        ProbeStatus.RATE_LIMITED,
        ProbeStatus.PROVIDER_ERROR,
    )
)


def told_by_answer(
    response: Response, connector: Connector, method: Method, values: TextValues, now: datetime, sent: str
) -> Verdict | None:
    """Return what an answer says that is no success, by the probe's rules first; None for one that is."""
    answer = ParsedResponse.read(response)
    message = resolve_reference(method.probe.message, values) if method.probe else ""
    rule = rule_that_holds(response, method.probe.rules) if method.probe else None
    if rule is not None and rule.verdict in _TELLING:
        return verdict_of(answer, ProbeStatus(rule.verdict), rule.detail or answer.message(message), now)
    if not answer.is_success:
        return verdict_by_status(answer, now, json_due=False, message=message, sent=sent)
    if is_true(connector.failed, answer.document):
        return verdict_of(answer, ProbeStatus.INCONCLUSIVE, answer.message(message), now)
    return None
