"""Digest, against the examples of RFC 7616 and a server that reads it otherwise than the program writes it."""

import re
from datetime import UTC, datetime
from hashlib import md5, new

import pytest

from nexcred.auth.challenge import challenges_in
from nexcred.auth.digest import DigestAuth
from nexcred.auth.digest_answer import answered, strongest
from nexcred.auth.flow import Refused, Request, Response
from nexcred.auth.request import RequestSpec, with_grant
from nexcred.model.probe import ProbeStatus
from tests.unit.auth.drive import run

NOW = datetime(2026, 1, 15, tzinfo=UTC)
# RFC 7616, 3.9.1.
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
ASKED = (
    f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={{}}, nonce="{NONCE}", opaque="{OPAQUE}"'
)
PUBLISHED = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}
GET = Request("GET", "https://www.example.org/dir/index.html")


def answer_to(challenge: str, request: Request = GET, username: str = "Mufasa", cnonce: str = CNONCE) -> dict[str, str]:
    known = strongest(challenges_in(challenge))
    assert known is not None
    header = answered(request, known, username, "Circle of Life", cnonce=cnonce).headers["Authorization"]
    return dict(challenges_in(header)[0].parameters)


@pytest.mark.parametrize("algorithm", PUBLISHED)
def test_the_published_answers_are_given(algorithm: str) -> None:
    said = answer_to(ASKED.format(algorithm))
    assert said == {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "algorithm": algorithm,
        "nonce": NONCE,
        "nc": "00000001",
        "cnonce": CNONCE,
        "qop": "auth",
        "response": PUBLISHED[algorithm],
        "opaque": OPAQUE,
    }


def test_the_strongest_hash_is_taken() -> None:
    both = f"{ASKED.format('MD5')}, {ASKED.format('SHA-256')}, Basic realm=x"
    assert answer_to(both)["algorithm"] == "SHA-256"


@pytest.mark.parametrize(
    "challenge",
    ["", "Basic realm=x", 'Digest realm="x"', 'Digest nonce="x", algorithm=ROT13', 'Digest nonce="x", qop="auth-conf"'],
)
def test_what_cannot_be_answered_is_left(challenge: str) -> None:
    assert strongest(challenges_in(challenge)) is None


def test_a_server_before_rfc_2617_names_no_quality() -> None:
    said = answer_to('Digest realm="r", nonce="n"')
    secret, what = md5(b"Mufasa:r:Circle of Life").hexdigest(), md5(b"GET:/dir/index.html").hexdigest()
    assert said["response"] == md5(f"{secret}:n:{what}".encode()).hexdigest()
    assert "cnonce" not in said


def test_a_session_hash_and_a_body_are_bound_in() -> None:
    post = Request("POST", "https://a.test/x", {}, (("q", "1 2"),), b"body")
    said = answer_to('Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop="auth-int"', post)

    def sha(text: str) -> str:
        return new("sha256", text.encode()).hexdigest()

    secret = sha(f"{sha('Mufasa:r:Circle of Life')}:n:{CNONCE}")
    what = sha(f"POST:/x?q=1%202:{new('sha256', b'body').hexdigest()}")
    assert said["uri"] == "/x?q=1%202"
    assert said["response"] == sha(f"{secret}:n:00000001:{CNONCE}:auth-int:{what}")


def test_a_name_is_hashed_where_that_is_wanted_and_encoded_where_a_header_cannot_hold_it() -> None:
    hashed = answer_to('Digest realm="r", nonce="n", algorithm=SHA-256, qop=auth, userhash=true')
    assert (hashed["userhash"], hashed["username"]) == ("true", new("sha256", b"Mufasa:r").hexdigest())
    known = strongest(challenges_in('Digest realm="r", nonce="n", qop=auth'))
    assert known is not None
    header = answered(GET, known, "Jäsøn", "x").headers["Authorization"]
    assert "username*=UTF-8''J%C3%A4s%C3%B8n, " in header
    assert header.isascii()


def test_no_two_answers_have_the_same_nonce_of_ones_own() -> None:
    challenge = 'Digest realm="r", nonce="n", qop=auth'
    assert answer_to(challenge, cnonce="")["cnonce"] != answer_to(challenge, cnonce="")["cnonce"]


SCHEME = DigestAuth(challenge=RequestSpec(url="{base}"), username="{user}", password="{password}")
VALUES = {"base": "https://a.test", "user": "ada", "password": "pw-EXAMPLE"}


def test_the_challenge_is_asked_for_without_the_password_and_each_request_answers_it() -> None:
    challenge = Response(401, {"www-authenticate": 'Digest realm="r", nonce="n", qop="auth"'}, b"")
    (asked,), grant = run(SCHEME.flow(VALUES, NOW), challenge)
    assert "Authorization" not in asked.headers
    sent = with_grant(Request("GET", "https://a.test/b"), grant).headers["Authorization"]
    assert re.search(r'uri="/b"', sent)
    assert "pw-EXAMPLE" not in sent


@pytest.mark.parametrize(
    ("response", "detail"),
    [
        (Response(200, {}, b"{}"), "the server lets everybody in here, and asks for no password"),
        (
            Response(401, {"www-authenticate": "Basic realm=x"}, b""),
            "the server wants Basic, in a form that nexcred does not know",
        ),
        (Response(401, {}, b""), "the server names no scheme"),
        (Response(404, {}, b""), "the answer proves nothing (404)"),
    ],
)
def test_without_a_challenge_nothing_is_proved(response: Response, detail: str) -> None:
    with pytest.raises(Refused) as refused:
        run(SCHEME.flow(VALUES, NOW), response)
    assert (refused.value.verdict.status, refused.value.verdict.detail) == (ProbeStatus.INCONCLUSIVE, detail)
