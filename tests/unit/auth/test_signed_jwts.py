"""JWTs that nexcred signs: what they say, verified by another implementation."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from nexcred.auth.jwt_bearer import JwtBearer
from nexcred.auth.jwt_spec import JwtSpec
from nexcred.auth.signed_jwt import SignedJwtAuth
from nexcred.auth.signing import another_private_key, load_private_key, problem_in_private_key
from nexcred.model.template import TemplateError
from tests.support.standins.google import rsa_key
from tests.unit.auth.drive import answer, form_of, run

NOW = datetime.now(UTC).replace(microsecond=0)
PKCS8 = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PKCS1 = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
SHUT = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"EXAMPLE")).decode()
ELLIPTIC = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def claims_of(token: str, **options: Any) -> dict[str, Any]:
    """Verify the signature; NOW may be minutes ago by the time of the test."""
    key = rsa_key().public_key()
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options={"verify_exp": False}, **options)
    return claims


def test_the_claims_are_those_of_the_spec_and_two_times() -> None:
    scheme = SignedJwtAuth(jwt=JwtSpec(claims={"iss": "{who}", "sub": "{absent}"}, key_id="{kid}", life_s=60))
    _, grant = run(scheme.flow({"private_key": PKCS8, "who": "ä", "kid": "k1"}, NOW))
    token = grant.token or ""
    issued = int(NOW.timestamp())
    assert claims_of(token) == {"iss": "ä", "iat": issued, "exp": issued + 60}
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert grant.headers == {"Authorization": f"Bearer {token}"}
    assert (grant.expires_at, grant.signed_at, grant.session) == (NOW + timedelta(seconds=60), NOW, None)


def test_a_fingerprint_is_the_public_keys_and_stays_as_it_is_where_names_are_raised() -> None:
    scheme = SignedJwtAuth(jwt=JwtSpec(claims={"iss": "{user}.{fingerprint}"}, upper=("user",)))
    _, grant = run(scheme.flow({"private_key": PKCS8, "user": "ada"}, NOW))
    der = rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert claims_of(grant.token or "")["iss"] == f"ADA.SHA256:{b64encode(sha256(der).digest()).decode()}"


def test_an_assertion_is_exchanged_as_rfc_7523_has_it() -> None:
    scheme = JwtBearer(token_url="https://a.test/token", jwt=JwtSpec(claims={"iss": "me", "aud": "https://a.test"}))
    granted = answer({"access_token": "EXAMPLE", "token_type": "Bearer"})
    (request,), grant = run(scheme.flow({"private_key": PKCS8}, NOW), granted)
    # The form of RFC 7523, 4.
    assert (request.body or b"").startswith(
        b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ"
    )
    form = form_of(request)
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert claims_of(form["assertion"][0], audience="https://a.test")["iss"] == "me"
    assert set(form) == {"grant_type", "assertion"}
    assert grant.token == "EXAMPLE"


@pytest.mark.parametrize(
    ("pem", "passphrase"),
    [
        (PKCS8, ""),
        (PKCS1, ""),
        (PKCS8, "needless"),
        (SHUT, "EXAMPLE"),
        (json.dumps(PKCS8)[1:-1], ""),
        (f"\n{PKCS8} ", ""),
    ],
    ids=["PKCS#8", "PKCS#1", "a needless passphrase", "encrypted", "escaped line ends", "white space around"],
)
def test_keys_are_read_in_the_forms_they_come_in(pem: str, passphrase: str) -> None:
    assert load_private_key(pem, passphrase).private_numbers() == rsa_key().private_numbers()


@pytest.mark.parametrize(
    ("pem", "passphrase", "problem"),
    [
        ("", "", "is not a private key in PEM"),
        (SHUT, "", "is encrypted, and no passphrase"),
        (SHUT, "wrong", "cannot be opened"),
        (PKCS8[:-200], "", "is not a whole private key"),
        (ELLIPTIC.decode(), "", "is not an RSA key"),
    ],
)
def test_what_cannot_sign_is_told_without_a_word_of_it(pem: str, passphrase: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        load_private_key(pem, passphrase)
    assert not any(line and line in str(caught.value) for line in pem.splitlines()[1:])
    scheme = SignedJwtAuth(jwt=JwtSpec(claims={}, passphrase="{passphrase}"))
    with pytest.raises(TemplateError, match=f"private_key {problem}"):
        run(scheme.flow({"private_key": pem, "passphrase": passphrase}, NOW))


def test_a_small_key_is_refused_as_rfc_7518_has_it() -> None:
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = small.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert problem_in_private_key(pem) == "is not an RSA key of 2048 bits or more"


def test_of_an_encrypted_key_only_the_outside_is_looked_at() -> None:
    assert problem_in_private_key(SHUT) == ""
    assert problem_in_private_key(PKCS8) == ""


def test_a_made_up_key_is_a_key() -> None:
    assert isinstance(load_pem_private_key(another_private_key().encode(), None), rsa.RSAPrivateKey)
    assert problem_in_private_key(another_private_key()) == ""
