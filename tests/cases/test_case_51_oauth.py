"""Case 51: whatever comes to the redirect URI, and however many processes renew at once."""

import json
import signal
import socket
import subprocess
import threading
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.opened import Opened
from tests.support.signing_in import add_aha, aha_oauth, free_port, signing_in
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.browser import PATIENCE_S, variable, visit
from tests.support.standins.exchange import Answer, Received

__all__ = ["aha_oauth"]
PROCESSES = 8


def exchanges(aha: AhaOauth) -> int:
    return sum(request.path == "/oauth/token" for request in aha.received)


def test_a_wrong_state_is_not_taken_and_the_right_answer_still_is(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    with signing_in(opened, "aha", "--no-browser") as login:
        aha_oauth.answer_with = {"state": "another"}
        with pytest.raises(HTTPError, match="404") as refused:
            visit(login.url)
        refused.value.close()
        assert exchanges(aha_oauth) == 0
        aha_oauth.answer_with = {}
        visit(login.url)
        ran = login.end()
    assert (ran.code, ran.out) == (0, "logged in aha: accepted, ada@example.com\n")
    assert exchanges(aha_oauth) == 1


def test_a_second_answer_changes_nothing(opened: Opened, aha_oauth: AhaOauth) -> None:
    """Held at the exchange of the first code, the program is called again, with another good one."""
    add_aha(opened, aha_oauth, log_in=False)
    came, go_on = threading.Event(), threading.Event()

    def hold(request: Received, proper: Answer) -> Answer:
        if request.path == "/oauth/token":
            came.set()
            go_on.wait(PATIENCE_S)
        return proper

    aha_oauth.fault = hold
    with signing_in(opened, "aha", "--no-browser") as login:
        visit(login.url)
        assert came.wait(PATIENCE_S)
        with pytest.raises(OSError):  # noqa: PT011  404, or nobody listens any more
            visit(login.url)
        go_on.set()
        assert login.end().code == 0
    assert exchanges(aha_oauth) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"code": None, "error": "server_error", "error_description": "try \x1b[31mlater"}, "(server_error)"),
        ({"code": None}, "no code"),
    ],
)
def test_nothing_is_redeemed_after(
    opened: Opened, aha_oauth: AhaOauth, answer: dict[str, str | None], said: str
) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    aha_oauth.answer_with = answer
    ran = opened("login", "aha", environment={"BROWSER": variable()})
    assert (ran.code, exchanges(aha_oauth)) == (5, 0)
    assert said in ran.err
    assert "\x1b" not in ran.err
    assert opened("token", "aha").code == 5


@pytest.mark.parametrize("state", [{}, {"state": None}], ids=["with its state", "without a state"])
@pytest.mark.parametrize("error", ["access_denied", "ACCESS_DENIED"])
def test_a_denied_consent_is_told_at_once(
    opened: Opened, aha_oauth: AhaOauth, state: dict[str, str | None], error: str
) -> None:
    """authlib/authlib#525: not every provider sends the state back with a denial."""
    add_aha(opened, aha_oauth, log_in=False)
    aha_oauth.answer_with = {"code": None, "error": error, **state}
    ran = opened("login", "aha", environment={"BROWSER": variable()})
    assert (ran.code, exchanges(aha_oauth)) == (4, 0)
    assert "not logged in: " in ran.err
    assert "access_denied" in ran.err.lower()


