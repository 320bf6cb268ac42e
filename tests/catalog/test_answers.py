"""Every method of the catalogue is sent as its provider documents it, and each written answer is judged right."""

from functools import partial

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.flow import Request, Response
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.language.pattern import fits
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.model.probe import ProbeStatus as Status
from nexcred.model.times import to_rfc3339
from nexcred.probing.control import judge_control, junk_fields, wants_control
from tests.catalog.conversing import ACCESS_TOKEN, NOW, Give, converse, fields_of, response_of, secrets_of, spoken
from tests.catalog.strict import departures
from tests.catalog.table import NEEDED, Answered, Conversation, Wanted, conversations
from tests.support.each import for_each

CONVERSATIONS = conversations()
ANSWERED = [(one, answer) for one in CONVERSATIONS for answer in one.answers]
# A database's protocol and a signature over the time are no written answers: they have tests of their own.
HTTP = [
    (connector.name, method.name)
    for connector in load_all(Folders(CATALOGUE))
    for method in connector.methods
    if method.probe and not isinstance(method.auth, LoginAuth) and not method.own_host
]
PAGE = b"<!doctype html><html><head><title>Just a moment...</title></head><body>Please wait.</body></html>"
HTML = {"content-type": "text/html"}
JSON = {"content-type": "application/json"}
# What says nothing of the key, whoever sends it.
NO_PROOF = {
    "an outage": Response(503, HTML, PAGE),
    "an outage in JSON": Response(500, JSON, b'{"message": "internal error"}'),
    "a gateway that found nobody": Response(502, HTML, b"<html><body>502 Bad Gateway</body></html>"),
    "a firewall's page": Response(403, HTML, PAGE),
    "a login page": Response(200, HTML, PAGE),
    "a redirect": Response(302, {"location": "https://login.example.com/", "content-length": "0"}, b""),
    "an empty object": Response(200, JSON, b"{}"),
    "null": Response(200, JSON, b"null"),
    "nothing": Response(200, JSON, b""),
    "too many requests": Response(429, JSON, b'{"message": "too many requests"}'),
}


def place_of(answered: tuple[Conversation, Answered]) -> str:
    one, answer = answered
    return f"{one}-{answer.kind}-{one.answers.index(answer)}"


@for_each(HTTP)
def test_what_every_method_is_answered_is_written_down(connector: str, method: str) -> None:
    one = next((each for each in CONVERSATIONS if (each.connector, each.method) == (connector, method)), None)
    assert one is not None, f"write tests/catalog/{connector}.toml"
    missing = [kind for kind in NEEDED if one.of_kind(kind) is None and kind not in one.undocumented]
    assert missing == []
    assert [kind for kind in one.undocumented if one.of_kind(kind)] == []


def test_every_written_key_has_a_form_of_its_providers_keys() -> None:
    formed = [
        (str(one.values[field.name]), field.key_forms)
        for one in CONVERSATIONS
        for field in spoken(one)[1].fields
        if field.key_forms and field.name in one.values
    ]
    assert [key for key, forms in formed if not any(fits(form, key) for form in forms)] == []


@for_each(CONVERSATIONS)
def test_a_refusal_is_believed_just_where_a_source_tells_it(one: Conversation) -> None:
    _, method = spoken(one)
    assert method.probe is not None
    told = one.of_kind("bad")
    refuses = told is not None and told.verdict == "rejected"
    assert method.probe.refusal_unknown or refuses, "where no source tells a refusal: refusal_unknown = true"


@for_each(ANSWERED, place_of, tests=4)
def test_an_answer_is_judged_as_it_is_written(one: Conversation, answer: Answered) -> None:
    problems: list[str] = []
    fields = fields_of(one)
    last = len(one.requests) - 1
    to = answer.to if answer.to >= 0 else last

    def give(number: int, request: Request) -> Response:
        wanted = _wanted_at(one, number, to if answer.verdict in ("rejected", "expired") else last)
        sent = (request.method, request.url, request.headers, request.body or b"")
        problems.extend(departures(wanted.on(NOW), *sent, [*secrets_of(fields), ACCESS_TOKEN]))
        if number == to or wanted in one.elsewhere:
            return response_of(answer)
        assert wanted.answer is not None, f"request {number} needs an answer that leads to the next"
        return response_of(wanted.answer)

    verdict = converse(one, give, fields)
    assert problems == []
    assert verdict.status.value == answer.verdict, verdict.detail
    if answer.kind == "good":
        assert verdict.identity == answer.identity
    if answer.expires:
        assert verdict.expires_at is not None
        assert to_rfc3339(verdict.expires_at) == answer.expires


