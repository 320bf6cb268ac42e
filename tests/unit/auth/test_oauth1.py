"""OAuth 1.0a, against the examples of RFC 5849."""

import re
from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import Request
from nexcred.auth.oauth1 import OAuth1
from nexcred.auth.oauth1_signature import Secrets, base_string, sign
from nexcred.auth.request import with_grant
from nexcred.model.template import TemplateError
from tests.unit.auth.drive import run

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
# RFC 5849, 1.2 and 3.4.1.1.
PHOTOS = {
    "oauth_consumer_key": "dpf43f3p2l4k3l03",
    "oauth_token": "nnch734d00sl2jdk",
    "oauth_signature_method": "HMAC-SHA1",
    "oauth_timestamp": "137131202",
    "oauth_nonce": "chapoH",
}
EXAMPLE = {
    "oauth_consumer_key": "9djdj82h48djs9d2",
    "oauth_token": "kkk9d7dh3k39sjv7",
    "oauth_signature_method": "HMAC-SHA1",
    "oauth_timestamp": "137131201",
    "oauth_nonce": "7d8f3e4a",
}
SCHEME = OAuth1(consumer_key="{key}", consumer_secret="{secret}", token="{id}", token_secret="{other}", realm="{realm}")
VALUES = {"key": "consumer", "secret": "s-EXAMPLE&", "id": "token", "other": "t-EXAMPLE", "realm": 'a "b" \\'}


def test_a_request_is_signed_as_the_rfc_signs_it() -> None:
    asked = Request("GET", "http://photos.example.net/photos?file=vacation.jpg", {}, (("size", "original"),))
    signed = sign(asked, PHOTOS, Secrets("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"), "Photos")
    assert signed.url == "http://photos.example.net/photos?file=vacation.jpg&size=original"
    said = signed.headers["Authorization"]
    assert said.startswith('OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03"')
    assert said.endswith('oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"')


def test_what_is_signed_is_the_text_of_the_rfc() -> None:
    url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"
    signed = base_string(Request("POST", url, FORM, (), b"c2&a3=2+q"), EXAMPLE)
    assert signed == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D"
        "%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1"
        "%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )


@pytest.mark.parametrize("headers", [{}, {"content-type": "application/json"}])
def test_a_body_that_is_no_form_is_not_signed(headers: dict[str, str]) -> None:
    with_body = Request("POST", "https://a.test/", headers, (), b"a=1")
    assert base_string(with_body, EXAMPLE) == base_string(with_body._replace(body=None), EXAMPLE)


def test_what_is_sent_is_what_was_signed() -> None:
    secrets = Secrets("s-EXAMPLE")
    signed = sign(Request("GET", "https://a.test:8443/a b/ä?q=%E9+x&acl", {"authorization": "x"}), EXAMPLE, secrets)
    assert signed.url == "https://a.test:8443/a%20b/%C3%A4?q=%E9+x&acl"
    assert list(signed.headers) == ["Authorization"]
    assert sign(signed, EXAMPLE, secrets) == signed


def test_each_request_has_a_nonce_of_its_own() -> None:
    requests, grant = run(SCHEME.flow(VALUES, NOW))
    assert (requests, grant.signed_at, grant.scheme) == ([], NOW, "OAuth")
    said = [with_grant(Request("GET", "https://a.test/me"), grant).headers["Authorization"] for _ in range(2)]
    assert said[0].startswith('OAuth realm="a \\"b\\" \\\\", oauth_consumer_key="consumer", oauth_token="token", ')
    assert 'oauth_timestamp="1768478400"' in said[0]
    nonces = [re.findall(r'oauth_nonce="([0-9a-f]{32})"', one)[0] for one in said]
    assert nonces[0] != nonces[1]


def test_a_consumer_may_ask_for_itself() -> None:
    alone = OAuth1(consumer_key="{key}", consumer_secret="{secret}", signature_method="HMAC-SHA256")
    _, grant = run(alone.flow(VALUES, NOW))
    said = with_grant(Request("GET", "https://a.test/me"), grant).headers["Authorization"]
    assert ("oauth_token" in said, "realm" in said, "HMAC-SHA256" in said) == (False, False, True)


def test_no_value_ends_the_header_or_begins_another() -> None:
    with pytest.raises(TemplateError):
        run(SCHEME.flow({**VALUES, "realm": "a\r\nX-Other: b"}, NOW))
    _, grant = run(SCHEME.flow({**VALUES, "key": 'a", realm="b\r\n', "id": "ä"}, NOW))
    said = with_grant(Request("GET", "https://a.test/"), grant).headers["Authorization"]
    assert 'oauth_consumer_key="a%22%2C%20realm%3D%22b%0D%0A", oauth_token="%C3%A4"' in said


def test_secrets_do_not_print() -> None:
    assert "EXAMPLE" not in repr(Secrets("s-EXAMPLE", "t-EXAMPLE"))