def test_a_code_without_a_state_is_not_taken(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    with signing_in(opened, "aha", "--no-browser") as login:
        for error in (None, "access_denied"):
            aha_oauth.answer_with = {"state": None, "error": error}
            with pytest.raises(HTTPError, match="404") as refused:
                visit(login.url)
            refused.value.close()
        aha_oauth.answer_with = {}
        visit(login.url)
        assert login.end().code == 0


def test_a_slash_at_the_end_of_the_redirect_is_no_other_place(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    aha_oauth.slash = "/"
    with signing_in(opened, "aha", "--no-browser") as login:
        visit(login.url)
        assert login.end().code == 0


def test_s256_is_asked_for_and_a_code_without_it_is_worth_nothing(opened: Opened, aha_oauth: AhaOauth) -> None:
    """A code that was got without the challenge, and slipped in, meets the verifier at the token endpoint."""
    add_aha(opened, aha_oauth, log_in=False)
    with signing_in(opened, "aha", "--no-browser") as login:
        query = parse_qs(urlsplit(login.url).query)
        assert (query["code_challenge_method"], len(query["code_challenge"][0])) == (["S256"], 43)
        visit(login.url.replace(query["code_challenge"][0], "x" * 43))
        ran = login.end()
    assert ran.code == 4
    assert "invalid_grant" in ran.err
    assert not aha_oauth.families


def test_a_server_that_misses_s256_says_so(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    with signing_in(opened, "aha", "--no-browser") as login:
        visit(login.url.replace("code_challenge_method=S256", "code_challenge_method=plain"))
        ran = login.end()
    assert ran.code == 5
    assert "PKCE with S256 is required (invalid_request)" in ran.err


def test_a_port_that_is_taken_is_named(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    port = urlsplit(aha_oauth.redirect_uri).port or 0
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ran = opened("login", "aha", "--json")
    error = json.loads(ran.err.splitlines()[-1])["error"]
    assert (ran.code, ran.out, error["code"]) == (1, "", "port_taken")
    assert f"127.0.0.1:{port}" in error["message"]
    assert "--port" in error["hint"]


def test_another_port_is_one_to_register_and_to_be_answered_on(opened: Opened, aha_oauth: AhaOauth) -> None:
    """With its own taken, and the other one registered as well, a login goes there, and so does its exchange."""
    add_aha(opened, aha_oauth, log_in=False)
    own, other = urlsplit(aha_oauth.redirect_uri).port or 0, free_port()
    aha_oauth.redirect_uri = f"http://127.0.0.1:{other}/callback"
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", own))
        taken.listen()
        ran = opened("login", "aha", "--port", str(other), environment={"BROWSER": variable()})
    assert (ran.code, ran.out) == (0, "logged in aha: accepted, ada@example.com\n"), ran.err
    # The port is of this login alone: nothing of it is needed to renew, and nothing of it is kept.
    assert json.loads(opened("show", "aha", "--json").out)["credentials_non_secure_data"]["redirect_uri"].endswith(
        f":{own}/callback"
    )
    aha_oauth.end_access_tokens()
    assert opened("probe", "aha").code == 0


def test_a_browser_that_was_closed_is_given_up_by_ctrl_c(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    with signing_in(opened, "aha", "--no-browser") as login:
        login.interrupt(signal.SIGINT)
        ran = login.end()
    assert (ran.code, ran.out) == (130, "")
    assert "Traceback" not in ran.err


def test_eight_processes_renew_once_and_nobody_is_logged_out(opened: Opened, aha_oauth: AhaOauth) -> None:
    aha_oauth.life_s = 1  # too short to be used: whoever wants a token has to renew
    add_aha(opened, aha_oauth)
    aha_oauth.life_s, aha_oauth.renewals = 3600, 0
    racing = [
        subprocess.Popen(
            opened.command("token", "aha"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=opened.environment,
            cwd=opened.home,
        )
        for _ in range(PROCESSES)
    ]
    ended = [(process.communicate(timeout=60), process.returncode) for process in racing]
    assert [(code, err) for (_, err), code in ended] == [(0, b"")] * PROCESSES
    assert len({out for (out, _), _ in ended}) == 1
    assert aha_oauth.renewals == 1
    assert not aha_oauth.families[0].is_revoked
    assert opened("probe", "aha").code == 0


def test_a_login_that_was_revoked_asks_for_another_one(opened: Opened, aha_oauth: AhaOauth) -> None:
    add_aha(opened, aha_oauth)
    aha_oauth.families[0].is_revoked = True
    probed = opened("probe", "aha")
    assert probed.code == 4
    assert "invalid_grant" in probed.out
    assert "then: nexcred login " in probed.err
    # What was refused is given to nobody any more, although its time is not over.
    token = opened("token", "aha")
    assert (token.code, token.out) == (4, "")
    assert "then: nexcred login " in token.err
    assert opened("login", "aha", environment={"BROWSER": variable()}).code == 0
    assert opened("probe", "aha").code == 0


def test_a_crash_before_the_first_use_logs_nobody_out(opened: Opened, aha_oauth: AhaOauth) -> None:
    aha_oauth.life_s = 1
    add_aha(opened, aha_oauth)
    aha_oauth.life_s, aha_oauth.renewals = 3600, 0
    used = threading.Event()

    def crash(request: Received, proper: Answer) -> Answer:
        if request.path == "/api/v1/me":
            process.kill()
            used.set()
        return proper

    aha_oauth.fault = crash
    process = subprocess.Popen(
        opened.command("probe", "aha"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=opened.environment,
        cwd=opened.home,
    )
    assert used.wait(PATIENCE_S)
    process.wait(PATIENCE_S)
    aha_oauth.fault = None
    assert opened("probe", "aha").code == 0
    assert aha_oauth.renewals == 1


def test_ctrl_c_while_a_token_is_renewed_waits_until_it_is_stored(opened: Opened, aha_oauth: AhaOauth) -> None:
    aha_oauth.life_s = 1
    add_aha(opened, aha_oauth)
    aha_oauth.life_s, aha_oauth.renewals = 3600, 0

    def interrupt(request: Received, proper: Answer) -> Answer:
        if request.path == "/oauth/token":
            process.send_signal(signal.SIGINT)
        return proper

    aha_oauth.fault = interrupt
    for command in ("token", "probe"):
        process = subprocess.Popen(
            opened.command(command, "aha"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=opened.environment,
            cwd=opened.home,
        )
        process.communicate(timeout=60)
        assert process.returncode == 130
        assert opened("token", "aha").code == 0
        assert not aha_oauth.families[0].is_revoked
        aha_oauth.end_access_tokens()
