"""Sessions: what they send, where, and what they do with a refusal."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from urllib3 import Timeout

import nexcred
from nexcred.errors import HostRefused, InvalidData, NotProved, Rejected, UsageError
from tests.support.opened import Opened
from tests.support.standins import Aha, Amperity, Answer, Aventri, Received, Resci, Rest, StandIn, json_answer
from tests.support.standins.faults import always, hang_up, redirect, silence
from tests.support.standins.internet import Internet
from tests.unit.api.echo import Echo

EVENTS = "/api/v2/global/listEvents.json"


@pytest.fixture
def session(home: Opened, aha: Aha) -> requests.Session:
    assert home.add(aha).code == 0
    return nexcred.open()["aha"].session()


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Aha, "/api/v1/me"),
        (Aventri, EVENTS),
        (Resci, "/v3/import_jobs"),
        (Amperity, "workflow/runs"),
        (Rest, "health"),
    ],
)
def test_each_scheme_authenticates(home: Opened, kind: type[StandIn], path: str) -> None:
    with kind() as stand_in:
        assert home.add(stand_in).code == 0
        answer = nexcred.open()[stand_in.name].session().get(path)
        assert answer.status_code == 200
        assert "error" not in answer.text


def test_a_request_goes_out_as_it_was_made(session: requests.Session, aha: Aha) -> None:
    session.headers["X-Of-The-Session"] = "1"
    session.put("/x?a=1", params={"c": "d e"}, headers={"X-A": "b", "Authorization": "Bearer other"}, data=b"\0raw")
    received = aha.received[-1]
    assert (received.method, received.target, received.body) == ("PUT", "/api/v1/x?a=1&c=d+e", b"\0raw")
    assert (received.headers["x-a"], received.headers["x-of-the-session"]) == ("b", "1")
    assert received.headers["authorization"] == f"Bearer {aha.api_key}"


def test_the_answer_shows_nothing_of_what_authenticated(session: requests.Session, aha: Aha) -> None:
    answer = session.get(f"{aha.base_url}/me?x=1#part")
    assert "Authorization" not in answer.request.headers
    assert answer.url == f"{aha.base_url}/me?x=1#part"
    assert aha.received[-1].target == "/api/v1/me?x=1"


def test_another_host_is_refused_and_receives_nothing(session: requests.Session, rest: Rest) -> None:
    with pytest.raises(HostRefused) as refused:
        session.get(f"{rest.url}/health")
    assert refused.value.hint.endswith(f"nexcred update 'aha' --allow-host {rest.host}")
    prepared = requests.Request("GET", f"{rest.url}/health").prepare()
    with pytest.raises(HostRefused):
        session.send(prepared)
    with pytest.raises(HostRefused):
        session.get("https://user:word@mycompany.aha.io/api/v1/me")
    assert rest.received == []


def test_a_redirect_is_followed_at_home_and_refused_elsewhere(session: requests.Session, aha: Aha, rest: Rest) -> None:
    aha.fault = lambda request, proper: (
        redirect("/api/v1/me")(request, proper) if request.path == "/api/v1/old" else proper
    )
    answer = session.get("old")
    assert (answer.json()["user"]["email"], len(answer.history)) == (aha.email, 1)
    aha.fault = redirect(f"{rest.url}/health")
    with pytest.raises(HostRefused):
        session.get("me")
    assert session.get("me", allow_redirects=False).status_code == 302
    assert rest.received == []


def test_no_redirect_leads_from_https_to_plain_http(session: requests.Session, aha: Aha) -> None:
    """The host was allowed, and so may be sent to by either: but not on the word of an answer."""
    answer = requests.Response()
    answer.status_code, answer.url, answer.raw = 302, f"https://{aha.host}/api/v1/me", io.BytesIO()
    answer.headers["Location"] = f"http://{aha.host}/api/v1/me"
    answer.request, before = requests.Request("GET", answer.url).prepare(), len(aha.received)
    with pytest.raises(HostRefused, match="from https to plain http"):
        next(session.resolve_redirects(answer, answer.request))
    assert len(aha.received) == before
    answer.url = f"http://{aha.host}/api/v1/old"
    assert next(session.resolve_redirects(answer, answer.request)).status_code == 200


def test_netrc_has_no_say(session: requests.Session, aha: Aha, home: Opened) -> None:
    netrc = home.home / ".netrc"
    netrc.touch(mode=0o600)
    netrc.write_text("machine 127.0.0.1 login other password other-EXAMPLE\n")
    assert session.get("me").status_code == 200


def test_certificates_are_always_checked(session: requests.Session) -> None:
    for wanted in ({"verify": False}, {"verify": "/etc/hosts"}, {"cert": "/etc/hosts"}):
        with pytest.raises(InvalidData):
            session.get("me", **wanted)


def test_a_proxy_and_an_authority_of_the_environment_are_used(
    home: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "authority"
    folder.mkdir()
    internet = Internet(folder)
    aha = internet.host_at("mycompany.aha.io", Aha)
    with internet:
        for name, value in internet.environment.items():
            monkeypatch.setenv(name, value)
        added = home(
            "add", "aha", "--set", "account_domain=mycompany", "--set", "api_key=-", "--no-probe",
            stdin=aha.api_key.encode(),
        )  # fmt: skip
        assert added.code == 0, added.err
        session = nexcred.open()["aha"].session()
        assert session.get("me").json()["user"]["email"] == aha.email
        assert session.get("https://mycompany.aha.io/api/v1/me").ok
        with pytest.raises(HostRefused):
            session.get("http://mycompany.aha.io/api/v1/me")
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(
            requests.ConnectionError, match=r"mycompany\.aha\.io: its certificate comes from an authority"
        ):
            nexcred.open()["aha"].session().get("me")
        assert len(aha.received) == 2


def test_a_token_is_exchanged_once_renewed_when_refused_and_its_place_remembered(
    home: Opened, aventri: Aventri
) -> None:
    assert home.add(aventri).code == 0
    session = nexcred.open()["aventri"].session()
    assert session.get(EVENTS).json()[0]["eventid"] == "1"
    assert session.get(EVENTS).ok
    exchanged = sum("authorize" in request.path for request in aventri.received)
    aventri.forget_tokens()
    assert session.get(EVENTS).json()[0]["eventid"] == "1"
    assert sum("authorize" in request.path for request in aventri.received) == exchanged + 1
    aventri.takes_bearer = False
    answer = session.get(EVENTS, stream=True)
    assert answer.json()[0]["eventid"] == "1"
    assert "accesstoken" not in answer.url + str(answer.request.url)
    before = len(aventri.received)
    assert session.get(EVENTS).ok
    (only,) = aventri.received[before:]
    assert "accesstoken" in only.query


def test_a_401_that_nothing_renews_is_the_answer(session: requests.Session, aha: Aha) -> None:
    before = len(aha.received)
    aha.fault = always(json_answer({"message": "no"}, 401))
    assert session.get("me").status_code == 401
    assert len(aha.received) == before + 1


def test_a_refused_exchange_is_a_rejection(home: Opened, aventri: Aventri) -> None:
    assert home.add(aventri, "--no-probe", secret="wrong-EXAMPLE").code == 0
    credential = nexcred.open()["aventri"]
    with pytest.raises(Rejected, match="not valid"):
        credential.session().get(EVENTS)
    with pytest.raises(Rejected):
        credential.token()
    aventri.fault = hang_up()
    with pytest.raises(NotProved):
        credential.token()


def test_no_answer_is_an_error_of_requests_without_the_address(session: requests.Session, aha: Aha) -> None:
    aha.fault = hang_up()
    with pytest.raises(requests.ConnectionError) as closed:
        session.get("me?token=query-EXAMPLE")
    assert str(closed.value) == f"{aha.host}: the connection was closed without an answer"
    assert closed.value.__cause__ is None
    aha.fault = silence()
    with pytest.raises(requests.ReadTimeout, match=r"no complete answer within 0\.2 s"):
        session.get("me", timeout=0.2)


@pytest.mark.parametrize(
    "timeout",
    [None, 20, (None, 20), Timeout(20), Timeout(total=20), Timeout(connect=None, read=20), Timeout()],
    ids=str,
)
def test_every_form_of_a_timeout_is_taken(session: requests.Session, timeout: Any) -> None:
    assert session.get("me", timeout=timeout).ok


def test_a_timeout_for_the_whole_ends_it(session: requests.Session, aha: Aha) -> None:
    aha.fault = silence()
    whole: Any = Timeout(total=0.2)  # which requests takes, and its types do not know
    with pytest.raises(requests.ReadTimeout):
        session.get("me", timeout=whole)


@pytest.fixture
def echo(home: Opened) -> Iterator[tuple[Echo, requests.Session]]:
    with Echo() as server:
        settings = ("--set", f"base_url={server.url}", "--set", "api_key=-", "--allow-host", server.host, "--no-probe")
        assert home("add", "rest", *settings, stdin=b"rest-key-EXAMPLE").code == 0
        yield server, nexcred.open()["rest"].session()


def test_bodies_of_every_kind_and_streams_on_one_connection(
    echo: tuple[Echo, requests.Session], tmp_path: Path
) -> None:
    server, session = echo
    file = tmp_path / "upload"
    file.write_bytes(b"file" * 50_000)
    with file.open("rb") as opened:
        assert session.post("/", data=opened).content == file.read_bytes()
    assert session.post("/", data=(piece for piece in (b"a", b"b"))).content == b"ab"
    assert session.post("/", json={"a": 1}).json() == {"a": 1}
    session.post("/", files={"part": io.BytesIO(b"content")})
    assert b"content" in server.bodies[-1]
    with session.post("/", data=b"x" * 100_000, stream=True) as answer:
        assert sum(len(piece) for piece in answer.iter_content(1000)) == 100_000
    assert server.connections == 1
    assert set(server.keys) == {"Bearer rest-key-EXAMPLE"}


def test_a_database_has_no_session(home: Opened) -> None:
    settings = [word for value in ("host=127.0.0.1", "database=d", "username=u") for word in ("--set", value)]
    added = home("add", "postgres", *settings, "--set", "password=-", "--no-probe", stdin=b"pw-EXAMPLE")
    assert added.code == 0, added.err
    credential = nexcred.open()["postgres"]
    for use in (credential.session, credential.token, lambda: credential.auth):
        with pytest.raises(UsageError, match="database"):
            use()
    assert credential.fields["port"] == "5432"


def test_a_file_that_is_sent_again_is_sent_from_its_beginning(home: Opened, aventri: Aventri) -> None:
    assert home.add(aventri).code == 0
    session = nexcred.open()["aventri"].session()
    assert session.get(EVENTS).ok
    bodies = []

    def refuse_first(request: Received, proper: Answer) -> Answer:
        if request.method != "POST" or "authorize" in request.path:
            return proper
        bodies.append(request.body)
        return json_answer({}, 401 if len(bodies) == 1 else 200)

    aventri.fault = refuse_first
    assert session.post("/upload", data=io.BytesIO(b"all of it")).status_code == 200
    assert bodies == [b"all of it", b"all of it"]
    bodies.clear()
    assert session.post("/upload", data=(piece for piece in (b"once",))).status_code == 401
