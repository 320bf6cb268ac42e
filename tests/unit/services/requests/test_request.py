"""Requests as a credential, to the stand-ins."""

from pathlib import Path

import pytest

from nexcred.auth.flow import Response
from nexcred.errors import HostRefused, NexcredError, Rejected, UsageError
from nexcred.model.times import utc_now
from nexcred.services.credentials.draft import NewCredential, prepare_new
from nexcred.services.grants.sessions import Sessions
from nexcred.services.requests.pages import pages as pages_of
from nexcred.services.requests.request import Requester, RequestInput
from nexcred.vault.vault import Vault
from tests.support.standins import Aha, Amperity, Answer, Aventri, Received, Resci, Rest, StandIn, json_answer
from tests.support.standins.probe import good_values
from tests.unit.services.places import keep, never_taken, new_aha, new_aventri

EVENTS = "/api/v2/global/listEvents.json"


@pytest.fixture
def ask(vault: Vault, tmp_path: Path) -> "Ask":
    return Ask(vault, tmp_path / "state")


class Ask:
    """Keeps a credential and sends as it."""

    def __init__(self, vault: Vault, folder: Path) -> None:
        self.vault = vault
        self.folder = folder

    def requester(self, new: NewCredential) -> Requester:
        return self.again(keep(self.vault, new).name)

    def again(self, name: str) -> Requester:
        """Return one as another process has it."""
        sessions = Sessions(self.vault, self.folder, {})
        return Requester(self.vault, self.vault.find(name), sessions, {})


def get(requester: Requester, path: str, **more: object) -> Response:
    return requester.send(requester.request_for(RequestInput(path, **more)))  # type: ignore[arg-type]


def new(stand_in: StandIn) -> NewCredential:
    return prepare_new(stand_in.name, good_values(stand_in), is_taken=never_taken, allow_hosts=[stand_in.host])


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Aha, "me"),
        (Aventri, EVENTS),
        (Resci, "/v3/import_jobs"),
        (Amperity, "workflow/runs"),
        (Rest, "health"),
    ],
)
def test_each_scheme_authenticates(ask: Ask, kind: type[StandIn], path: str) -> None:
    with kind() as stand_in:
        assert get(ask.requester(new(stand_in)), path).status == 200


def test_method_headers_query_and_body_arrive(ask: Ask, aha: Aha) -> None:
    requester = ask.requester(new_aha(aha))
    get(requester, "/x?a=1", method="PUT", headers={"X-A": "b"}, query=(("c", "d e"),), body=b"\0raw")
    received = aha.received[-1]
    assert (received.method, received.target, received.body) == ("PUT", "/api/v1/x?a=1&c=d%20e", b"\0raw")
    assert received.headers["x-a"] == "b"
    assert received.headers["authorization"] == f"Bearer {aha.api_key}"


def test_no_header_of_the_users_replaces_the_credential(ask: Ask, aha: Aha) -> None:
    get(ask.requester(new_aha(aha)), "me", headers={"authorization": "Bearer other"})
    assert aha.received[-1].headers["authorization"] == f"Bearer {aha.api_key}"


def test_another_host_is_refused_and_receives_nothing(ask: Ask, aha: Aha, rest: Rest) -> None:
    requester = ask.requester(new_aha(aha))
    with pytest.raises(HostRefused) as refused:
        get(requester, f"{rest.url}/health")
    assert refused.value.hint.endswith(f"nexcred update 'aha' --allow-host {rest.host}")
    assert rest.received == []


@pytest.mark.parametrize("link", ["https://evil.test/2", "http://127.0.0.1:1/2", "file:///etc/passwd"])
def test_a_page_elsewhere_is_refused(ask: Ask, aha: Aha, link: str) -> None:
    aha.fault = lambda _request, _proper: json_answer([1], 200, (("Link", f'<{link}>; rel="next"'),))
    requester = ask.requester(new_aha(aha))
    pages = pages_of(requester, requester.request_for(RequestInput("/list")))
    assert next(pages).body == b"[1]"
    with pytest.raises(HostRefused):
        next(pages)


def test_pages_end_with_the_last(ask: Ask, aha: Aha) -> None:
    requester = ask.requester(new_aha(aha))

    def number(request: Received, _proper: Answer) -> Answer:
        page = int(request.query.get("page", "1"))
        return json_answer({"n": page, "pagination": {"total_pages": 3}})

    aha.fault = number
    pages = [page.body for page in pages_of(requester, requester.request_for(RequestInput("/list?per_page=2")))]
    assert [b'"n": 1' in pages[0], b'"n": 2' in pages[1], b'"n": 3' in pages[2], len(pages)] == [True, True, True, 3]
    assert aha.received[-1].query == {"per_page": "2", "page": "3"}


def _endless(received: Received, _proper: Answer) -> Answer:
    page = int(received.query.get("page", "1"))
    return json_answer([page], 200, (("Link", f"</api/v1/list?page={page + 1}>; rel=next"),))


def test_pages_that_never_end_are_left_with_the_command_that_goes_on(ask: Ask, aha: Aha) -> None:
    aha.fault = _endless
    requester = ask.requester(new_aha(aha))
    pages = pages_of(requester, requester.request_for(RequestInput("/list")), most=3)
    assert [next(pages).body for _ in range(3)] == [b"[1]", b"[2]", b"[3]"]
    with pytest.raises(NexcredError, match=r"^more follows after 3 pages, which is where --paginate stops$") as stopped:
        next(pages)
    assert stopped.value.hint == f"go on with: nexcred request 'aha' '{aha.url}/api/v1/list?page=4' --paginate"
    assert len(aha.received) == 3


