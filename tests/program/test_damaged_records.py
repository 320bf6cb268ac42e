"""One record that does not open, or is disputed, in a vault whose others are well: each command serves those."""

import json
from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.forging import lead_nowhere, list_of, rewrite_overview
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep

MISSING = "a record of the vault is missing (record 7878787878787878)"


@pytest.fixture
def ada(opened: Opened) -> Opened:
    """Return her program, after a member let one name lead nowhere, and forged the list of another credential."""
    keep(opened, "prod", "disputed", "gone")
    bob = invite(opened, "bob", "--role", "member")
    (path,) = opened.home.rglob("vault.db")
    vault = Vault(SqliteStore(Path(path)), Identity.parse(bob.environment["NEXCRED_IDENTITY"]))
    later = list_of(vault, "disputed")
    rewrite_overview(vault, "disputed", lambda _: {"access": later._replace(version=later.version + 1)})
    lead_nowhere(vault, "gone")
    return opened


def test_the_others_are_listed_and_the_exit_is_9(ada: Opened) -> None:
    listed = ada("list")
    assert listed.code == 9
    assert ada.names == ["disputed", "prod"]
    assert MISSING in listed.err
    assert "nexcred vault verify" in listed.err
    as_json = ada("list", "--json")
    assert as_json.code == 9
    assert [one["name"] for one in json.loads(as_json.out)] == ["disputed", "prod"]


def test_audit_tells_of_the_others(ada: Opened) -> None:
    told = ada("audit", "--json")
    assert told.code == 9
    assert {one["name"] for one in json.loads(told.out) if one["action"] == "added"} == {"prod"}
    assert "disputed" in told.err


def test_the_others_are_probed_and_used(ada: Opened) -> None:
    probed = ada("probe", "--all", "--json")
    assert probed.code == 9
    assert [one["name"] for one in json.loads(probed.out)] == ["prod"]
    assert ada("get", "prod/api_key").out == KEY.format("prod")
    for name in ("disputed", "gone"):
        ran = ada("get", f"{name}/api_key")
        assert (ran.code, ran.out) == (9, "")


def test_what_cannot_be_probed_is_told_of_once(ada: Opened) -> None:
    probed = ada("probe", "disputed")
    assert (probed.code, probed.out) == (9, "")
    assert "'disputed' is disputed" in probed.err
    assert "no credential matches" not in probed.err
    assert probed.err.count("error:") == 1
    assert "no credential matches" in ada("probe", "--tag", "nothing").err


def test_what_was_left_out_is_named_also_where_the_command_fails(ada: Opened) -> None:
    failed = ada("get", "prot/api_key")
    assert (failed.code, failed.out) == (3, "")
    assert f"left out: {MISSING}" in failed.err
    assert failed.err.splitlines()[-1].endswith("did you mean 'prod'? run: nexcred list")
    as_json = ada("show", "prot", "--json")
    assert as_json.code == 3
    assert MISSING in as_json.err
    assert json.loads(as_json.err.splitlines()[-1])["error"]["code"] == "credential_not_found"
    assert ada("list").err.count(MISSING) == 1, "what is told as the failure is not told twice"


def test_verify_names_every_fault(ada: Opened) -> None:
    ran = ada("vault", "verify", "--json")
    assert ran.code == 9
    assert json.loads(ran.out)["faults"][0] == MISSING
    assert "'disputed' is disputed" in json.loads(ran.out)["faults"][1]
    assert ada("vault", "verify").err.count("\n  vault  ") == 2


def test_nothing_in_a_record_keeps_somebody_from_new_keys_or_from_removing_a_member(ada: Opened) -> None:
    removed = ada("member", "remove", "bob", "--yes")
    assert removed.code == 0, removed.err
    assert ada.names == ["disputed", "prod"]
    assert ada("list").code == 0  # what leads nowhere was set aside
    assert "was set aside" in ada("vault", "verify").err
    rekeyed = ada("vault", "rekey", "-o", "new.identity")  # nobody is asked whether a forgery is his
    assert rekeyed.code == 0, rekeyed.err
    assert "disputed" in rekeyed.err
