"""Keys are made, listed and revoked as each provider documents it, and its answers about that are judged right.

Over HTTPS, at the provider's own host names; only the provider is a stand-in.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import pytest

from nexcred.connectors.language.spec import Method
from nexcred.connectors.lifecycle import revoke_of
from nexcred.connectors.load.loader import load_all, load_connector
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.values import check_values
from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.find import revoker_for, rotator_for
from nexcred.rotating.rotator import CallFailed, Rotator
from nexcred.services.values.hosts import sending_policy
from tests.catalog.key_provider import KeyProvider
from tests.catalog.key_table import Held, KeyCall, key_calls
from tests.catalog.strict import departures
from tests.catalog.table import FOLDER, Answered, Wanted
from tests.support.standins import Fault, faults
from tests.support.standins.exchange import Answer, Received, html, json_answer
from tests.support.standins.internet import Internet
from tests.support.standins.reach import PLENTY_S

CALLS = key_calls()


def _declared(method: Method) -> set[str]:
    """Return what the method's own requests do; what built-in engines do is none of it."""
    rotate, revoke = method.rotate, revoke_of(method)
    made = {"create": rotate.create, "list": rotate.list} if rotate else {}
    does = {name for name, call in made.items() if call}
    return does | ({"revoke"} if revoke and revoke.request else set())


# What these hand out is not the key that asks for it: of another system, company or account.
OF_ANOTHER_KIND = {"census", "gusto", "highlevel"}
# These have stand-ins of their own, in tests/unit/rotating/test_catalogue_calls.py.
BY_STAND_INS = {"databricks", "github", "rest", "salesforce", "slack"}
DECLARED = [
    pytest.param(connector.name, method.name, does, id=f"{connector.name}-{method.name}")
    for connector in load_all(Folders(CATALOGUE))
    for method in connector.methods
    if connector.name not in BY_STAND_INS and (does := _declared(method))
]
NO = [
    pytest.param(call, answer, id=f"{call}-{answer.kind}-{number}")
    for call in CALLS
    for number, answer in enumerate(call.answers)
    if answer.kind not in ("good", "already")
]
OUTAGES: dict[str, Fault] = {
    "an outage": faults.always(html("Service Unavailable", 503)),
    "an outage in JSON": faults.always(json_answer({"message": "internal error"}, 500)),
    "nobody answers": faults.hang_up(),
    "a login page": faults.always(html("Sign in", 200)),
    "a redirect": faults.always(Answer(302, b"", (("Location", "https://login.example.com/"),))),
}
# What holds no key, though its status says that there is one.
NO_KEY: dict[str, Fault] = {
    "an empty object": faults.always(json_answer({})),
    "null": faults.always(json_answer(None)),
    "nothing": faults.always(Answer(200)),
}
LIMITED = faults.always(json_answer({"message": "too many requests"}, 429))
At = Callable[[KeyCall], KeyProvider]


@pytest.fixture(scope="module")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    with Internet(tmp_path_factory.mktemp("internet")) as started:
        yield started


@pytest.fixture(scope="module")
def at(internet: Internet) -> At:
    """Return what puts one provider where a call's hosts are; it stays there for other calls."""
    there: dict[str, KeyProvider] = {}

    def find(call: KeyCall) -> KeyProvider:
        first, *others = call.hosts
        key = " ".join(call.hosts)
        if key not in there:
            there[key] = internet.host_at(first, lambda tls: KeyProvider(tls=tls), *others)
        return there[key]

    return find


def _login(held: Held) -> ActingLogin:
    connector = load_connector(held.connector)
    method = connector.method(held.method)
    assert method is not None
    details = Details(
        connector.name, connector.digest, method.name, (), dict(check_values(connector, method, held.values))
    )
    return ActingLogin(method, details, sending_policy(method, details), session=held.session)


def _acting(call: KeyCall, internet: Internet) -> Acting:
    connector = load_connector(call.held.connector)
    rotator = _login(call.rotator) if call.rotator else None
    now = datetime(2026, 1, 9, 12, tzinfo=UTC)
    return Acting(connector, _login(call.held), rotator, internet.environment, resolve, lambda: now)


def _done(call: KeyCall, internet: Internet) -> object:
    """Have it done, and return what came of it."""
    acting = _acting(call, internet)
    old = acting.own.details.fields
    deadline = Deadline.after(PLENTY_S)
    if call.does == "revoke":
        revoker = revoker_for(acting)
        assert revoker is not None
        return revoker.end(old, _new(acting, old, call.sets), deadline)
    rotator = rotator_for(acting)
    assert rotator is not None
    if call.does == "create":
        return rotator.create(None, deadline)
    if call.does == "retire":
        return rotator.end(old, _new(acting, old, call.sets), deadline)
    return _listed(rotator, deadline)


def _listed(rotator: Rotator, deadline: Deadline) -> tuple[str, ...]:
    return tuple(key.id for key in rotator.plan(deadline).living or ())


def _new(acting: Acting, old: Mapping[str, Value], sets: Mapping[str, str]) -> Mapping[str, Value]:
    secret = {field.name for field in acting.own.method.fields if field.secret}
    return {**old, **{name: Secret(text) if name in secret else text for name, text in sets.items()}}


def _script(call: KeyCall, answer: Answered) -> list[tuple[Wanted, Answered]]:
    led_on = []
    for wanted in call.before:
        assert wanted.answer is not None
        led_on.append((wanted, wanted.answer))
    return [*led_on, (call.wanted, answer)]


