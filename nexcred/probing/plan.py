"""The flow of one probe: authenticate, ask, judge."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from nexcred.auth.answer import Answer
from nexcred.auth.flow import AuthFlow, Grant, ProbeFlow, Refused, Request, Response, Verdict
from nexcred.auth.moment import moment_of
from nexcred.auth.pick import pick
from nexcred.auth.request import with_grant
from nexcred.connectors.effective import authenticate, text_values, with_defaults
from nexcred.connectors.identity import identity_of
from nexcred.connectors.spec import Method, ProbeSpec
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.template import Context, TemplateError, TextValues, render
from nexcred.probing.expiry import own_expiry
from nexcred.probing.judge import Rules, judge
from nexcred.probing.redact import redact

LONGEST_DETAIL = 200


def probe_flow(method: Method, fields: Mapping[str, Value], now: datetime) -> ProbeFlow:
    """Return a flow that ends in a Verdict, whatever the provider answers; its texts are redacted and short.

    What can be known without a request is decided without one: an expired JWT, values that cannot be sent.
    """
    expires_at = own_expiry(method, fields)
    if expires_at is not None and expires_at <= now:
        return Verdict(ProbeStatus.EXPIRED, detail="the token's own expiry is past", expires_at=expires_at)
    grants: list[Grant] = []
    try:
        verdict = yield from _ask(method, fields, now, grants)
    except Refused as refused:
        verdict = refused.verdict
    except TemplateError as error:
        detail = f"not sent: {error.name} {error.problem}"
        verdict = Verdict(ProbeStatus.INCONCLUSIVE, detail=detail)
    if verdict.status is ProbeStatus.ACCEPTED and verdict.expires_at is None:
        verdict = replace(verdict, expires_at=expires_at)
    return fit_to_show(verdict, fields, grants)


def _ask(method: Method, fields: Mapping[str, Value], now: datetime, grants: list[Grant]) -> ProbeFlow:
    probe = method.probe
    if probe is None:
        return Verdict(ProbeStatus.UNSUPPORTED, detail=method.unprobed)
    grant, granted_by = yield from _with_last_response(authenticate(method, fields, now))
    grants.append(grant)
    public = public_values(method, fields)
    if probe.request is None:
        return _accepted_by_grant(probe, public, granted_by)
    values = text_values(method, fields)
    response = yield with_grant(probe.request.build(values), grant)
    return judge(response, _rules(probe, values, public), now)


def _with_last_response(flow: AuthFlow) -> Generator[Request, Response, tuple[Grant, Response | None]]:
    """Run a flow through, and return beside its grant the answer that gave it."""
    response = None
    try:
        request = next(flow)
        while True:
            response = yield request
            request = flow.send(response)
    except StopIteration as end:
        return end.value, response


def _accepted_by_grant(probe: ProbeSpec, public: Mapping[str, str | int], granted_by: Response | None) -> Verdict:
    document = Answer.read(granted_by).document if granted_by else None
    return Verdict(
        ProbeStatus.ACCEPTED,
        identity=identity_of(probe.identity, public, document),
        http_status=granted_by.status if granted_by else None,
        expires_at=moment_of(pick(probe.expires, document)),
    )


def _rules(probe: ProbeSpec, values: TextValues, public: Mapping[str, str | int]) -> Rules:
    return Rules(
        rules=probe.rules,
        accept_status=_own_word(probe.accept_status, values) or "2xx",
        content=probe.content,
        expect=_own_word(probe.expect, values),
        identity=probe.identity,
        expires=probe.expires,
        expires_header=probe.expires_header,
        message=_own_word(probe.message, values),
        public=public,
    )


def _own_word(word: str, values: TextValues) -> str:
    """Take the user's word where the spec leaves it to him, as `{success}` does; JMESPath has braces of its own."""
    name = word[1:-1]
    if not (word.startswith("{") and word.endswith("}") and name.isidentifier()):
        return word
    return render(word, values, Context.TEXT) if name in values else ""


def public_values(method: Method, fields: Mapping[str, Value]) -> dict[str, str | int]:
    """Return what may be shown of a credential, defaults included."""
    return {name: value for name, value in with_defaults(method, fields).items() if not isinstance(value, Secret)}


def fit_to_show(verdict: Verdict, fields: Mapping[str, Value], grants: Sequence[Grant] = ()) -> Verdict:
    """Take the secrets, and what the grants made of them, out of a verdict's texts, and cut those."""
    others = [secret for grant in grants for secret in _secrets_of(grant, fields)]
    return replace(
        verdict,
        detail=_shorten(redact(verdict.detail, fields, others)),
        identity=_shorten(redact(verdict.identity, fields, others)) if verdict.identity else None,
    )


def _secrets_of(grant: Grant, fields: Mapping[str, Value]) -> list[str]:
    """Return what a grant made of the secrets, such as a session token or the base64 of a password.

    It may carry public values too, such as a tenant's name, and those are what an identity is made of.
    """
    public = {str(value) for value in fields.values() if not isinstance(value, Secret)}
    values = (grant.token or "", *grant.headers.values(), *(value for _, value in grant.query))
    words = (value.rpartition(" ")[2] for value in values)
    return [word for word in words if word and word not in public]


def _shorten(text: str) -> str:
    """Make one line of it and cut that; half characters, which no encoding takes, become '?'."""
    text = " ".join(text.encode(errors="replace").decode().split())
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1].rstrip()}…"
