"""Case 33, at the command line: hostile JSON for `--from`."""

import json

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

SECRET = "k-EXAMPLE-4711"
GOOD = {"credentials_type": "rest", "credentials": {"api_key": SECRET, "base_url": "https://example.com"}}


def body(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


HOSTILE = [
    b"[" * 100_000,
    b'{"credentials_type": "rest", "credentials_type": "aha", "credentials": {"api_key": "k-EXAMPLE-4711"}}',
    b'{"credentials_type": "rest", "credentials": {"api_key": "k-EXAMPLE-4711", "api_key": "x"}}',
    b'{"credentials_type": "rest", "credentials": {"api_key": NaN}}',
    b'{"credentials_type": "rest", "credentials": "k-EXAMPLE-4711"}',
    b'"k-EXAMPLE-4711"',
    b"k-EXAMPLE-4711",
    b"\xff\xfe",
    b"",
    body(extra=SECRET),
    body(name=[SECRET]),
    body(credentials={"api_key": {"deep": SECRET}, "base_url": "https://example.com"}),
    body(credentials={"api_key": SECRET, "base_url": 7.5}),
    body(credentials={"credentials_type": "aha", "api_key": SECRET}),
    body(credentials=None),
    body(name="\ud800"),
]


def test_case_33_a_bad_body_is_refused_without_repeating_it(vaulted: Program) -> None:
    for hostile in HOSTILE:
        ran = vaulted("add", "--from", "-", "--no-probe", "--json", stdin=hostile)
        assert (ran.code, ran.out) == (2, ""), (hostile[:80], ran.err)
        assert json.loads(ran.err.splitlines()[-1])["error"]["message"]
        assert "EXAMPLE" not in ran.err
        assert "Traceback" not in ran.err
    assert vaulted("list", "--json").out == "[]\n"


def test_case_33_the_body_of_the_seed_is_taken_from_a_file(vaulted: Program) -> None:
    (vaulted.home / "body.json").write_bytes(body(name="External API Service", description="from the seed"))
    ran = vaulted("add", "--from", "body.json", "--no-probe", "--json")
    assert ran.code == 0, ran.err
    shape = json.loads(ran.out)
    assert (shape["name"], shape["description"], shape["method"]) == ("External API Service", "from the seed", "bearer")
    assert SECRET not in ran.out
