"""Members, guests and sharing, as processes."""

import json
import stat

import pytest

from tests.support.opened import Opened
from tests.support.people import KEY, as_who_holds, invite, keep, refused
from tests.support.standins.resci import Resci


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "test")
    return opened


def members(program: Opened) -> dict[str, str]:
    return {one["full_name"]: one["role"] for one in json.loads(program("member", "list", "--json").out)}


def test_a_job_opens_what_its_identity_was_made_for(ada: Opened) -> None:
    made = ada("identity", "new", "ci", "--grant", "prod", "-o", "ci.identity")
    assert made.code == 0, made.err
    assert made.out.startswith("NEXCRED-ID-2")
    assert "NEXCRED_IDENTITY_FILE='ci.identity' nexcred get 'prod/api_key'" in made.err
    file = ada.home / "ci.identity"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret = file.read_text().strip()
    assert secret not in made.err
    job = as_who_holds(ada, secret)
    assert job("get", "prod/api_key").out == KEY.format("prod")
    assert job.names == ["prod"]
    (shown,) = json.loads(job("list", "--json").out)
    assert shown["access_roles"] == ["guest"]


def test_without_a_file_the_secret_alone_is_printed(ada: Opened) -> None:
    made = ada("identity", "new", "ci", "--grant", "prod", "--grant", "test")
    assert made.out.startswith("NEXCRED-SECRET-2")
    assert made.out.count("\n") == 1
    assert as_who_holds(ada, made.out.strip()).names == ["prod", "test"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ci", "--grant", "nothing"), 3),
        (("ci", "--role", "king"), 2),
        (("ci/cd",), 2),
        (("CI-1", "--grant", "prod"), 8),
        (("ci", "--unbound", "--grant", "prod"), 2),
    ],
)
def test_an_identity_that_cannot_be_let_in_is_not_handed_out(
    ada: Opened, arguments: tuple[str, ...], code: int
) -> None:
    invite(ada, "ci-1")
    before = members(ada)
    ran = ada("identity", "new", *arguments, "-o", "file")
    assert (ran.code, ran.out) == (code, "")
    assert not (ada.home / "file").exists()
    assert members(ada) == before


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_an_identity_is_written_over_nothing(ada: Opened, kind: str) -> None:
    place = ada.home / "there"
    if kind == "file":
        place.write_text("mine")
    elif kind == "link":
        place.symlink_to(ada.home / "nowhere")
    else:
        place.mkdir()
    ran = ada("identity", "new", "ci", "--grant", "prod", "-o", "there")
    assert (ran.code, ran.out) == (8, "")
    assert "ci" not in members(ada)
    assert not (ada.home / "nowhere").exists()
    assert kind != "file" or place.read_text() == "mine"


def test_who_makes_his_own_keys_is_let_in_by_his_public_identity(ada: Opened) -> None:
    made = ada("identity", "new", "bob", "--unbound", "-o", "bob.identity")
    public = made.out.strip()
    bob = as_who_holds(ada, (ada.home / "bob.identity").read_text().strip())
    assert refused(bob("list"))
    unasked = ada("member", "add", "bob", public)
    assert unasked.code == 2
    assert "--yes" in unasked.err
    added = ada("member", "add", "bob", public, "--yes")
    assert added.code == 0, added.err
    fingerprint = added.out.rpartition("fingerprint ")[2].strip()
    assert fingerprint in made.err
    assert members(ada)["bob"] == "member"
    assert bob.names == ["prod", "test"]
    assert refused(bob("get", "prod/api_key"))
    assert ada("share", "prod", "--with", "BOB").out == "shared prod with bob\n"
    assert bob("get", "prod/api_key").out == KEY.format("prod")
    assert "held by" in bob("show", "prod").out


@pytest.mark.parametrize(
    "public",
    ["bob", *(prefix + tail for prefix in ("NEXCRED-ID-1", "NEXCRED-ID-2") for tail in ("AAAA", "A" * 109, "A" * 212))],
)
def test_what_is_no_public_identity_is_not_let_in(ada: Opened, public: str) -> None:
    assert ada("member", "add", "bob", public, "--yes").code == 2
    assert "bob" not in members(ada)


def test_values_are_shared_and_unshared_together(ada: Opened) -> None:
    bob, eve = invite(ada, "bob", "--role", "reader"), invite(ada, "eve")
    assert ada("share", "prod", "nothing", "--with", "bob").code == 3
    assert refused(bob("get", "prod/api_key"))
    shared = ada("share", "prod", "test", "--with", "bob", "--with", "eve")
    assert shared.out == "shared prod with bob, eve\nshared test with bob, eve\n"
    assert eve("get", "test/api_key").out == KEY.format("test")
    again = ada("share", "prod", "--with", "bob")
    assert (again.code, again.out) == (0, "")
    gone = ada("unshare", "prod", "--with", "bob")
    assert gone.out == "prod is no longer sealed to bob\n"
    assert "nexcred rotate 'prod'" in gone.err
    assert refused(bob("get", "prod/api_key"))
    assert eve("get", "prod/api_key").out == KEY.format("prod")
    me = next(name for name, role in members(ada).items() if role == "owner")
    assert ada("unshare", "prod", "--with", me, "--with", "eve").code == 2


def test_only_who_held_it_is_said_to_know_it(ada: Opened) -> None:
    for name in ("bob", "eve", "dan"):
        invite(ada, name, "--role", "member")
    assert ada("share", "prod", "test", "--with", "eve").code == 0
    assert ada("share", "test", "--with", "dan").code == 0
    gone = ada("unshare", "prod", "--with", "bob", "--with", "eve")
    assert "warning: eve may have read what it held, which still works:" in gone.err
    gone = ada("unshare", "test", "prod", "--with", "bob", "--with", "dan", "--with", "eve")
    assert gone.out == "test is no longer sealed to dan, eve\n"
    assert "warning: dan, eve may have read what it held" in gone.err
    assert ada("share", "prod", "test", "--with", "eve").code == 0
    assert "warning: eve may have read what they held" in ada("unshare", "prod", "test", "--with", "eve").err


