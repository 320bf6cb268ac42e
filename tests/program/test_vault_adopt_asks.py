"""What `nexcred vault adopt` tells and asks before it brings two copies together, and what it refuses."""

import json
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.people import id_of_vault, invite, keep, own_name, refused, said_no, vault_file
from tests.support.two_machines import Machines, adopt, both_give, bring, change, machines, parted, sync

__all__ = ["machines"]


def test_an_exact_copy_needs_no_yes(machines: Machines) -> None:
    desk, laptop = machines
    for source in (desk, laptop):
        ran = desk("vault", "adopt", bring(source, desk))
        assert (ran.code, ran.out) == (0, "the file is the copy here: nothing was changed\n"), ran.err
    keep(laptop, "later")
    adopt(desk, bring(laptop, desk))
    again = desk("vault", "adopt", bring(laptop, desk), "--json")
    assert (again.code, json.loads(again.out)["outcome"]) == (0, "unchanged")
    assert desk.names == laptop.names


def test_names_are_told_as_a_shell_takes_them(machines: Machines) -> None:
    desk, laptop = both_give(machines, "it's $(here)")
    vault_id = id_of_vault(desk)
    asked = desk("vault", "adopt", bring(laptop, desk), "--id", vault_id)
    assert said_no(asked, 2, f"add --yes --id {vault_id}, or run it at a terminal")
    assert said_no(desk("vault", "adopt", bring(laptop, desk)), 2, "add --yes, and --id with the id that vault status")
    told = desk("vault", "adopt", bring(laptop, desk), "-y", "--id", vault_id)
    assert "'it'\\''s $(here) (from the other copy)' comes from the file" in told.err


def test_what_is_told_before_a_yes_names_who_wrote_what(machines: Machines) -> None:
    desk, laptop = parted(machines)
    change(laptop, "prod", "EXAMPLE-from-the-laptop")
    who = own_name(desk)
    told = desk("vault", "adopt", bring(laptop, desk), "--yes", "--id", id_of_vault(desk))
    assert told.code == 0
    assert f"'of the laptop' comes from the file (in the file revision 1 by {who})" in told.err
    assert f"(here revision 1 by {who}; in the file revision 2 by {who})" in told.err
    assert "the vault goes on from write" in told.out
    assert "EXAMPLE" not in told.err + told.out


def test_members_that_both_changed_are_for_people(machines: Machines) -> None:
    desk, laptop = machines
    invite(desk, "bob", "--role", "member", "--grant", "prod")
    invite(laptop, "cyd", "--role", "member", "--grant", "prod")
    before = vault_file(desk).read_bytes()
    ran = desk("vault", "adopt", bring(laptop, desk), "--yes", "--id", "0" * 32)
    assert said_no(ran, 9, "both copies changed who belongs to the vault", "somebody joined")
    assert vault_file(desk).read_bytes() == before


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 2), (("--yes",), 2), (("--yes", "--id", "0" * 32), 9)],
    ids=["no yes", "no id", "other id"],
)
def test_nothing_is_adopted_without_a_yes_to_this_very_vault(
    machines: Machines, options: tuple[str, ...], code: int
) -> None:
    desk, laptop = parted(machines)
    before = vault_file(desk).read_bytes()
    ran = desk("vault", "adopt", bring(laptop, desk), *options)
    assert (ran.code, ran.out) == (code, "")
    assert vault_file(desk).read_bytes() == before


@pytest.mark.parametrize("role", ["member", "reader", "guest"])
def test_only_owners_bring_two_copies_together(machines: Machines, tmp_path: Path, role: str) -> None:
    desk, laptop = machines
    bob = invite(desk, "bob", "--role", role, "--grant", "prod")
    assert bob("get", "prod/api_key").code == 0
    sync(desk, laptop)
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    assert refused(bob("vault", "adopt", bring(laptop, desk), "--yes", "--id", id_of_vault(desk)))


def test_another_vault_is_no_copy(machines: Machines, tmp_path: Path) -> None:
    other = Opened(tmp_path / "other", NEXCRED_PASSPHRASE="four other random words EXAMPLE", NEXCRED_NO_INPUT="1")
    other.home.mkdir()
    assert other("vault", "init").code == 0
    ran = machines.desk("vault", "adopt", bring(other, machines.desk), "--yes", "--id", "0" * 32)
    assert said_no(ran, 9, "another vault")
    assert machines.desk("vault", "adopt", "nothing.db", "--yes", "--id", "0" * 32).code == 3
    own = str(vault_file(machines.desk))
    assert machines.desk("vault", "adopt", own, "--yes", "--id", "0" * 32).code == 2