@pytest.mark.parametrize(("connector", "method", "does"), DECLARED)
def test_every_call_about_keys_is_written_down(connector: str, method: str, does: set[str]) -> None:
    written = {call.does for call in CALLS if (call.held.connector, call.held.method) == (connector, method)}
    assert does <= written, f"write tests/catalog/keys/{connector}.toml"


def test_who_hands_out_keys_replaces_them_or_is_said_not_to() -> None:
    told = (
        (FOLDER / "LEFT-OUT.md").read_text().partition("### Keys that are not made by a call")[2].partition("\n###")[0]
    )
    hand_out = [
        one
        for one in load_all(Folders(CATALOGUE))
        if one.name not in OF_ANOTHER_KIND and any(method.mints for method in one.methods)
    ]
    silent = [one for one in hand_out if not any(method.rotate for method in one.methods)]
    assert hand_out
    assert [one.title for one in silent if f"\n| {one.title} |" not in told] == []


@pytest.mark.parametrize("call", CALLS, ids=repr)
def test_a_call_is_sent_as_it_is_documented_and_does_what_it_should(call: KeyCall, internet: Internet, at: At) -> None:
    provider = at(call)
    provider.play(_script(call, call.good))
    came = _done(call, internet)
    assert provider.strange == []
    assert len(provider.received) == len(call.before) + 1
    acting = _acting(call, internet)
    due = {
        "create": _new(acting, acting.own.details.fields, call.sets),
        "list": call.finds,
        "revoke": "taken" if call.good.verdict == "taken" else "gone",
        "retire": "gone",
    }
    assert came == due[call.does]


@pytest.mark.parametrize("call", [call for call in CALLS if call.does in ("revoke", "retire")], ids=repr)
def test_a_key_that_has_ended_before_is_gone(call: KeyCall, internet: Internet, at: At) -> None:
    for answer in call.answers:
        if answer.kind == "already":
            at(call).play(_script(call, answer))
            assert _done(call, internet) == "gone"


@pytest.mark.parametrize(("call", "answer"), NO)
def test_a_refusal_says_that_nothing_was_done(call: KeyCall, answer: Answered, internet: Internet, at: At) -> None:
    at(call).play(_script(call, answer))
    with pytest.raises(CallFailed) as failed:
        _done(call, internet)
    assert (failed.value.status.value, failed.value.is_unknown) == (answer.verdict, False), failed.value


@pytest.mark.parametrize("call", CALLS, ids=repr)
def test_an_outage_leaves_open_whether_it_was_done(call: KeyCall, internet: Internet, at: At) -> None:
    """Of what changes nothing that is never open, and where no key came for one that was asked for, it is."""
    came: dict[str, bool] = {}
    lost = {**OUTAGES, **(NO_KEY if call.does == "create" else {})}
    for what, fault in lost.items():
        at(call).play(_script(call, call.good), {len(call.before): fault})
        with pytest.raises(CallFailed) as failed:
            _done(call, internet)
        came[what] = failed.value.is_unknown
    assert came == dict.fromkeys(lost, call.does != "list")
    at(call).play(_script(call, call.good), {len(call.before): LIMITED})
    with pytest.raises(CallFailed) as failed:
        _done(call, internet)
    assert not failed.value.is_unknown


@pytest.mark.parametrize("call", [call for call in CALLS if call.before], ids=repr)
def test_what_fails_before_the_call_keeps_it_from_being_sent(call: KeyCall, internet: Internet, at: At) -> None:
    provider = at(call)
    for number in range(len(call.before)):
        for what, fault in {**OUTAGES, **NO_KEY, "too many requests": LIMITED}.items():
            provider.play(_script(call, call.good), {number: fault})
            with pytest.raises(CallFailed) as failed:
                _done(call, internet)
            assert not failed.value.is_unknown, what
            assert len(provider.received) <= number + 2, what  # a token is asked for once more at most
            assert not any(_is_sent(call.wanted, one) for one in provider.received), what


@pytest.mark.parametrize("call", [call for call in CALLS if call.unsent], ids=repr)
def test_an_answer_that_says_too_little_of_the_old_key_keeps_it_from_being_sent(
    call: KeyCall, internet: Internet, at: At
) -> None:
    for body in call.unsent:
        at(call).play(_script(call, call.good), {len(call.before) - 1: faults.always(Answer(200, body.encode()))})
        with pytest.raises(CallFailed, match="not sent: found"):
            _done(call, internet)
        assert len(at(call).received) == len(call.before)


@pytest.mark.parametrize("call", CALLS, ids=repr)
def test_no_failure_tells_a_secret(call: KeyCall, internet: Internet, at: At) -> None:
    for secret in _secrets(_acting(call, internet)):
        said = {"message": f"no {secret}", "error": {"message": secret}, "errors": [{"message": secret}]}
        at(call).play(_script(call, call.good), {len(call.before): faults.always(json_answer(said, 400))})
        with pytest.raises(CallFailed) as failed:
            _done(call, internet)
        assert secret not in str(failed.value)


def _is_sent(wanted: Wanted, came: Received) -> bool:
    url = f"https://{came.headers['host']}{came.target}"
    return not departures(wanted, came.method, url, came.headers, came.body, ())


def _secrets(acting: Acting) -> list[str]:
    logins = [login for login in (acting.own, acting.rotator) if login]
    values = (value for login in logins for value in login.details.fields.values())
    return [str(value.reveal()) for value in values if isinstance(value, Secret)]
