"""Case 71: names exchanged, taken over in CI; honest renames, and one person on two machines.

A name is any member's word. So a machine remembers what it meant, a guest is told, and who answers for other values
under it must be somebody who might have written the former ones. Mallory is a member without any grant.
"""

from pathlib import Path

import pytest

from tests.support.forging import rewrite_overview
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, on_another_machine, said_no, vault_of


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "test")
    return opened


@pytest.fixture
def mallory(ada: Opened) -> Opened:
    return invite(ada, "Mallory", "--role", "member")


def exchange(who: Opened, one: str, other: str) -> None:
    for old, new in ((one, "between"), (other, one), ("between", other)):
        assert who("rename", old, new).code == 0


def take_over(who: Opened, name: str, *shared_with: str) -> None:
    """Remove a credential, and put one's own in its place."""
    assert who("remove", name, "--yes").code == 0
    added = {"HELD": KEY.format("evil")}
    assert who("add", "resci", name, "--set", "api_key=env:HELD", "--no-probe", environment=added).code == 0
    for one in shared_with:
        assert who("share", name, "--with", one).code == 0


def test_case_71_exchanged_names_hand_nothing_out_where_they_were_used(ada: Opened, mallory: Opened) -> None:
    exchange(mallory, "prod", "test")
    for name in ("prod", "test"):
        assert said_no(ada("get", f"{name}/api_key"), 9, f"'{name}' leads to another record", f"nexcred trust '{name}'")
    ran = ada("run", "--env", "KEY=prod/api_key", "--", "printenv", "KEY")
    assert said_no(ran, 125, "leads to another record")
    changed = ada("update", "test", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "next-EXAMPLE"})
    assert said_no(changed, 9, "leads to another record")


def test_case_71_exchanged_names_let_nobody_share_another_value_than_was_meant(ada: Opened, mallory: Opened) -> None:
    exchange(mallory, "prod", "test")
    assert said_no(ada("share", "test", "--with", "Mallory"), 9, "'test' leads to another record")
    made = ada("identity", "new", "ci", "--grant", "test", "-o", "ci.identity")
    assert said_no(made, 9, "'test' leads to another record")
    assert not (ada.home / "ci.identity").exists()
    for name in ("prod", "test"):
        assert said_no(mallory("get", f"{name}/api_key"), 10, "not shared with this identity")


def test_case_71_a_new_name_lets_nobody_share_what_is_known_by_another(ada: Opened, mallory: Opened) -> None:
    assert mallory("rename", "prod", "harmless").code == 0
    assert said_no(
        ada("share", "harmless", "--with", "Mallory"), 9, "knows by another name", "nexcred trust 'harmless'"
    )
    # What a script has read, nobody has looked at.
    assert ada("get", "harmless/api_key").out == KEY.format("prod")
    assert said_no(ada("share", "harmless", "--with", "Mallory"), 9, "knows by another name")
    assert ada("trust", "harmless", "--yes").code == 0
    assert ada("share", "harmless", "--with", "Mallory").code == 0, "who looked at it may share it"


def test_case_71_a_name_does_not_take_the_right_one_off(ada: Opened, mallory: Opened) -> None:
    assert ada("share", "prod", "test", "--with", "Mallory").code == 0
    exchange(mallory, "prod", "test")
    assert said_no(ada("unshare", "prod", "--with", "Mallory"), 9, "'prod' leads to another record")


def test_case_71_an_exchange_is_not_made_good_by_what_is_written_for_another_reason(
    ada: Opened, mallory: Opened
) -> None:
    assert ada("share", "prod", "test", "--with", "Mallory").code == 0
    exchange(mallory, "prod", "test")
    assert ada("member", "remove", "Mallory", "--yes").code == 0
    for name in ("prod", "test"):
        assert said_no(ada("get", f"{name}/api_key"), 9, "leads to another record")


def test_case_71_a_name_that_was_taken_over_hands_nothing_out(ada: Opened, mallory: Opened) -> None:
    me = next(line.split("  ")[0] for line in ada("member", "list").out.splitlines() if "owner" in line)
    take_over(mallory, "prod", me)
    assert said_no(ada("get", "prod/api_key"), 9, "leads to another record", "written by Mallory")
    trusted = ada("trust", "prod", "--yes")
    assert (trusted.code, trusted.out) == (0, "trusted prod, on this machine\n")
    assert ada("get", "prod/api_key").out == KEY.format("evil")


