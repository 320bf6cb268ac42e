"""`--json` of what changes a vault: shapes, and what is in them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nexcred.unlock.kernel_keyring import revoke
from nexcred.vault.identity import Identity
from tests.support.forging import rewrite_overview
from tests.support.opened import Opened
from tests.support.people import invite, keep, on_another_machine, vault_of
from tests.support.schema_check import OF_CHANGES, check_schema


class Session:
    """Runs commands with --json, and notes which of them were held against their schema."""

    def __init__(self, program: Opened) -> None:
        self.program = program
        self.checked: set[str] = set()

    def __call__(self, output: str, *arguments: str, by: Opened | None = None, **given: Any) -> Any:
        ran = (by or self.program)(*output.split(), *arguments, "--json", **given)
        assert ran.code == 0, ran.err
        check_schema(self.program, output, ran.out)
        self.checked.add(output)
        return json.loads(ran.out)


@pytest.fixture
def session(opened: Opened) -> Iterator[Session]:
    vault_id = Identity.parse(opened.environment["NEXCRED_IDENTITY"]).vault_id
    keep(opened, "prod", "test")
    yield Session(opened)
    revoke(vault_id)


def test_each_change_is_told_as_its_schema_says(session: Session, tmp_path: Path) -> None:
    ada = session.program
    _write_passphrase(ada)
    (tmp_path / "fresh").mkdir()
    fresh = Opened(tmp_path / "fresh", NEXCRED_PASSPHRASE="passphrase of EXAMPLE")
    made = session("vault init", by=fresh)
    assert made["public"].startswith("NEXCRED-ID-2")
    assert session("rename", "test", "stage")["name"] == "stage"
    bob = invite(ada, "bob", "--role", "member")
    assert session("share", "prod", "--with", "bob") == [
        {"name": "prod", "id": _id(ada, "prod"), "members": ["bob"], "teams": [], "sealed": True}
    ]
    assert session("share", "--complete") == []
    _hold_by_a_team(session)
    assert session("vault tidy") == {"removed": 0, "bytes": 0, "left": 0}
    assert session("unshare", "prod", "--with", "bob")[0]["members"] == ["bob"]
    assert session("unshare", "prod", "--with", "bob") == []
    guest = session("identity new", "ci", "--grant", "prod")
    assert (guest["role"], guest["grants"], guest["secret"][:15]) == ("guest", ["prod"], "NEXCRED-SECRET-")
    kept = session("identity new", "carol", "--unbound", "-o", "carol.identity")
    assert "secret" not in kept
    assert session("member add", "carol", kept["public"], "--yes")["role"] == "member"
    assert session("member role", "carol", "reader", "-y")["role"] == "reader"
    assert session("member role", "carol", "reader")["role"] == "reader"
    assert session("vault checkpoint")["guest"] is None
    line = session("vault checkpoint", "--for", "ci")
    assert line["left_out"] == []
    assert session("vault compare", line["checkpoint"], by=bob)["relation"] == "same"
    assert session("member remove", "ci", "--yes")["to_rotate"] == ["prod"]
    assert session("trust", "prod", "--yes")["name"] == "prod"
    assert session("exposure add", "prod", "--reason", "in a log")["exposures"][-1]["reason"] == "in a log"
    assert session("exposure clear", "prod", "--reason", "wiped")["exposures"] == []
    assert session("vault upgrade")["credentials"] == 0
    _spoil(bob)
    assert session("vault settle", "prod", "--with", _me(ada), "--yes")["members"] == [_me(ada)]
    assert session("vault unlock", "--for", "1h")["kernel_keyring_until"].endswith("Z")
    assert session("vault lock") == {"kernel_keyring": True, "os_keyring": False}
    assert session("vault recovery")["recovery_key"]
    assert session("vault backup", "backup.db")["file"] == "backup.db"
    assert ada("update", "stage", "--set", "api_key=-", "--no-probe", stdin=b"k-EXAMPLE-2").code == 0
    assert session("restore", "stage", "--revision", "1", "--no-probe")["name"] == "stage"
    assert session("remove", "stage", "--yes")[0]["name"] == "stage"
    assert session("trash list")[0]["held"] is True
    assert session("trash restore", "stage")["name"] == "stage"
    assert session("remove", "stage", "--yes")[0]["kept_until"].endswith("Z")
    assert session("trash empty", "--yes")[0]["kept_until"] is None
    elsewhere = on_another_machine(ada, tmp_path / "elsewhere")
    assert elsewhere("list").code == 0
    brought = session("vault restore-backup", "backup.db", "--yes")
    assert session("vault accept", brought["checkpoint"], by=elsewhere)["generation"] > brought["generation"]
    assert session("vault passphrase", "--new-passphrase-file", "new") == {"replaced": True}
    assert session("vault rekey", "-o", "ada.identity")["resealed"] == 2
    ada.environment["NEXCRED_IDENTITY"] = (ada.home / "ada.identity").read_text()
    assert session("vault move", "--to", "moved.db", "--yes")["spoilt"] == 0
    assert session.checked == OF_CHANGES


def _hold_by_a_team(session: Session) -> None:
    """Make a team with a member, share with it, and end it."""
    ada = session.program
    assert session("team list") == []
    made = session("team add", "data", "--member", "bob")
    assert (made["made"], made["joined"], made["sealed"]) == (True, ["bob"], [])
    team = {"id": made["id"], "name": "data", "members": ["bob"]}
    nothing_else = {"expires_days": {}, "rotate_every_days": {}, "rotate_in_place": False}
    assert session("vault settings", "--share-with", "data") == {"share_with": ["data"], **nothing_else}
    (shared,) = session("share", "stage", "--with", "data")
    assert (shared["members"], shared["teams"]) == ([], [team])
    (listed,) = session("team list")
    assert (listed["credentials"], listed["shared_by_default"], listed["waiting"]) == (1, True, [])
    (ended,) = session("unshare", "stage", "--with", "data")
    assert (ended["teams"], ended["exposed_to"]) == ([team], ["bob"])
    assert session("team remove", "data", "--yes")["left"] == ["bob"]
    assert json.loads(ada("vault", "settings", "--json").out) == {"share_with": [], **nothing_else}


def test_a_recovery_key_that_is_used_is_told(opened: Opened) -> None:
    session = Session(opened)
    paper = session("vault recovery")["recovery_key"]
    del opened.environment["NEXCRED_IDENTITY"]
    _write_passphrase(opened)
    flags = ("--use", "--new-passphrase-file", "new")
    assert session("vault recovery", *flags, stdin=paper.encode()) == {
        "recovery_key": None,
        "used": True,
        "passphrase": True,
        "os_keyring": False,
    }


def _id(program: Opened, name: str) -> str:
    return str(json.loads(program("show", name, "--json").out)["id"])


def _me(program: Opened) -> str:
    return next(str(one["full_name"]) for one in json.loads(program("member", "list", "--json").out) if one["you"])


def _write_passphrase(program: Opened) -> None:
    (program.home / "new").touch(mode=0o600)
    (program.home / "new").write_text("another passphrase of EXAMPLE")


def _spoil(member: Opened) -> None:
    rewrite_overview(vault_of(member), "prod", lambda old: {"access": old.access._replace(signature=bytes(64))})