@pytest.mark.parametrize("more", [{"method": "POST", "body": b"{}"}, {"headers": {"X-A": "b"}}])
def test_what_a_command_line_cannot_say_again_is_not_offered(ask: Ask, aha: Aha, more: dict[str, object]) -> None:
    aha.fault = _endless
    requester = ask.requester(new_aha(aha))
    request = requester.request_for(RequestInput("/list", **more))  # type: ignore[arg-type]
    with pytest.raises(NexcredError) as stopped:
        list(pages_of(requester, request, most=1))
    assert stopped.value.hint == "ask for larger pages, or for less"


def test_a_next_link_that_repeats_the_secret_is_not_shown(ask: Ask, aha: Aha) -> None:
    """Facebook's Graph API puts the access token into the link to the next page."""
    link = f"</api/v1/list?page=2&access_token={aha.api_key}>; rel=next"
    aha.fault = lambda _request, _proper: json_answer([], 200, (("Link", link),))
    requester = ask.requester(new_aha(aha))
    with pytest.raises(NexcredError) as stopped:
        list(pages_of(requester, requester.request_for(RequestInput("/list")), most=1))
    assert stopped.value.hint == "ask for larger pages, or for less"


def test_a_failing_page_is_the_last(ask: Ask, aha: Aha) -> None:
    aha.fault = lambda _request, _proper: json_answer({}, 500, (("Link", "</x>; rel=next"),))
    requester = ask.requester(new_aha(aha))
    assert [page.status for page in pages_of(requester, requester.request_for(RequestInput("/list")))] == [500]


def exchanges(aventri: Aventri) -> int:
    return sum(request.path.endswith("authorize.json") for request in aventri.received)


def test_a_token_is_exchanged_once_and_kept(ask: Ask, aventri: Aventri) -> None:
    assert get(ask.requester(new_aventri(aventri)), EVENTS).body.startswith(b"[")
    assert get(ask.again("aventri"), EVENTS).body.startswith(b"[")
    assert exchanges(aventri) == 1


def test_a_kept_token_that_is_refused_is_renewed_once(ask: Ask, aventri: Aventri) -> None:
    get(ask.requester(new_aventri(aventri)), EVENTS)
    aventri.forget_tokens()
    assert get(ask.again("aventri"), EVENTS).body.startswith(b"[")
    assert exchanges(aventri) == 2


def test_a_401_renews_and_a_second_one_is_the_answer(ask: Ask, aventri: Aventri) -> None:
    get(ask.requester(new_aventri(aventri)), EVENTS)

    def refuse(request: Received, proper: Answer) -> Answer:
        return proper if request.path.endswith("authorize.json") else json_answer({"message": "no"}, 401)

    aventri.fault = refuse
    assert get(ask.again("aventri"), EVENTS, method="POST").status == 401
    assert exchanges(aventri) == 2


def test_where_a_bearer_is_refused_the_token_goes_into_the_query_and_that_is_remembered(
    ask: Ask, aventri: Aventri
) -> None:
    aventri.takes_bearer = False
    assert get(ask.requester(new_aventri(aventri)), EVENTS).body.startswith(b"[")
    before = len(aventri.received)
    assert get(ask.again("aventri"), EVENTS).body.startswith(b"[")
    (only,) = aventri.received[before:]
    assert "accesstoken" in only.query
    assert "authorization" not in only.headers


def test_what_authenticated_is_not_told(ask: Ask, aventri: Aventri) -> None:
    def echo(request: Received, proper: Answer) -> Answer:
        return proper if "authorize" in request.path else json_answer({"message": str(request.headers)}, 403)

    aventri.fault = echo
    requester = ask.requester(new_aventri(aventri))
    told = requester.told(get(requester, EVENTS), utc_now())
    assert told is not None
    assert "Bearer ••••" in told.detail
    assert "session-" not in told.detail


def test_a_key_that_nothing_renews_is_sent_once(ask: Ask, aha: Aha) -> None:
    aha.fault = lambda _request, _proper: json_answer({}, 401)
    assert get(ask.requester(new_aha(aha)), "me").status == 401
    assert len(aha.received) == 1


def test_what_may_have_had_an_effect_is_not_sent_again_for_an_error(ask: Ask, aventri: Aventri) -> None:
    aventri.takes_bearer = False
    requester = ask.requester(new_aventri(aventri))
    assert b'"error"' in get(requester, EVENTS, method="POST", body=b"{}").body
    assert [request.method for request in aventri.received if request.path == EVENTS] == ["POST"]


def test_a_refused_exchange_is_a_rejection(ask: Ask, aventri: Aventri) -> None:
    requester = ask.requester(new_aventri(aventri, key="other-EXAMPLE"))
    with pytest.raises(Rejected, match="not valid"):
        get(requester, EVENTS)


@pytest.mark.parametrize(("connector", "client"), [("postgres", "psql"), ("mysql", "mysql")])
def test_a_database_takes_no_requests(ask: Ask, connector: str, client: str) -> None:
    values = {"host": "127.0.0.1", "database": "d", "username": "u", "password": "p-EXAMPLE"}
    hosts = ["127.0.0.1:5432", "127.0.0.1:3306"]
    credential = prepare_new(connector, values, is_taken=never_taken, allow_hosts=hosts)
    with pytest.raises(UsageError) as refused:
        ask.requester(credential)
    assert refused.value.hint.endswith(f"-- {client}")


def test_an_answer_may_be_larger_than_a_probe_reads(ask: Ask, aha: Aha) -> None:
    aha.fault = lambda _request, _proper: Answer(200, b"x" * 3_000_000)
    assert len(get(ask.requester(new_aha(aha)), "me").body) == 3_000_000
