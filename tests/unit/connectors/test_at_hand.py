"""What a quick look at a method grants without asking anybody, held to its whole scheme."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from nexcred.auth.at_hand import grant_at_hand
from nexcred.auth.flow import Grant, Refused, Request, Session
from nexcred.connectors.language.spec import Method
from nexcred.connectors.load.fast_reader import quick_look
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.model.template import TemplateError, TextValues, names_in
from tests.support.each import for_each

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOKEN = "kept-EXAMPLE"
ENDS, LASTS = (NOW + timedelta(seconds=30)).isoformat(), (NOW + timedelta(seconds=31)).isoformat()
SESSIONS: list[Session | None] = [
    None,
    {},
    {"access_token": TOKEN},
    {"access_token": TOKEN, "expires_at": LASTS},
    {"access_token": TOKEN, "expires_at": LASTS, "refresh_token": "next-EXAMPLE"},
    {"access_token": TOKEN, "expires_at": LASTS, "fallback": True},
    {"access_token": TOKEN, "expires_at": LASTS, "fallback": 1},
    {"access_token": TOKEN, "expires_at": "2026-03-01 13:00:00 UTC"},
    {"access_token": TOKEN, "expires_at": "tomorrow"},
    {"access_token": TOKEN, "expires_at": ENDS, "refresh_token": "next-EXAMPLE", "fallback": True},
    {"access_token": "", "expires_at": LASTS, "refresh_token": "next-EXAMPLE"},
    {"access_token": 17, "expires_at": LASTS},
    {"access_token": f"{TOKEN}\nX: b", "expires_at": LASTS},
]
METHODS = [(connector.name, method) for connector in load_all(Folders(CATALOGUE)) for method in connector.methods]
REQUEST = Request("POST", "https://api.example.com/v1/me")


@for_each(METHODS)
def test_what_is_at_hand_is_what_the_scheme_grants_unasked(connector: str, method: Method) -> None:
    looked = quick_look(connector, method.name)
    assert looked
    table = looked.at_hand
    if table is None:
        return
    for values in _values(method):
        for session in SESSIONS:
            quick = _outcome(lambda: grant_at_hand(table, values, NOW, session))  # noqa: B023  called at once
            whole = _outcome(lambda: _unasked(method, values, session))  # noqa: B023
            assert quick == whole or (quick is None and isinstance(whole, str)), (values, session)


@for_each(METHODS)
def test_each_scheme_that_keeps_a_token_is_looked_at(connector: str, method: Method) -> None:
    looked = quick_look(connector, method.name)
    assert looked
    try:
        grant = _unasked(method, _values(method)[0], {"access_token": TOKEN, "expires_at": LASTS})
    except TemplateError:  # a made-up key signs nothing
        return
    assert looked.at_hand or grant is None or grant.token is None


def _values(method: Method) -> tuple[TextValues, ...]:
    """Return values that can be sent, values that no header takes, and none."""
    names = {name for place in method.auth.places("") for name in names_in(place.template)} - {"token"}
    return {name: f"{name}-EXAMPLE" for name in names}, dict.fromkeys(names, "a\nb"), {}


def _unasked(method: Method, values: TextValues, session: Session | None) -> Grant | None:
    flow = method.auth.flow(values, NOW, session)
    try:
        next(flow)
    except StopIteration as end:
        grant: Grant = end.value
        return grant
    except Refused:
        return None
    flow.close()
    return None


def _outcome(grant: Callable[[], Grant | None]) -> object:
    """Return what a grant does, None where somebody has to be asked, or what is wrong with a value."""
    try:
        return _done_by(grant())
    except TemplateError as error:
        return str(error)


def _done_by(grant: Grant | None) -> object:
    """Return the grant in a form that can be compared: what a function of it does to a request stands for it."""
    if grant is None:
        return None
    finished = grant.finish and grant.finish(REQUEST)
    return grant._replace(finish=None, otherwise=None), finished, _done_by(grant.otherwise)
