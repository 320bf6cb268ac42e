"""`nexcred vault adopt`: two machines wrote to two copies of one vault, and both go on with one that has all."""

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, own_name, refused, said_no, vault_file


class Machines(NamedTuple):
    """One person's two machines; each has a copy of the vault, from before either was written to."""

    desk: Opened
    laptop: Opened


@pytest.fixture
def machines(opened: Opened, tmp_path: Path) -> Machines:
    keep(opened, "prod", "test")
    laptop = Opened(tmp_path / "laptop", **dict(opened.environment))
    shutil.copytree(opened.home, laptop.home)
    laptop.environment["HOME"] = str(laptop.home)
    return Machines(opened, laptop)


def bring(source: Opened, target: Opened, name: str = "copy.db") -> str:
    """Carry the file of a vault to the other machine, beside its own."""
    shutil.copyfile(vault_file(source), target.home / name)
    return str(target.home / name)


def sync(source: Opened, target: Opened) -> None:
    """Let the file of one machine take the place of the other's, as a folder that is synced does."""
    shutil.copyfile(vault_file(source), vault_file(target))


def adopt(program: Opened, file: str) -> dict[str, object]:
    vault_id = json.loads(program("vault", "status", "--json").out)["vault_id"]
    done = program("vault", "adopt", file, "--yes", "--id", vault_id, "--json")
    assert done.code == 0, done.err
    told: dict[str, object] = json.loads(done.out)
    return told


def change(program: Opened, name: str, value: str) -> None:
    done = program("update", name, "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": value})
    assert done.code == 0, done.err


def value(program: Opened, name: str, *more: str) -> str:
    ran = program("get", f"{name}/api_key", *more)
    assert ran.code == 0, ran.err
    return ran.out


def changes(told: dict[str, object]) -> dict[str, str]:
    found = told["differences"]
    assert isinstance(found, list)
    return {one["name"]: one["change"] for one in found}


