"""SCRAM-SHA-256, by the example of RFC 7677 and against servers that do not know the password."""

import base64

import pytest
from scramp import ScramMechanism

from nexcred.databases.scram import ScramClient, ServerUnproved

SERVER_FIRST = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def _client() -> ScramClient:
    return ScramClient("user", "pencil", nonce="rOprNGfwEbeRWgbNEkqO")


def test_the_example_of_the_rfc_is_met() -> None:
    client = _client()
    assert client.first() == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    proof = client.answer(SERVER_FIRST).decode()
    assert proof.endswith(",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    assert not client.is_proved
    client.finish(SERVER_FINAL)
    assert client.is_proved


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"r=,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        b"r=abc,s=W22ZaJ0SNY7soEsUEjb6gQ==",
        SERVER_FIRST.replace(b"4096", b"0"),
        SERVER_FIRST.replace(b"4096", b"9999999"),
        SERVER_FIRST.replace(b"4096", b"-1"),
        SERVER_FIRST.replace(b"W22Z", b"W2=Z"),
        SERVER_FIRST + b",m=more",
        SERVER_FIRST + b"\xff",
    ],
)
def test_what_is_no_challenge_is_not_answered(first: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        _client().answer(first)


@pytest.mark.parametrize("nonce", [b"another", b"rOprNGfwEbeRWgbNEkqO"])
def test_a_nonce_that_is_not_made_of_ours_proves_nothing(nonce: bytes) -> None:
    with pytest.raises(ServerUnproved):
        _client().answer(b"r=" + nonce + b",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")


@pytest.mark.parametrize("final", [b"", b"e=other-error", b"v=", b"v=AAAA", SERVER_FINAL[:-5] + b"AAAA="])
def test_a_server_that_does_not_know_the_password_is_found_out(final: bytes) -> None:
    client = _client()
    client.answer(SERVER_FIRST)
    with pytest.raises(ServerUnproved):
        client.finish(final)
    assert not client.is_proved


def test_a_proof_before_the_challenge_is_none() -> None:
    with pytest.raises(ServerUnproved):
        _client().finish(SERVER_FINAL)


@pytest.mark.parametrize("user", ["ada", "a=d,a"])
@pytest.mark.parametrize("password", ["EXAMPLE", "pässwörd EXAMPLE", "½ EXAMPLE \u00ad"])
def test_another_implementation_agrees(user: str, password: str) -> None:
    mechanism = ScramMechanism()
    info = mechanism.make_auth_info(password)
    server = mechanism.make_server(lambda _: info)
    client = ScramClient(user, password)
    server.set_client_first(client.first().decode())
    server.set_client_final(client.answer(server.get_server_first().encode()).decode())
    client.finish(server.get_server_final().encode())
    assert client.is_proved


def test_what_saslprep_forbids_is_taken_as_it_is_as_postgresql_does() -> None:
    forbidden = ScramClient("user", "EXAMPLE \u0378", nonce="rOprNGfwEbeRWgbNEkqO")
    assert b",p=" in forbidden.answer(SERVER_FIRST)


def test_a_bound_exchange_says_by_what() -> None:
    bound = ScramClient("ada", "EXAMPLE", binding=b"hash", nonce="rOprNGfwEbeRWgbNEkqO")
    assert bound.first().startswith(b"p=tls-server-end-point,,n=ada,r=")
    said = bound.answer(SERVER_FIRST).partition(b",")[0].removeprefix(b"c=")
    assert base64.b64decode(said) == b"p=tls-server-end-point,,hash"
    assert ScramClient("ada", "EXAMPLE", may_bind=True).first().startswith(b"y,,n=ada,r=")


def test_nonces_are_made_anew() -> None:
    nonces = {ScramClient("ada", "EXAMPLE").first() for _ in range(10)}
    assert len(nonces) == 10
    assert all(len(base64.b64decode(one.partition(b"r=")[2])) == 18 for one in nonces)
