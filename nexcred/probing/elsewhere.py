"""A refusal that holds for one place alone, such as a partition of AWS: the others are asked before it counts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from nexcred.auth.flow import NoAnswer, ProbeFlow, Request, Verdict
from nexcred.auth.request import RequestSpec, with_grant
from nexcred.connectors.effective import authenticate
from nexcred.connectors.filled_values import text_values, with_defaults
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.probing.judge import Rules, judge, rule_at


class Question(NamedTuple):
    """The request of a probe, and the values it was built from."""

    method: Method
    fields: Mapping[str, Value]
    spec: RequestSpec

    def __repr__(self) -> str:
        return repr_of(self)


def ask_elsewhere(question: Question, rules: Rules, refusal: Verdict, now: datetime) -> ProbeFlow:
    """Return the refusal if the other places of the rule that decided say the same, else what they say."""
    rule = rule_at(rules, refusal.decided_by)
    others = (
        (changed, _judged(request, rules, now))
        for changed in (rule.elsewhere if rule else ())
        for request in _moved(question, changed, now)
    )
    return (yield from compare(refusal, others))


def compare(refusal: Verdict, others: Iterable[tuple[Mapping[str, str], ProbeFlow]]) -> ProbeFlow:
    """Return the refusal if every other place says the same, else what a place that knows the credential says.

    `others` are the values that lead there, and how it is asked. Where one of them does not answer, nothing is proved.
    """
    unknown = ""
    for changed, ask in others:
        place = ", ".join(f"{name} {value}" for name, value in changed.items())
        try:
            verdict = yield from ask
        except NoAnswer as failed:
            unknown = unknown or f"{place} could not be asked ({failed})"
            continue
        if verdict.status is ProbeStatus.ACCEPTED:
            detail = f"the credential is good, but belongs elsewhere: set {place}"
            return verdict._replace(status=ProbeStatus.INCONCLUSIVE, detail=detail, decided_by=refusal.decided_by)
        if not verdict.status.is_refusal:
            unknown = unknown or f"{place} does not say ({verdict.detail})"
        elif verdict.decided_by != refusal.decided_by or _tells_an_end(verdict, refusal):
            return verdict
    if not unknown:
        return refusal
    detail = f"not known here, which proves nothing about other places, and {unknown}: {refusal.detail}"
    return refusal._replace(status=ProbeStatus.INCONCLUSIVE, detail=detail)


def _tells_an_end(verdict: Verdict, refusal: Verdict) -> bool:
    return verdict.status is ProbeStatus.EXPIRED and refusal.status is ProbeStatus.REJECTED


def other_places(method: Method, fields: Mapping[str, Value]) -> Iterator[Mapping[str, str]]:
    """Yield the other choices of the field that the probe's `elsewhere` names, where they lead to other addresses."""
    name = method.probe.elsewhere if method.probe else ""
    for field in method.fields:
        for choice in field.choices if field.name == name else ():
            if _addresses(method, {**fields, name: choice}) != _addresses(method, fields):
                yield {name: choice}


def _addresses(method: Method, fields: Mapping[str, Value]) -> list[Value | None]:
    values = with_defaults(method, fields)
    return [values.get(field.name) for field in method.fields if field.kind == "url"]


def _judged(request: Request, rules: Rules, now: datetime) -> ProbeFlow:
    return judge((yield request), rules, now)


def _moved(question: Question, changed: Mapping[str, str], now: datetime) -> Iterator[Request]:
    """Yield the question with other values; none where it goes to the same address, which the user named then."""
    moved = {**question.fields, **changed}
    request = question.spec.build(text_values(question.method, moved), now)
    if request.url == question.spec.build(text_values(question.method, question.fields), now).url:
        return
    flow = authenticate(question.method, moved, now)
    try:
        next(flow)
    except StopIteration as end:
        yield with_grant(request, end.value)
    else:
        flow.close()
