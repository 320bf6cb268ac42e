"""Judge an answer: the spec's rules first, then what it accepts, then what every status means."""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from types import MappingProxyType

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.flow import Response, Verdict
from nexcred.auth.pick import is_true, pick
from nexcred.auth.timestamp import parse_timestamp
from nexcred.connectors.identity import identity_of
from nexcred.connectors.language.spec import Rule
from nexcred.connectors.language.status_words import status_matches
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus


class Rules(NamedTuple):
    """The rules to judge one answer by, the user's settings filled in. `content`: json, xml, text (no web page), any.

    `shared` are the probe's own rules, which hold for its steps after theirs; `at` names the step. `sent` is the scheme
    of the Authorization header that was sent. With `refusal_unknown` only a rule says what a 401 or 403 proves.
    """

    rules: tuple[Rule, ...] = ()
    shared: tuple[Rule, ...] = ()
    at: str = ""
    accept_status: str = "2xx"
    content: str = "json"
    expect: str = ""
    identity: str = ""
    expires: str = ""
    expires_header: str = ""
    message: str = ""
    public: Mapping[str, str | int] = MappingProxyType({})
    sent: str = ""
    refusal_unknown: bool = False


def judge(response: Response, rules: Rules, now: datetime) -> Verdict:
    """Return what the answer proves. Pure; texts out of the answer are neither redacted nor cut yet."""
    answer = ParsedResponse.read(response)
    found = _first(rules, answer)
    if found:
        place, rule = found
        return _by_rule(rule, answer, rules, now)._replace(decided_by=place)
    is_yes = status_matches(rules.accept_status, response.status) and _is_due(answer, rules.content)
    if is_yes and not answer.is_stopped:
        if not rules.expect:
            return _accepted(answer, rules)._replace(decided_by=f"{rules.at}accept_status")
        if is_true(rules.expect, answer.document):
            return _accepted(answer, rules)._replace(decided_by=f"{rules.at}expect")
        verdict = verdict_of(answer, ProbeStatus.INCONCLUSIVE, _lack(answer, rules), now)
        return verdict._replace(decided_by=f"{rules.at}expect")
    json_due = rules.content == "json" or answer.is_html
    verdict = verdict_by_status(answer, now, json_due=json_due, message=rules.message, sent=rules.sent)
    return verdict.doubted() if rules.refusal_unknown else verdict


def rule_at(rules: Rules, place: str) -> Rule | None:
    """Return the rule that stands there, as a verdict names what decided it."""
    own = ((f"{rules.at}rule[{index}]", rule) for index, rule in enumerate(rules.rules))
    shared = ((f"rule[{index}]", rule) for index, rule in enumerate(rules.shared))
    return next((rule for at, rule in chain(own, shared) if at == place), None)


def wants_again(response: Response, rules: Rules) -> bool:
    """True when the rule that decides believes such an answer only when it comes twice."""
    found = _first(rules, ParsedResponse.read(response))
    return found is not None and found[1].again


def rule_that_holds(response: Response, rules: tuple[Rule, ...]) -> Rule | None:
    """Return the first rule that holds for an answer to whatever was asked; None when none does."""
    found = _first(Rules(rules=rules), ParsedResponse.read(response))
    return found[1] if found else None


def _first(rules: Rules, answer: ParsedResponse) -> tuple[str, Rule] | None:
    """Return the first rule that holds, and its place."""
    own = ((f"{rules.at}rule[{index}]", rule) for index, rule in enumerate(rules.rules))
    shared = ((f"rule[{index}]", rule) for index, rule in enumerate(rules.shared))
    return next(((place, rule) for place, rule in chain(own, shared) if _holds(rule, answer)), None)


def _holds(rule: Rule, answer: ParsedResponse) -> bool:
    if not status_matches(rule.status, answer.response.status):
        return False
    if rule.content and not _is_of(answer, rule.content):
        return False
    if not _headers_match(rule.headers, answer.response.headers):
        return False
    return not rule.match or is_true(rule.match, answer.document)


def _headers_match(wanted: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    return all(
        name.lower() in headers and value in ("", headers[name.lower()].strip()) for name, value in wanted.items()
    )


def _by_rule(rule: Rule, answer: ParsedResponse, rules: Rules, now: datetime) -> Verdict:
    if rule.verdict == "accepted":
        accepted = _accepted(answer, rules)
        return accepted._replace(detail=rule.detail or accepted.detail)
    return verdict_of(answer, ProbeStatus(rule.verdict), rule.detail or answer.message(rules.message), now)


def _is_due(answer: ParsedResponse, content: str) -> bool:
    if content in ("json", "xml"):
        return _is_of(answer, content)
    return content == "any" or not answer.is_html


def _is_of(answer: ParsedResponse, content: str) -> bool:
    return {"json": answer.is_json, "xml": answer.is_xml, "html": answer.is_html}[content]


def _lack(answer: ParsedResponse, rules: Rules) -> str:
    said = answer.message(rules.message)
    lacking = f"the answer lacks what proves the credential ({rules.expect})"
    return f"{lacking}: {said}" if said else lacking


def _accepted(answer: ParsedResponse, rules: Rules) -> Verdict:
    in_header = answer.response.headers.get(rules.expires_header.lower())
    return Verdict(
        ProbeStatus.ACCEPTED,
        identity=identity_of(rules.identity, rules.public, answer.document),
        http_status=answer.response.status,
        expires_at=parse_timestamp(pick(rules.expires, answer.document)) or parse_timestamp(in_header),
    )