def test_case_71_a_job_opens_no_name_that_was_moved(ada: Opened, mallory: Opened, tmp_path: Path) -> None:
    job = invite(ada, "ci", "--grant", "prod", "--grant", "test")
    assert on_another_machine(job, tmp_path / "before")("get", "prod/api_key").out == KEY.format("prod")
    used = on_another_machine(job, tmp_path / "used")
    assert used("get", "prod/api_key").code == 0
    exchange(mallory, "prod", "test")
    told = ("not among the names", "shared later", "another record", "vault checkpoint --for")
    assert said_no(on_another_machine(job, tmp_path / "exchanged")("get", "prod/api_key"), 10, *told)
    assert said_no(used("get", "prod/api_key"), 9, "leads to another record")
    take_over(mallory, "prod", "ci")
    assert said_no(on_another_machine(job, tmp_path / "taken over")("get", "prod/api_key"), 10, *told)
    assert said_no(used("get", "prod/api_key"), 9, "leads to another record", "written by Mallory")


def test_case_71_a_line_for_a_job_does_not_call_a_moved_name_right(
    ada: Opened, mallory: Opened, tmp_path: Path
) -> None:
    job = invite(ada, "ci", "--grant", "prod", "--grant", "test")
    keep(ada, "late")
    exchange(mallory, "prod", "test")
    shared = ada("share", "late", "--with", "ci")
    assert shared.code == 0
    assert "'prod' leads to another record" in shared.err
    line = ada("vault", "checkpoint", "--for", "ci")
    assert line.code == 9
    assert "'prod' leads to another record" in line.err
    fresh = on_another_machine(job, tmp_path / "fresh", NEXCRED_CHECKPOINT=line.out.strip())
    assert fresh("get", "late/api_key").out == KEY.format("late")
    for name in ("prod", "test"):
        assert said_no(fresh("get", f"{name}/api_key"), 10, "not among the names")


def test_case_71_one_person_on_two_machines_is_not_asked_about_his_own_doing(ada: Opened, tmp_path: Path) -> None:
    invite(ada, "Mallory", "--role", "member")
    desk = on_another_machine(ada, tmp_path / "desk")
    assert desk("get", "prod/api_key").code == 0
    assert ada("rename", "test", "former").code == 0
    assert desk("get", "former/api_key").out == KEY.format("test")
    assert ada("remove", "prod", "--yes").code == 0
    keep(ada, "prod")
    assert desk("get", "prod/api_key").out == KEY.format("prod")
    assert ada("remove", "prod", "--yes").code == 0
    keep(ada, "prod")
    assert desk("get", "prod/api_key").out == KEY.format("prod")
    # What is there by that name is read unasked; to share it, it is looked at once.
    assert said_no(desk("share", "prod", "--with", "Mallory"), 9, "leads to another record")
    assert desk("trust", "prod", "--yes").code == 0
    assert desk("share", "prod", "--with", "Mallory").code == 0


def test_case_71_ones_own_exchange_is_silent_where_it_was_made_and_asked_about_once_elsewhere(
    ada: Opened, tmp_path: Path
) -> None:
    desk = on_another_machine(ada, tmp_path / "desk")
    for name in ("prod", "test"):
        assert desk("get", f"{name}/api_key").code == 0
    exchange(ada, "prod", "test")
    assert ada("get", "prod/api_key").out == KEY.format("test")
    assert said_no(desk("get", "prod/api_key"), 9, "leads to another record")
    assert desk("trust", "prod", "--yes").code == 0
    assert desk("get", "prod/api_key").out == KEY.format("test")


