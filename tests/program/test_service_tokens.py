"""`nexcred serve token`: what a token may, printed once, kept without its text and without a name of a credential."""

import json
from pathlib import Path

import pytest

from nexcred.services.service_tokens import PREFIX, digest_of
from tests.support.opened import Opened
from tests.support.people import as_who_holds, keep
from tests.support.schema_check import check_schema


@pytest.fixture
def kept(opened: Opened) -> Opened:
    keep(opened, "prod-a", "prod-b", "test")
    return opened


def _file(program: Opened) -> Path:
    (path,) = program.home.rglob("service/*.json")
    return path


def _listed(program: Opened) -> list[dict[str, object]]:
    ran = program("serve", "token", "list", "--json")
    assert ran.code == 0, ran.err
    check_schema(program, "serve token list", ran.out)
    listed: list[dict[str, object]] = json.loads(ran.out)
    return listed


def test_it_is_printed_once_and_pinned_to_what_there_is(kept: Opened) -> None:
    made = kept("serve", "token", "new", "etl", "--may", "read:prod-*", "--may", "list:*", "--for", "30d")
    assert made.code == 0, made.err
    assert made.out.startswith(PREFIX)
    assert len(made.out) == len(PREFIX) + 43  # without a line end, which a header cannot have
    assert "'etl' may read: 2 credentials\n" in made.err
    assert "'etl' may list: every credential, later ones too\n" in made.err
    keep(kept, "prod-c")
    kept("rename", "prod-b", "other")
    (listed,) = _listed(kept)
    assert (listed["name"], listed["ended"]) == ("etl", False)
    assert listed["rules"] == [
        {"right": "read", "pattern": "prod-*", "credentials": ["other", "prod-a"]},
        {"right": "list", "pattern": "*", "credentials": None},
    ]
    table = kept("serve", "token", "list").out
    assert "read:prod-*, list:*" in table
    assert "in 30 days" in table
    assert made.out.strip() not in table + _file(kept).read_text()
    assert digest_of(made.out.strip()) in _file(kept).read_text()
    assert "prod" not in _file(kept).read_text()
    (noted,) = (one for one in json.loads(kept("audit", "--json").out) if one["action"] == "serve token new")
    assert (noted["what"], noted["name"]) == (["etl"], None)


def test_json_has_its_text_too(kept: Opened) -> None:
    ran = kept("serve", "token", "new", "ci", "--may", "token:test", "--json")
    check_schema(kept, "serve token new", ran.out)
    made = json.loads(ran.out)
    assert digest_of(made.pop("token")) in _file(kept).read_text()
    assert [made] == _listed(kept)


def test_another_identity_is_not_told_the_patterns(kept: Opened) -> None:
    assert kept("serve", "token", "new", "etl", "--may", "read:test").code == 0
    bob = kept("identity", "new", "bob", "--role", "member").out.strip()
    (listed,) = _listed(as_who_holds(kept, bob))
    assert listed["rules"] == [{"right": "read", "pattern": None, "credentials": ["test"]}]


def test_what_ended_is_listed_and_what_is_revoked_is_not(kept: Opened) -> None:
    assert kept("serve", "token", "list").err.startswith("nexcred: no token")
    assert kept("serve", "token", "new", "old", "--may", "read:*", "--for", "0s").code == 0
    assert kept("serve", "token", "new", "etl", "--may", "read:*").code == 0
    assert [(one["name"], one["ended"]) for one in _listed(kept)] == [("old", True), ("etl", False)]
    taken = kept("serve", "token", "new", "etl", "--may", "read:*")
    assert (taken.code, taken.out) == (8, "")
    del kept.environment["NEXCRED_IDENTITY"]  # to end one takes no key
    assert kept("serve", "token", "revoke", "etl").err == "nexcred: revoked etl\n"
    again = kept("serve", "token", "revoke", "etl")
    assert (again.code, "nexcred serve token list" in again.err) == (3, True)


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (2, ["etl"], "nothing is allowed unsaid"),
        (2, ["etl", "--may", "read"], "takes VERB:PATTERN"),
        (2, ["etl", "--may", "read:"], "takes VERB:PATTERN"),
        (2, ["etl", "--may", "all:*"], "list, show, read, token, probe, write, delete, share"),
        (2, ["etl", "--may", "read:a/b"], "is not a name"),
        (3, ["etl", "--may", "read:nothing*"], "no credential has a name like 'nothing*'"),
        (3, ["etl", "--may", "read:tesst"], "no credential named 'tesst'"),
        (2, ["a b", "--may", "read:*"], "the name of a token"),
        (2, ["etl", "--may", "read:*", "--for", "soon"], "--for"),
    ],
)
def test_what_says_nothing_makes_nothing(kept: Opened, code: int, arguments: list[str], said: str) -> None:
    ran = kept("serve", "token", "new", *arguments)
    assert (ran.code, ran.out, said in ran.err) == (code, "", True), ran.err
    assert _listed(kept) == []
