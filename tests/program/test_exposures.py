"""Who left, what they know: said by whoever acts, shown with the command that ends it, counted down to zero."""

import json
from typing import Any

import pytest

from nexcred.model.lifecycle import Former
from tests.support.opened import Opened
from tests.support.people import invite, keep, own_name, refused, said_no, vault_of
from tests.support.schema_check import check_schema


@pytest.fixture
def kept(opened: Opened) -> Opened:
    keep(opened, "prod", "demo")
    return opened


def exposures(program: Opened, name: str = "prod") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(program("show", name, "--json").out)["exposures"]
    return found


def said(program: Opened, name: str = "prod") -> list[tuple[int, str, str | None, str]]:
    return [(one["revision"], one["why"], one["name"], one["reason"]) for one in exposures(program, name)]


def change(program: Opened, key: str, name: str = "prod") -> str:
    words = ("update", name, "--set", "api_key=env:HELD", "--no-probe")
    ran = program(*words, environment={"HELD": f"{key}-EXAMPLE"})
    assert ran.code == 0, ran.err
    return ran.err


def let_die(program: Opened, revision: int, name: str = "prod") -> None:
    """Let a former secret be proved dead."""
    vault = vault_of(program)
    dead = Former(revision, "dead")
    vault.set_policy(vault.find(name), lambda policy: policy._replace(former=(*policy.former, dead)))


def test_it_is_said_by_hand_shown_with_what_ends_it_and_cleared_with_a_reason(kept: Opened) -> None:
    added = kept("exposure", "add", "prod", "--reason", "pasted into a ticket")
    assert (added.code, "prod, revision 1: leaked: pasted into a ticket" in added.out) == (0, True)
    assert "nexcred rotate 'prod'" in added.err
    again = kept("exposure", "add", "prod", "--reason", "pasted into a ticket")
    assert (again.code, again.out, "already" in again.err) == (0, "", True)
    assert said(kept) == [(1, "leaked", None, "pasted into a ticket")]
    change(kept, "next")
    shown, listed = kept("show", "prod").out, kept("list", "--exposed").out
    for told in ("leaked: pasted into a ticket", "nexcred revoke 'prod' --revision 1"):
        assert told in shown
        assert told in listed
    assert "demo" not in listed
    cleared = kept("exposure", "clear", "prod", "--reason", "the ticket was never sent", "--json")
    assert (cleared.code, json.loads(cleared.out)["exposures"], said(kept)) == (0, [], [])
    nothing = kept("exposure", "clear", "prod", "--reason", "again")
    assert (nothing.code, nothing.out, "nothing of prod counts as exposed" in nothing.err) == (0, "", True)
    audit = kept("audit", "prod").out
    me = own_name(kept)
    rows = [line for line in audit.splitlines() if "exposed, revision 1" in line or "cleared, revision 1" in line]
    assert [me in row for row in rows] == [True, True]
    assert "the ticket was never sent, leaked: pasted into a ticket" in rows[0]
    assert "leaked: pasted into a ticket" in rows[1]


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (("--reason", ""), 2, "the reason is empty"),
        (("--reason", "x" * 501), 2, "longer than 500"),
        (("--reason", "a\x1b[2Jb"), 2, "control or invisible character"),
        (("--reason", "old", "--revision", "2"), 3, "has no revision 2"),
        (("--reason", "old", "--revision", "0"), 3, "has no revision 0"),
        ((), 2, "--reason"),
    ],
)
def test_what_is_no_reason_and_no_revision_is_refused(
    kept: Opened, words: tuple[str, ...], code: int, problem: str
) -> None:
    for verb in ("add", "clear"):
        assert said_no(kept("exposure", verb, "prod", *words), code, problem)
    assert exposures(kept) == []


def test_readers_guests_and_who_may_not_write_it_say_nothing(kept: Opened) -> None:
    people = [invite(kept, name, "--role", name) for name in ("member", "reader", "guest")]
    assert kept("share", "prod", "--read", *(f"--with={name}" for name in ("member", "reader", "guest"))).code == 0
    kept("exposure", "add", "prod", "--reason", "in a log")
    line = kept("vault", "checkpoint", "--for", "guest").out.strip()
    for other in people:
        other.environment["NEXCRED_CHECKPOINT"] = line
        for verb in ("add", "clear"):
            assert refused(other("exposure", verb, "prod", "--reason", "no"))
    assert said(kept) == [(1, "leaked", None, "in a log")]