@for_each(ANSWERED, place_of)
def test_what_no_source_says_proves_nothing(one: Conversation, answer: Answered) -> None:
    assert answer.source or answer.verdict not in ("accepted", "rejected", "expired")
    assert answer.kind != "good" or answer.verdict == "accepted"
    if answer.source:
        assert answer.source.startswith("https://") or ": " in answer.source


@for_each(CONVERSATIONS, tests=8)
def test_what_says_nothing_of_the_key_proves_nothing(one: Conversation) -> None:
    """At any request of the method: an outage, a firewall, an empty answer."""
    judged = {}
    for at in range(len(one.requests)):
        for what, response in NO_PROOF.items():
            judged[f"{what} at {at}"] = _proved(one, partial(_given, one, at, response))
    proofs = (Status.ACCEPTED, Status.REJECTED, Status.EXPIRED)
    assert {what: status for what, status in judged.items() if status in proofs} == {}


@for_each(CONVERSATIONS)
def test_a_made_up_key_is_told_from_a_real_one(one: Conversation) -> None:
    """The provider answers what it answers to a wrong key; where that is not known, with 401 and no more."""
    _, method = spoken(one)
    fields = fields_of(one)
    bad = one.of_kind("bad")
    refusal = response_of(bad) if bad else Response(401, JSON, b"{}")
    to = bad.to if bad and bad.to >= 0 else len(one.requests) - 1
    real = converse(one, partial(_given, one, -1, refusal), fields)
    junk = junk_fields(method, fields)
    assert not set(secrets_of(junk)) & set(secrets_of(fields)) or isinstance(method.auth, AuthorizationCode)
    made_up = converse(one, partial(_given, one, to, refusal), junk)
    assert real.status is Status.ACCEPTED
    assert made_up.status is not Status.ACCEPTED
    assert judge_control(real, made_up).status is Status.ACCEPTED


@for_each((one for one in CONVERSATIONS if one.elsewhere), tests=4)
def test_a_key_that_is_unknown_here_is_not_bad_before_every_other_place_says_so(one: Conversation) -> None:
    bad, good = one.of_kind("bad"), one.of_kind("good")
    assert bad
    assert good
    last = len(one.requests) - 1
    here = bad.to if bad.to >= 0 else last
    led_on = [response_of(wanted.answer) for wanted in one.requests[:-1] if wanted.answer]
    places = range(here + 1, here + 1 + len(one.elsewhere))
    asked = []

    def give(at: int, there: list[Response], number: int, _request: Request) -> Response:
        asked.append(number)
        if number < here:
            return led_on[number]
        return there[number - at] if at <= number < at + len(there) else response_of(bad)

    assert converse(one, partial(give, 0, [])).status is Status.REJECTED
    assert asked == list(range(places.stop))
    for place in places:
        for there in ([*led_on[here:], response_of(good)], *([response] for response in NO_PROOF.values())):
            assert converse(one, partial(give, place, there)).status is Status.INCONCLUSIVE


def _proved(one: Conversation, give: Give) -> Status:
    """Return what comes of it where a made-up key is answered so too, if the probe sends one."""
    _, method = spoken(one)
    fields = fields_of(one)
    verdict = converse(one, give, fields)
    if wants_control(method):
        verdict = judge_control(verdict, converse(one, give, junk_fields(method, fields)))
    return verdict.status


def _wanted_at(one: Conversation, number: int, refused: int = -1) -> Wanted:
    """Return the request of that number. After the one that was `refused`, by default the last, others are asked."""
    asked = (*one.requests[: refused + 1 or None], *one.elsewhere)
    assert number < len(asked), "a request too many"
    return asked[number]


def _given(one: Conversation, at: int, response: Response, number: int, _request: Request) -> Response:
    """Return `response` at that request, and at any other what leads on; at none it is the good answer to the last.

    The other places that may know the key answer as the first did.
    """
    led_on = _wanted_at(one, number).answer
    if number == at or number >= len(one.requests):
        return response
    good = one.of_kind("good")
    if led_on is None:
        assert good is not None
        return response_of(good)
    return response_of(led_on)