def test_who_leaves_is_said_to_know_what_he_knows(ada: Opened) -> None:
    bob = invite(ada, "bob", "--role", "member", "--grant", "prod")
    keep(bob, "bobs")
    gone = ada("member", "remove", "bob", "--yes")
    assert gone.code == 0, gone.err
    assert "epoch 2" in gone.out
    assert "prod: nexcred rotate 'prod'" in gone.err
    assert "nobody else holds 'bobs': remove it, and add it again with new values" in gone.err
    assert refused(bob("list"))
    assert "bob" not in members(ada)
    assert ada("vault", "verify").code == 0


def test_only_owners_say_who_belongs(ada: Opened) -> None:
    bob = invite(ada, "bob", "--role", "member")
    before = members(ada)
    assert refused(bob("identity", "new", "eve", "-o", "eve.identity"))
    assert refused(bob("member", "remove", "bob", "--yes"))
    assert refused(bob("share", "prod", "--with", "bob"))
    assert not (ada.home / "eve.identity").exists()
    assert ada("member", "remove", "bobb", "--yes").code == 3
    assert members(ada) == before


def test_nobody_is_removed_without_a_yes(ada: Opened) -> None:
    invite(ada, "bob")
    assert ada("member", "remove", "bob").code == 2
    assert "bob" in members(ada)


@pytest.mark.parametrize("role", ["guest", "reader"])
def test_readers_and_guests_are_told_before_anything_is_sent(ada: Opened, resci: Resci, role: str) -> None:
    bob = invite(ada, "bob", "--role", role, "--grant", "prod")
    assert refused(bob.add(resci, "new"))
    for arguments in (
        ("update", "prod", "--description", "x"),
        ("update", "prod", "--set", "api_key=env:HOME", "--allow-host", resci.host),
        ("rename", "prod", "x"),
        ("remove", "prod", "--yes"),
    ):
        assert refused(bob(*arguments)), arguments
    assert resci.received == []
    assert ada("get", "prod/api_key").out == KEY.format("prod")


def test_a_member_who_may_only_read_it_is_told_before_anything_is_sent(ada: Opened, resci: Resci) -> None:
    assert ada.add(resci, "live").code == 0
    bob = invite(ada, "bob", "--role", "member")
    assert ada("share", "live", "--with", "bob", "--read").code == 0
    assert bob("probe", "live").code == 0
    before = len(resci.received)
    assert refused(bob("update", "live", "--set", "api_key=env:HOME"))
    assert bob("update", "live", "--description", "x").code == 0
    assert len(resci.received) == before


def test_readers_and_guests_probe_and_keep_nothing(ada: Opened, resci: Resci) -> None:
    assert ada.add(resci, "live").code == 0
    job = invite(ada, "ci", "--grant", "live")
    before = json.loads(ada("show", "live", "--json").out)
    ran = job("probe", "--all", "--json")
    assert [one["status"] for one in json.loads(ran.out)] == ["accepted"]
    assert "the results are not kept in the vault" in ran.err
    assert json.loads(ada("show", "live", "--json").out) == before


def test_a_member_probes_what_is_shared_with_him_and_leaves_the_rest(ada: Opened, resci: Resci) -> None:
    assert ada.add(resci, "live").code == 0
    bob = invite(ada, "bob", "--role", "member", "--grant", "live")
    ran = bob("probe", "--all", "--json")
    assert [one["name"] for one in json.loads(ran.out)] == ["live"]
    assert "not shared with you: 'prod', 'test'" in ran.err
    assert refused(bob("probe", "live", "prod"))
    assert json.loads(ada("show", "prod", "--json").out)["probe"] is None


def test_what_is_disputed_keeps_nobody_from_probing_the_rest(ada: Opened, resci: Resci) -> None:
    assert ada.add(resci, "live").code == 0
    bob = invite(ada, "bob", "--role", "member", "--grant", "test")
    assert bob("update", "test", "--set", "api_key=env:HOME", "--no-probe").code == 0
    assert ada("member", "remove", "bob", "--yes", "--compromised").code == 0
    ran = ada("probe", "--all", "--json")
    assert ran.code == 9
    assert "'test' is disputed" in ran.err
    assert {one["name"]: one["status"] for one in json.loads(ran.out)}["live"] == "accepted"


def test_who_holds_no_key_lists_others_and_says_who_can_seal_it(ada: Opened) -> None:
    bob = invite(ada, "bob", "--role", "member")
    carl = invite(ada, "carl", "--role", "member")
    keep(bob, "his")
    listed = ada("share", "his", "prod", "--with", "carl")
    assert listed.code == 0, listed.err
    assert listed.out.splitlines() == [
        "listed carl for his, not sealed yet: bob completes it with: nexcred share --complete",
        "shared prod with carl",
    ]
    assert refused(carl("get", "his/api_key"))
    made = ada("identity", "new", "ci", "--grant", "his", "--grant", "prod")
    assert "opens 'prod'" in made.err
    assert "listed for 'his', not sealed yet: bob completes it with: nexcred share --complete" in made.err
    assert bob("share", "--complete").out == "completed his\n"
    assert carl("get", "his/api_key").out == KEY.format("his")
    assert ada("share", "his", "--with", "ci").err.startswith("nexcred: held by ci already")