def test_what_is_set_back_is_exposed_again_and_so_it_is_said(kept: Opened) -> None:
    invite(kept, "bob", "--role", "member")
    assert kept("share", "prod", "--with", "bob").code == 0
    assert kept("unshare", "prod", "--with", "bob").code == 0
    assert said(kept) == [(1, "unshared", "bob", "")]
    change(kept, "next")
    let_die(kept, 1)
    assert said(kept) == []
    back = kept("restore", "prod", "--revision", "1", "--no-probe")
    assert back.code == 0
    assert "the secret of revision 1 was proved dead" in back.err
    assert "the secret of revision 1 is exposed, and stays so when it is back: unshared: bob" in back.err
    assert said(kept) == [(3, "restored", "bob", "")]
    change(kept, "third")
    told = change(kept, "key-prod")
    assert "prod has a secret again that is exposed: restored: bob" in told
    assert said(kept) == [(5, "restored", "bob", "")]


def test_what_somebody_held_before_is_exposed_again_too_when_it_is_set_back(kept: Opened) -> None:
    invite(kept, "bob", "--role", "member")
    assert kept("share", "prod", "--with", "bob").code == 0
    change(kept, "next")
    assert kept("unshare", "prod", "--with", "bob").code == 0
    change(kept, "third")
    back = kept("restore", "prod", "--revision", "1", "--no-probe")
    assert (back.code, "prod has a secret again that is exposed: restored: bob" in back.err) == (0, True), back.err
    assert said(kept) == [(2, "unshared", "bob", ""), (4, "restored", "bob", "")]
    assert kept("share", "prod", "--with", "bob").code == 0
    assert said(kept) == [(2, "unshared", "bob", "")]


def test_what_who_left_knows_is_counted_down_to_zero(kept: Opened) -> None:
    bob = invite(kept, "bob", "--role", "member")
    keep(kept, "gone")
    assert kept("share", "prod", "demo", "gone", "--with", "bob", "--yes").code == 0
    assert kept("remove", "gone", "--yes").code == 0
    told = kept("status", "--member", "bob")
    assert (told.code, "bob: knows nothing that they should not" in told.out) == (0, True)
    was = next(one for one in json.loads(kept("member", "list", "--json").out) if one["full_name"] == "bob")
    removed = kept("member", "remove", "bob", "--yes")
    assert (removed.code, "nexcred status --member 'bob'" in removed.err) == (0, True)
    change(kept, "next")
    bob = invite(kept, "ann", "--role", "reader")  # anybody may look
    for said in ("bob", was["fingerprint"], was["id"].upper()):
        told = bob("status", "--member", said)
        assert (told.code, told.out.splitlines()[0]) == (0, "bob, who left: 3 of 3 secrets still work"), told.err
    for line in ("nexcred rotate 'demo'", "nexcred revoke 'prod' --revision 1", "present, in the trash"):
        assert line in told.out
    assert kept("status", "--member", "bob", "--fail").code == 7
    let_die(kept, 1)
    assert kept("exposure", "clear", "demo", "--reason", "bob never opened it").code == 0
    found = kept("status", "--member", "bob", "--json", "--fail")
    check_schema(kept, "status", found.out)
    shape = json.loads(found.out)
    assert (found.code, shape["belongs"], shape["known"], shape["working"]) == (7, False, 3, 1)
    assert [(one["name"], one["state"], one["works"], one["removed"]) for one in shape["rows"]] == [
        ("gone", "present", True, True),
        ("demo", "cleared", False, False),
        ("prod", "dead", False, False),
    ]
    assert kept("trash", "empty", "--yes").code == 0
    ended = kept("status", "--member", "bob", "--fail")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "bob, who left: 0 of 2 secrets still work")
    assert "cleared: bob never opened it" in ended.out
    invite(kept, "bob", "--role", "member")
    assert said_no(kept("status", "--member", "bob"), 2, "2 people had the name 'bob'", was["id"])
    assert said_no(kept("status", "--member", "nobody"), 3, "nobody named 'nobody'")
