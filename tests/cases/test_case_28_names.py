"""Case 28, at the command line: names that deceive an eye, a shell or a path."""

import json
import unicodedata

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

ADD = ("--set", "base_url=https://example.com", "--set", "api_key=-", "--no-probe")


BAD = (
    "",
    "x" * 10_240,
    "a\nb",
    "../x",
    "-rf",
    "a\u202eb",
    b"\xff".decode(errors="surrogateescape"),
    " a",
    "a\u200bb",
    "a\x1b[31m",
)


def test_case_28_a_bad_name_is_refused_and_made_visible(vaulted: Program) -> None:
    for name in BAD:
        for arguments in (("add", *ADD, "--", "rest", name), ("show", "--", name), ("rename", "--", "x", name)):
            ran = vaulted(*arguments, stdin=b"k")
            assert ran.code == 2, (name, ran.err)
            assert all(line.isprintable() for line in ran.err.splitlines())
            assert len(ran.err) < 500
    assert vaulted("list", "--json").out == "[]\n"


def test_case_28_names_that_differ_in_case_or_normal_form_are_one(vaulted: Program) -> None:
    composed, decomposed = unicodedata.normalize("NFC", "Überblick"), unicodedata.normalize("NFD", "überblick")
    assert vaulted("add", "rest", composed, *ADD, stdin=b"k").code == 0
    assert vaulted("add", "rest", decomposed, *ADD, stdin=b"k").code == 8
    assert json.loads(vaulted("show", decomposed, "--json").out)["name"] == composed


def test_case_28_nul_cannot_even_be_passed(vaulted: Program) -> None:
    body = json.dumps({"name": "a\x00b", "credentials_type": "rest", "credentials": {"api_key": "k"}})
    ran = vaulted("add", "--from", "-", "--set", "base_url=https://example.com", "--no-probe", stdin=body.encode())
    assert ran.code == 2
    assert r"a\x00b" in ran.err
