"""The authorization code scheme, driven by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from msgspec import structs

from nexcred.auth.authorization import Authorization, answer_in, challenge_of
from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.flow import Grant, Refused, Request, Response
from nexcred.auth.look_up import LookUp
from nexcred.auth.parameter_names import AuthorizeNames, TokenNames
from nexcred.auth.request import RequestSpec
from nexcred.model.probe import ProbeStatus

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VALUES = {"client_id": "client EXAMPLE", "client_secret": "s&cret EXAMPLE", "scope": ""}
SCHEME = AuthorizationCode(
    authorize_url="https://login.example.com/oauth/authorize",
    token_url="https://login.example.com/oauth/token",
    redirect_uri="http://127.0.0.1:41789/callback",
    client_id="{client_id}",
    client_secret="{client_secret}",
    client_auth="body",
    scope="{scope}",
)
LOGIN = SCHEME.authorization(VALUES, state="state-EXAMPLE", verifier="verifier-EXAMPLE")
GOOD = {"state": "state-EXAMPLE", "code": "code-EXAMPLE"}


def granted(body: str, status: int = 200) -> Response:
    return Response(status, {"content-type": "application/json"}, body.encode())


def run(flow: Any, *answers: Response) -> tuple[Grant, list[Request]]:
    """Drive a flow with these answers."""
    sent: list[Request] = []
    left = list(answers)
    try:
        request = next(flow)
        while True:
            sent.append(request)
            request = flow.send(left.pop(0))
    except StopIteration as end:
        return end.value, sent


def form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((request.body or b"").decode()))


def test_the_challenge_is_that_of_rfc_7636_appendix_b() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_authorization_url_asks_for_a_code_with_state_and_s256() -> None:
    parts = urlsplit(LOGIN.url)
    assert (parts.netloc, parts.path) == ("login.example.com", "/oauth/authorize")
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["client EXAMPLE"],
        "redirect_uri": ["http://127.0.0.1:41789/callback"],
        "state": ["state-EXAMPLE"],
        "code_challenge": [challenge_of("verifier-EXAMPLE")],
        "code_challenge_method": ["S256"],
    }
    assert "client_secret" not in LOGIN.url


def test_without_pkce_neither_request_holds_its_parameters() -> None:
    scheme = structs.replace(SCHEME, pkce=False)
    login = scheme.authorization(VALUES, state="state-EXAMPLE", verifier="verifier-EXAMPLE")
    assert not [name for name in parse_qs(urlsplit(login.url).query) if name.startswith("code_")]
    _, sent = run(scheme.redeem(login, GOOD, VALUES, NOW), granted('{"access_token": "at-EXAMPLE"}'))
    assert "code_verifier" not in form_of(sent[0])


def test_the_authorization_has_its_own_names_or_those_of_the_token_request() -> None:
    names = TokenNames(client_id="app_id", code="auth_code")
    scheme = structs.replace(
        SCHEME, names=names, authorize_names=AuthorizeNames(scope="user_scope"), scope_separator=","
    )
    login = scheme.authorization({**VALUES, "scope": "read write"}, state="state-EXAMPLE", verifier="v-EXAMPLE")
    query = parse_qs(urlsplit(login.url).query)
    assert (query["app_id"], query["user_scope"]) == (["client EXAMPLE"], ["read,write"])
    assert not {"client_id", "scope"} & query.keys()
    with pytest.raises(Refused) as refused:
        login.code_in(GOOD)
    assert refused.value.verdict.detail == "the answer holds no code (auth_code)"
    brought = {"state": "state-EXAMPLE", "auth_code": "code-EXAMPLE"}
    _, sent = run(scheme.redeem(login, brought, VALUES, NOW), granted('{"access_token": "at-EXAMPLE"}'))
    assert (form_of(sent[0])["auth_code"], form_of(sent[0])["app_id"]) == ("code-EXAMPLE", "client EXAMPLE")


def test_an_id_that_only_the_token_request_wants_is_left_out_of_the_other() -> None:
    scheme = structs.replace(SCHEME, authorize_names=AuthorizeNames(client_id="", code="spapi_oauth_code"))
    login = scheme.authorization(VALUES, state="s", verifier="v")
    assert "client_id" not in parse_qs(urlsplit(login.url).query)
    assert login.code_in({"state": "s", "spapi_oauth_code": "code-EXAMPLE"}) == "code-EXAMPLE"


def test_a_scope_is_asked_for_when_there_is_one() -> None:
    login = SCHEME.authorization({**VALUES, "scope": "read write"}, state="s", verifier="v")
    assert parse_qs(urlsplit(login.url).query)["scope"] == ["read write"]


def test_a_port_replaces_that_of_the_redirect_uri() -> None:
    login = SCHEME.authorization(VALUES, state="s", verifier="v", port=5000)
    assert login.redirect_uri == "http://127.0.0.1:5000/callback"
    assert parse_qs(urlsplit(login.url).query)["redirect_uri"] == ["http://127.0.0.1:5000/callback"]


def test_the_code_is_redeemed_with_its_verifier_and_redirect_uri() -> None:
    body = '{"access_token": "at-EXAMPLE", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "rt-EXAMPLE"}'
    grant, sent = run(SCHEME.redeem(LOGIN, GOOD, VALUES, NOW), granted(body))
    assert [request.url for request in sent] == ["https://login.example.com/oauth/token"]
    assert form_of(sent[0]) == {
        "grant_type": "authorization_code",
        "code": "code-EXAMPLE",
        "redirect_uri": "http://127.0.0.1:41789/callback",
        "code_verifier": "verifier-EXAMPLE",
        "client_id": "client EXAMPLE",
        "client_secret": "s&cret EXAMPLE",
    }
    assert grant.headers == {"Authorization": "Bearer at-EXAMPLE"}
    assert grant.session == {
        "access_token": "at-EXAMPLE",
        "expires_at": (NOW + timedelta(hours=1)).isoformat(),
        "refresh_token": "rt-EXAMPLE",
    }


@pytest.mark.parametrize(
    ("answer", "status", "detail"),
    [
        ({"code": "c", "state": "another"}, ProbeStatus.INCONCLUSIVE, "belongs to another login"),
        ({"code": "c"}, ProbeStatus.INCONCLUSIVE, "belongs to another login"),
        ({**GOOD, "iss": "https://evil.example"}, ProbeStatus.INCONCLUSIVE, "another issuer"),
        ({"state": "state-EXAMPLE"}, ProbeStatus.INCONCLUSIVE, "no code"),
        ({"state": "state-EXAMPLE", "error": "access_denied"}, ProbeStatus.FORBIDDEN, "consent was denied"),
        (
            {"state": "state-EXAMPLE", "error": "invalid_scope", "error_description": "no such\nscope"},
            ProbeStatus.FORBIDDEN,
            "no such scope (invalid_scope)",
        ),
        ({"state": "state-EXAMPLE", "error": "server_error"}, ProbeStatus.PROVIDER_ERROR, "server_error"),
        ({**GOOD, "error": "access_denied"}, ProbeStatus.FORBIDDEN, "consent was denied"),
    ],
)
def test_no_code_is_redeemed_from_a_wrong_answer(answer: dict[str, str], status: ProbeStatus, detail: str) -> None:
    with pytest.raises(Refused) as refused:
        next(SCHEME.redeem(LOGIN, answer, VALUES, NOW))
    assert refused.value.verdict.status is status
    assert detail in refused.value.verdict.detail


def test_the_issuer_is_the_one_that_the_spec_names_or_the_host_that_was_asked() -> None:
    assert LOGIN.code_in({**GOOD, "iss": "https://login.example.com"}) == "code-EXAMPLE"
    named = Authorization(LOGIN.url, LOGIN.redirect_uri, LOGIN.state, LOGIN.verifier, "https://issuer.example.com")
    assert named.code_in({**GOOD, "iss": "https://issuer.example.com"}) == "code-EXAMPLE"
    with pytest.raises(Refused):
        named.code_in({**GOOD, "iss": "https://login.example.com"})


def test_an_answer_that_names_a_parameter_twice_is_none() -> None:
    assert answer_in("code=a&state=b") == {"code": "a", "state": "b"}
    assert answer_in("code=a&code=b&state=c") is None
    assert answer_in("") is None


def test_nothing_of_a_login_shows() -> None:
    assert "EXAMPLE" not in repr(LOGIN)


def test_a_good_access_token_is_used_without_asking() -> None:
    session = {"access_token": "at-EXAMPLE", "expires_at": "2026-03-01T13:00:00Z", "refresh_token": "rt-EXAMPLE"}
    grant, sent = run(SCHEME.flow(VALUES, NOW, session))
    assert (sent, grant.token, grant.session) == ([], "at-EXAMPLE", None)


def test_a_past_access_token_is_renewed_and_the_new_refresh_token_kept() -> None:
    session = {"access_token": "old-EXAMPLE", "expires_at": "2026-03-01T11:00:00Z", "refresh_token": "rt1-EXAMPLE"}
    answer = granted('{"access_token": "new-EXAMPLE", "token_type": "bearer", "refresh_token": "rt2-EXAMPLE"}')
    grant, sent = run(SCHEME.flow({**VALUES, "scope": "read"}, NOW, session), answer)
    assert form_of(sent[0]) == {
        "grant_type": "refresh_token",
        "refresh_token": "rt1-EXAMPLE",
        "client_id": "client EXAMPLE",
        "client_secret": "s&cret EXAMPLE",
    }
    assert grant.session == {
        "access_token": "new-EXAMPLE",
        "granted_at": NOW.isoformat(),
        "refresh_token": "rt2-EXAMPLE",
    }


def test_a_refresh_token_that_is_not_replaced_stays() -> None:
    session = {"access_token": "", "refresh_token": "rt1-EXAMPLE"}
    answer = granted('{"access_token": "new-EXAMPLE", "token_type": "bearer"}')
    grant, _ = run(SCHEME.flow(VALUES, NOW, session), answer)
    assert grant.session == {
        "access_token": "new-EXAMPLE",
        "granted_at": NOW.isoformat(),
        "refresh_token": "rt1-EXAMPLE",
    }


def test_a_refused_refresh_token_is_a_refusal() -> None:
    session = {"access_token": "", "refresh_token": "rt1-EXAMPLE"}
    with pytest.raises(Refused) as refused:
        run(SCHEME.flow(VALUES, NOW, session), granted('{"error": "invalid_grant"}', 400))
    assert refused.value.verdict.status is ProbeStatus.REJECTED


@pytest.mark.parametrize(
    ("session", "status"),
    [
        (None, ProbeStatus.INCONCLUSIVE),
        ({"access_token": "old-EXAMPLE", "expires_at": "2026-03-01T11:00:00Z"}, ProbeStatus.EXPIRED),
    ],
)
def test_somebody_has_to_log_in_where_nothing_can_be_renewed(
    session: dict[str, object] | None, status: ProbeStatus
) -> None:
    with pytest.raises(Refused) as refused:
        run(SCHEME.flow(VALUES, NOW, session))
    assert refused.value.verdict.status is status


FOUND = structs.replace(
    SCHEME,
    from_callback={"realm": "realmId"},
    from_answer={"site": "extra.site", "none": "no.such"},
    look_up=LookUp(request=RequestSpec(url="https://api.example.com/{realm}/me"), set={"account": "id"}),
)
TOKEN = granted('{"access_token": "at-EXAMPLE", "refresh_token": "rt-EXAMPLE", "extra": {"site": "https://a.test"}}')


def test_a_login_finds_values_in_the_redirect_in_the_answer_and_by_asking() -> None:
    answers = TOKEN, granted('{"id": 77}')
    grant, sent = run(FOUND.redeem(LOGIN, {**GOOD, "realmId": "12"}, VALUES, NOW), *answers)
    assert sent[1].url == "https://api.example.com/12/me"
    assert sent[1].headers["Authorization"] == "Bearer at-EXAMPLE"
    assert grant.found == {"realm": "12", "site": "https://a.test", "account": "77"}
    assert grant.session is not None
    assert grant.session["found"] == grant.found


def test_what_a_login_found_stays_when_it_is_renewed() -> None:
    session = {"access_token": "", "refresh_token": "rt1-EXAMPLE", "found": {"realm": "12", "site": "https://b.test"}}
    grant, _ = run(FOUND.flow(VALUES, NOW, session), TOKEN)
    assert grant.found == {"realm": "12", "site": "https://b.test"}
    assert grant.session is not None
    assert grant.session["found"] == grant.found
    kept, _ = run(FOUND.flow(VALUES, NOW, grant.session))
    assert kept.found == grant.found


@pytest.mark.parametrize("found", ["x", ["realm"], {"realm": {"a": 1}}, {"realm": 7}, None])
def test_a_session_that_holds_something_else_there_found_nothing(found: object) -> None:
    session = {"access_token": "at-EXAMPLE", "expires_at": "2026-03-01T13:00:00Z", "found": found}
    assert run(FOUND.flow(VALUES, NOW, session))[0].found == {}


def test_nobody_is_asked_for_what_was_given() -> None:
    _, sent = run(FOUND.redeem(LOGIN, {**GOOD, "realmId": "12"}, {**VALUES, "account": "9"}, NOW), TOKEN)
    assert [request.url for request in sent] == ["https://login.example.com/oauth/token"]


@pytest.mark.parametrize(
    ("realm", "answers", "said"),
    [
        ("12", (TOKEN, granted('{"message": "no"}', 403)), "logged in, but not told account: no"),
        ("..", (TOKEN,), "what the login brought cannot be sent: realm goes into a URL path"),
    ],
)
def test_a_login_of_which_nothing_is_found_is_none(realm: str, answers: tuple[Response, ...], said: str) -> None:
    with pytest.raises(Refused) as refused:
        run(FOUND.redeem(LOGIN, {**GOOD, "realmId": realm}, VALUES, NOW), *answers)
    assert refused.value.verdict.status is ProbeStatus.INCONCLUSIVE
    assert refused.value.verdict.detail.startswith(said)
