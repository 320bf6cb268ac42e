"""The flow of one probe: authenticate, ask, judge."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.bucket_region import blame_region
from nexcred.auth.challenge import scheme_sent
from nexcred.auth.clock import blame_clock
from nexcred.auth.flow import AuthFlow, Grant, ProbeFlow, Refused, Request, Response, Verdict
from nexcred.auth.pick import pick
from nexcred.auth.reference_words import resolve_reference
from nexcred.auth.sent import sent
from nexcred.auth.timestamp import parse_timestamp
from nexcred.connectors.conditions import applies
from nexcred.connectors.effective import authenticate
from nexcred.connectors.filled_values import text_values, with_defaults
from nexcred.connectors.found_values import with_found
from nexcred.connectors.identity import identity_of
from nexcred.connectors.language.spec import Expectation, Method
from nexcred.connectors.parts import public_parts, with_secret_parts
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateError, TextValues
from nexcred.probing.elsewhere import Question, ask_elsewhere, compare, other_places
from nexcred.probing.expiry import own_expiry
from nexcred.probing.judge import Rules, judge, wants_again
from nexcred.probing.redact import redact

LONGEST_DETAIL = 200


def probe_flow(
    method: Method,
    fields: Mapping[str, Value],
    now: datetime,
    granted: Grant | None = None,
    *,
    note: Callable[[Grant], None] = lambda _grant: None,
    check_url: Callable[[str], object] = lambda _url: None,
) -> ProbeFlow:
    """Return a flow that ends in a Verdict, whatever the provider answers; its texts are redacted and short.

    What can be known without a request is decided without one: an expired JWT, values that cannot be sent. What was
    `granted` before, out of a session, is used; else the flow authenticates, and `note` is told what it was granted.
    `check_url` raises HostRefused for an address, found out with a grant, that the credential may not be sent to.
    """
    expires_at = own_expiry(method, fields)
    if expires_at is not None and expires_at <= now:
        return Verdict(ProbeStatus.EXPIRED, detail="the token's own expiry is past", expires_at=expires_at)
    trail = _Trail()
    ask = partial(_ask_one_place, method, now=now, trail=trail, granted=granted, check_url=check_url)
    verdict = yield from ask(fields)
    if trail.granted_by is not None and trail.taken is not None:
        note(trail.taken)
    if verdict.status.is_refusal:
        others = ((changed, ask({**fields, **changed})) for changed in other_places(method, fields))
        verdict = yield from compare(verdict, others)
    if verdict.status is ProbeStatus.ACCEPTED and verdict.expires_at is None:
        verdict = verdict._replace(expires_at=expires_at)
    return fit_to_show(verdict, with_secret_parts(method, fields), trail.grants)


class _Trail:
    """A record of one probe: its grants, which its texts must not show, and the answer that gave the first.

    `taken` is the first of which also what came with it is right.
    """

    def __init__(self) -> None:
        self.grants: list[Grant] = []
        self.taken: Grant | None = None
        self.granted_by: Response | None = None


def _ask_one_place(
    method: Method,
    fields: Mapping[str, Value],
    now: datetime,
    trail: _Trail,
    granted: Grant | None,
    check_url: Callable[[str], object],
) -> ProbeFlow:
    """Ask everything; a grant that is refused, and values that cannot be sent, are verdicts too."""
    try:
        return (yield from _ask(method, fields, now, trail, granted, check_url))
    except Refused as refused:
        is_doubted = method.probe is not None and method.probe.refusal_unknown
        return refused.verdict.doubted() if is_doubted else refused.verdict
    except TemplateError as error:
        return Verdict(ProbeStatus.INCONCLUSIVE, detail=f"not sent: {error.name} {error.problem}")


def _ask(
    method: Method,
    fields: Mapping[str, Value],
    now: datetime,
    trail: _Trail,
    granted: Grant | None,
    check_url: Callable[[str], object],
) -> ProbeFlow:
    """Ask everything that is due, until something is not answered with yes."""
    probe = method.probe
    if probe is None:
        return Verdict(ProbeStatus.UNSUPPORTED, detail=method.unprobed)
    grant = granted or (yield from _noted(authenticate(method, fields, now), trail))
    trail.grants.append(grant)
    fields = with_found(method, fields, grant.found, check_url)
    trail.taken = trail.taken or grant
    values, public = text_values(method, fields), public_values(method, fields)
    verdicts: list[Verdict] = []
    for at, part in probe.parts(""):
        if not applies(part, fields, method):
            continue
        if part.request is None:
            verdicts.append(_accepted_by_grant(part, public, trail.granted_by))
            continue
        rules = _rules(part, values, public)
        rules = rules._replace(refusal_unknown=probe.refusal_unknown)
        if part is not probe:
            rules = rules._replace(shared=probe.rules, at=f"{at.removeprefix('.')}.")
        verdict = yield from _ask_until_sure(part.request.build(values, now), grant, rules, now)
        if verdict.status.is_refusal:
            verdict = yield from ask_elsewhere(Question(method, fields, part.request), rules, verdict, now)
        verdicts.append(verdict)
        if verdicts[-1].status is not ProbeStatus.ACCEPTED:
            break
    return _together(verdicts)


def _ask_until_sure(wanted: Request, grant: Grant, rules: Rules, now: datetime) -> ProbeFlow:
    request, response = yield from sent(wanted, grant)
    if grant.otherwise and grant.asks_otherwise and grant.asks_otherwise(response):
        grant = grant.otherwise
        request, response = yield from sent(wanted, grant)
    if wants_again(response, rules):
        request, response = yield from sent(wanted, grant)
    verdict = judge(response, rules._replace(sent=scheme_sent(request.headers)), now)
    if grant.signed_at is None:
        return verdict
    return blame_region(blame_clock(verdict, response, now), request, response)


def _together(verdicts: list[Verdict]) -> Verdict:
    """Return the last one, with what those before it found out."""
    if not verdicts:
        return Verdict(ProbeStatus.INCONCLUSIVE, detail="nothing was asked: no part of the probe fits these values")
    identity = next((verdict.identity for verdict in verdicts if verdict.identity), None)
    expires_at = min((verdict.expires_at for verdict in verdicts if verdict.expires_at), default=None)
    return verdicts[-1]._replace(identity=identity, expires_at=expires_at)


def _noted(flow: AuthFlow, trail: _Trail) -> AuthFlow:
    """Run a flow through, and note the answer that gave its grant."""
    try:
        request = next(flow)
        while True:
            trail.granted_by = yield request
            request = flow.send(trail.granted_by)
    except StopIteration as end:
        grant: Grant = end.value
        return grant


def _accepted_by_grant(probe: Expectation, public: Mapping[str, str | int], granted_by: Response | None) -> Verdict:
    document = ParsedResponse.read(granted_by).document if granted_by else None
    return Verdict(
        ProbeStatus.ACCEPTED,
        identity=identity_of(probe.identity, public, document),
        http_status=granted_by.status if granted_by else None,
        expires_at=parse_timestamp(pick(probe.expires, document)),
    )


def _rules(probe: Expectation, values: TextValues, public: Mapping[str, str | int]) -> Rules:
    return Rules(
        rules=probe.rules,
        accept_status=resolve_reference(probe.accept_status, values) or "2xx",
        content=probe.content,
        expect=resolve_reference(probe.expect, values),
        identity=probe.identity,
        expires=probe.expires,
        expires_header=probe.expires_header,
        message=resolve_reference(probe.message, values),
        public=public,
    )


def public_values(method: Method, fields: Mapping[str, Value]) -> dict[str, str | int]:
    """Return what may be shown of a credential, defaults included."""
    effective = with_defaults(method, fields)
    public = {name: value for name, value in effective.items() if not isinstance(value, Secret)}
    return public | public_parts(method, fields)


def fit_to_show(verdict: Verdict, fields: Mapping[str, Value], grants: Sequence[Grant] = ()) -> Verdict:
    """Take the secrets, and what the grants made of them, out of a verdict's texts, and cut those."""
    others = [secret for grant in grants for secret in _secrets_of(grant, fields)]
    return verdict._replace(
        detail=_shorten(redact(verdict.detail, fields, others)),
        identity=_shorten(redact(verdict.identity, fields, others)) if verdict.identity else None,
    )


def _secrets_of(grant: Grant, fields: Mapping[str, Value]) -> list[str]:
    """Return what a grant made of the secrets, such as a session token or the base64 of a password.

    It may carry public values too, such as a tenant's name, and those are what an identity is made of.
    """
    public = {str(value) for value in fields.values() if not isinstance(value, Secret)}
    kept = (str(value) for name, value in (grant.session or {}).items() if name not in ("expires_at", "found"))
    values = (grant.token or "", *grant.headers.values(), *(value for _, value in grant.query), *kept)
    words = (value.rpartition(" ")[2] for value in values)
    return [word for word in words if word and word not in public]


def _shorten(text: str) -> str:
    """Make one line of it and cut that; half characters, which no encoding takes, become '?'."""
    text = " ".join(text.encode(errors="replace").decode().split())
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1].rstrip()}…"