def test_case_71_of_two_that_were_exchanged_neither_is_handed_out_where_only_one_was_used(
    ada: Opened, mallory: Opened, tmp_path: Path
) -> None:
    """Both are of one author, who may write both: what is exchanged is told by the former one, which still stands."""
    bob = invite(ada, "Bob", "--role", "member")
    assert ada("share", "prod", "test", "--with", "Bob").code == 0
    users = [on_another_machine(who, tmp_path / f"{at} uses one") for at, who in enumerate((ada, bob))]
    for user in users:
        assert user("get", "prod/api_key").out == KEY.format("prod")
    exchange(mallory, "prod", "test")
    for user in users:
        assert said_no(user("get", "prod/api_key"), 9, "'prod' leads to another record", "that one is 'test' now")
        known = ("by another name: 'prod', which leads to another record now", "nexcred trust 'test'")
        assert said_no(user("get", "test/api_key"), 9, *known)
        assert said_no(user("run", "--env", "KEY=prod/api_key", "--", "printenv", "KEY"), 125, "another record")
        assert user("trust", "prod", "--yes").code == 0
        assert user("get", "prod/api_key").out == KEY.format("test")
        assert user("get", "test/api_key").out == KEY.format("prod"), "the other one follows from that"


def test_case_71_a_name_that_makes_room_for_another_is_asked_about_once(ada: Opened, tmp_path: Path) -> None:
    """To rename one and add another in its place looks like an exchange from elsewhere, whoever did it."""
    desk = on_another_machine(ada, tmp_path / "desk")
    assert desk("get", "prod/api_key").code == 0
    assert ada("rename", "prod", "former").code == 0
    keep(ada, "prod")
    assert ada("get", "prod/api_key").code == 0, "not where it was done"
    assert said_no(desk("get", "prod/api_key"), 9, "that one is 'former' now")
    assert desk("trust", "prod", "--yes").code == 0
    for name in ("prod", "former"):
        assert desk("get", f"{name}/api_key").out == KEY.format("prod")


def test_case_71_the_name_that_is_told_drives_no_terminal(ada: Opened, mallory: Opened, tmp_path: Path) -> None:
    desk = on_another_machine(ada, tmp_path / "desk")
    assert desk("get", "prod/api_key").code == 0
    exchange(mallory, "prod", "test")
    rewrite_overview(vault_of(mallory), "test", lambda _: {"name": "te\x1b[2Jst"})
    refused = desk("get", "prod/api_key")
    assert said_no(refused, 9, r"that one is 'te\x1b[2Jst' now")
    assert "\x1b" not in refused.err


def test_case_71_a_machine_vouches_to_a_guest_for_no_name_that_it_has_not_seen(
    ada: Opened, mallory: Opened, tmp_path: Path
) -> None:
    """An owner's line is an owner's word: her other machine cannot tell what was exchanged before it came."""
    job = invite(ada, "ci", "--grant", "prod", "--grant", "test")
    keep(ada, "late")
    desk = on_another_machine(ada, tmp_path / "desk")
    assert desk("get", "late/api_key").code == 0
    exchange(mallory, "prod", "test")
    shared = desk("share", "late", "--with", "ci")
    assert shared.code == 0, "what was asked for is done"
    for ran in (shared, desk("vault", "checkpoint", "--for", "ci")):
        for name in ("prod", "test"):
            assert f"'{name}' was never used on this machine" in ran.err
            assert f"nexcred trust '{name}'" in ran.err
    line = desk("vault", "checkpoint", "--for", "ci")
    assert line.code == 10
    assert "the line says nothing of 'prod', 'test'" in line.err
    fresh = on_another_machine(job, tmp_path / "fresh", NEXCRED_CHECKPOINT=line.out.strip())
    assert fresh("get", "late/api_key").out == KEY.format("late")
    for name in ("prod", "test"):
        assert said_no(fresh("get", f"{name}/api_key"), 10, "not among the names")


def test_case_71_a_name_that_was_looked_at_is_vouched_for(ada: Opened, mallory: Opened, tmp_path: Path) -> None:
    job = invite(ada, "ci", "--grant", "prod")
    assert mallory("rename", "prod", "production").code == 0
    desk = on_another_machine(ada, tmp_path / "desk")
    assert desk("vault", "checkpoint", "--for", "ci").code == 10
    assert desk("trust", "production", "--yes").code == 0
    line = desk("vault", "checkpoint", "--for", "ci")
    assert (line.code, line.err) == (0, "")
    fresh = on_another_machine(job, tmp_path / "fresh", NEXCRED_CHECKPOINT=line.out.strip())
    assert fresh("get", "production/api_key").out == KEY.format("prod")