def test_each_machine_has_what_either_wrote_after_one_adopt_and_goes_on(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    change(laptop, "prod", "EXAMPLE-from-the-laptop")
    told = adopt(desk, bring(laptop, desk))
    assert (told["outcome"], told["newest"]) == ("merged", "here")
    assert changes(told) == {"of the laptop": "added", "prod": "newer"}
    assert desk.names == ["of the desk", "of the laptop", "prod", "test"]
    assert value(desk, "prod") == "EXAMPLE-from-the-laptop"
    assert value(desk, "of the laptop") == KEY.format("of the laptop")
    assert desk("vault", "verify").code == 0
    sync(desk, laptop)  # and the other goes on by itself
    assert laptop.names == desk.names
    change(laptop, "of the desk", "EXAMPLE-next")
    assert laptop("vault", "verify").code == 0
    sync(laptop, desk)
    assert value(desk, "of the desk") == "EXAMPLE-next"


def test_the_other_machine_adopts_the_result_and_both_have_the_same(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    adopt(desk, bring(laptop, desk))
    told = adopt(laptop, bring(desk, laptop))
    assert (told["outcome"], told["newest"]) == ("followed", "file")
    assert laptop.names == desk.names == ["of the desk", "of the laptop", "prod", "test"]
    assert Path(str(told["replaced"])).exists()
    keep(laptop, "onward")
    sync(laptop, desk)
    assert "onward" in desk.names


def test_what_the_other_machine_wrote_meanwhile_comes_along(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    copy = bring(laptop, desk)
    keep(laptop, "later")
    adopt(desk, copy)
    told = adopt(laptop, bring(desk, laptop))
    assert (told["outcome"], told["newest"], changes(told)) == ("merged", "file", {"later": "added"})
    sync(laptop, desk)
    assert desk.names == laptop.names == ["later", "of the desk", "of the laptop", "prod", "test"]
    assert desk("vault", "verify").code == 0


def test_a_third_machine_that_wrote_nothing_goes_on_by_itself(machines: Machines, tmp_path: Path) -> None:
    desk, laptop = machines
    tablet = Opened(tmp_path / "tablet", **{**desk.environment, "HOME": str(tmp_path / "tablet")})
    shutil.copytree(desk.home, tablet.home)
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    adopt(desk, bring(laptop, desk))
    adopt(laptop, bring(desk, laptop))
    sync(laptop, tablet)
    assert tablet.names == ["of the desk", "of the laptop", "prod", "test"]


def test_a_folder_that_is_synced_leaves_the_own_copy_beside(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    conflicted = desk.home / "vault (conflicted copy).db"
    shutil.copyfile(vault_file(desk), conflicted)
    sync(laptop, desk)
    assert said_no(desk("list"), 9, "did not come from the one that was last seen")
    told = adopt(desk, str(conflicted))
    assert told["newest"] == "file"
    assert desk.names == ["of the desk", "of the laptop", "prod", "test"]


def test_where_both_changed_one_both_values_stay(machines: Machines) -> None:
    desk, laptop = machines
    change(desk, "prod", "EXAMPLE-of-the-desk")
    change(laptop, "prod", "EXAMPLE-of-the-laptop")
    told = adopt(desk, bring(laptop, desk))
    assert changes(told) == {"prod": "copied"}
    assert value(desk, "prod") == "EXAMPLE-of-the-desk"
    assert value(desk, "prod (from the other copy)") == "EXAMPLE-of-the-laptop"
    sync(desk, laptop)
    assert value(laptop, "prod") == "EXAMPLE-of-the-desk"
    assert laptop("vault", "verify").code == 0


def test_a_name_that_both_gave_leads_to_two_credentials(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "new")
    keep(laptop, "new")
    change(laptop, "new", "EXAMPLE-of-the-laptop")
    told = adopt(desk, bring(laptop, desk))
    assert changes(told) == {"new (from the other copy)": "added"}
    assert value(desk, "new") == KEY.format("new")
    assert value(desk, "new (from the other copy)") == "EXAMPLE-of-the-laptop"


def test_what_was_removed_stays_removed_and_is_named(machines: Machines) -> None:
    desk, laptop = machines
    assert desk("remove", "test", "--yes").code == 0
    assert laptop("remove", "prod", "--yes").code == 0
    told = adopt(desk, bring(laptop, desk))
    assert changes(told) == {"prod": "kept", "test": "left_out"}
    assert desk.names == ["prod"]


def test_a_copy_that_is_only_older_changes_nothing(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "later")
    before = vault_file(desk).read_bytes()
    told = adopt(desk, bring(laptop, desk))
    assert (told["outcome"], changes(told), told["replaced"]) == ("unchanged", {}, None)
    assert vault_file(desk).read_bytes() == before


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
    desk, laptop = machines
    odd = "it's $(here)"
    keep(desk, odd)
    keep(laptop, odd)
    change(laptop, odd, "EXAMPLE-of-the-laptop")
    vault_id = json.loads(desk("vault", "status", "--json").out)["vault_id"]
    asked = desk("vault", "adopt", bring(laptop, desk), "--id", vault_id)
    assert said_no(asked, 2, f"add --yes --id {vault_id}, or run it at a terminal")
    assert said_no(desk("vault", "adopt", bring(laptop, desk)), 2, "add --yes, and --id with the id that vault status")
    told = desk("vault", "adopt", bring(laptop, desk), "--yes", "--id", vault_id)
    assert "'it'\\''s $(here) (from the other copy)' comes from the file" in told.err


def test_a_copy_that_is_only_newer_takes_the_place(machines: Machines) -> None:
    desk, laptop = machines
    keep(laptop, "later")
    told = adopt(desk, bring(laptop, desk))
    assert (told["outcome"], told["newest"]) == ("followed", "file")
    assert desk.names == ["later", "prod", "test"]


def test_both_may_adopt_at_the_same_time(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    to_laptop, to_desk = bring(desk, laptop), bring(laptop, desk)
    adopt(desk, to_desk)
    adopt(laptop, to_laptop)
    adopt(desk, bring(laptop, desk, "again.db"))
    told = adopt(laptop, bring(desk, laptop, "again.db"))
    assert (told["outcome"], told["newest"]) == ("followed", "file")
    assert laptop.names == desk.names == ["of the desk", "of the laptop", "prod", "test"]
    assert laptop("vault", "verify").code == 0


def test_what_is_told_before_a_yes_names_who_wrote_what(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
    change(laptop, "prod", "EXAMPLE-from-the-laptop")
    vault_id = json.loads(desk("vault", "status", "--json").out)["vault_id"]
    who = own_name(desk)
    told = desk("vault", "adopt", bring(laptop, desk), "--yes", "--id", vault_id)
    assert told.code == 0
    assert f"'of the laptop' comes from the file (in the file revision 1 by {who})" in told.err
    assert f"(here revision 1 by {who}; in the file revision 2 by {who})" in told.err
    assert "the vault goes on from write" in told.out
    assert "EXAMPLE" not in told.err + told.out


def test_members_that_one_copy_has_more_come_along(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    invite(laptop, "bob", "--role", "member", "--grant", "prod")
    told = adopt(desk, bring(laptop, desk))
    assert (told["newest"], changes(told)) == ("file", {"of the desk": "added"})
    assert "bob" in desk("member", "list").out
    sync(desk, laptop)
    assert laptop.names == ["of the desk", "prod", "test"]


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
    desk, laptop = machines
    keep(desk, "of the desk")
    keep(laptop, "of the laptop")
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
    vault_id = json.loads(desk("vault", "status", "--json").out)["vault_id"]
    assert refused(bob("vault", "adopt", bring(laptop, desk), "--yes", "--id", vault_id))


def test_another_vault_is_no_copy(machines: Machines, tmp_path: Path) -> None:
    other = Opened(tmp_path / "other", NEXCRED_PASSPHRASE="four other random words EXAMPLE", NEXCRED_NO_INPUT="1")
    other.home.mkdir()
    assert other("vault", "init").code == 0
    ran = machines.desk("vault", "adopt", bring(other, machines.desk), "--yes", "--id", "0" * 32)
    assert said_no(ran, 9, "another vault")
    assert machines.desk("vault", "adopt", "nothing.db", "--yes", "--id", "0" * 32).code == 3
    own = str(vault_file(machines.desk))
    assert machines.desk("vault", "adopt", own, "--yes", "--id", "0" * 32).code == 2
