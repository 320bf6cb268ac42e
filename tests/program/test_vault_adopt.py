"""`nexcred vault adopt`: two machines wrote to two copies of one vault, and both go on with one that has all."""

import shutil
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.people import KEY, id_of_vault, invite, keep, said_no, vault_file
from tests.support.two_machines import Machines, adopt, both_give, bring, change, changes, machines, parted, sync, value

__all__ = ["machines"]


def test_each_machine_has_what_either_wrote_after_one_adopt_and_goes_on(machines: Machines) -> None:
    desk, laptop = parted(machines)
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
    desk, laptop = parted(machines)
    adopt(desk, bring(laptop, desk))
    told = adopt(laptop, bring(desk, laptop))
    assert (told["outcome"], told["newest"]) == ("followed", "file")
    assert laptop.names == desk.names == ["of the desk", "of the laptop", "prod", "test"]
    assert Path(str(told["replaced"])).exists()
    keep(laptop, "onward")
    sync(laptop, desk)
    assert "onward" in desk.names


def test_what_the_other_machine_wrote_meanwhile_comes_along(machines: Machines) -> None:
    desk, laptop = parted(machines)
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


@pytest.mark.parametrize("is_synced", [True, False], ids=["its file is replaced", "it adopts"])
def test_of_three_machines_that_all_wrote_each_goes_on(machines: Machines, tmp_path: Path, is_synced: bool) -> None:
    """As buttercup/buttercup-desktop#979: a synced folder left several conflicted copies."""
    desk, laptop = machines
    tablet = Opened(tmp_path / "tablet", **{**desk.environment, "HOME": str(tmp_path / "tablet")})
    shutil.copytree(desk.home, tablet.home)
    parted(machines)
    keep(tablet, "of the tablet")
    for one in (laptop, tablet):
        assert adopt(desk, bring(one, desk))["outcome"] == "merged"
        for number in range(4):
            change(desk, "prod", f"EXAMPLE-{number}")
    for one in (laptop, tablet):
        if is_synced:
            sync(desk, one)
        else:
            assert adopt(one, bring(desk, one))["outcome"] == "followed"
        assert one.names == desk.names == ["of the desk", "of the laptop", "of the tablet", "prod", "test"]
        assert one("vault", "verify").code == 0


def test_a_copy_that_was_adopted_before_brings_nothing(machines: Machines) -> None:
    desk, laptop = parted(machines)
    copy = bring(laptop, desk)
    adopt(desk, copy)
    keep(laptop, "later")
    adopt(desk, bring(laptop, desk, "later.db"))
    keep(desk, "more", "and more", "still more")
    told = adopt(desk, copy)
    assert (told["outcome"], changes(told)) == ("unchanged", {})


def test_a_folder_that_is_synced_leaves_the_own_copy_beside(machines: Machines) -> None:
    desk, laptop = parted(machines)
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
    desk, laptop = both_give(machines, "new")
    told = adopt(desk, bring(laptop, desk))
    assert changes(told) == {"new (from the other copy)": "added"}
    assert value(desk, "new") == KEY.format("new")
    assert value(desk, "new (from the other copy)") == "EXAMPLE-of-the-laptop"


def test_a_name_that_is_not_taken_over_is_told_on_both_machines(machines: Machines) -> None:
    desk, laptop = parted(machines)
    assert laptop("rename", "prod", "production").code == 0
    assert laptop("update", "test", "--tag", "nightly", "--no-probe").code == 0
    for one, other in (machines, (laptop, desk)):
        told = one("vault", "adopt", bring(other, one), "--yes", "--id", id_of_vault(one))
        assert told.code == 0
        assert "'prod': in the other copy it is named 'production': that is not taken over" in told.err
        assert "'test': in the other copy it has other tags: that is not taken over" in told.err
        assert "has all that is in" not in told.err
        assert one.names == ["of the desk", "of the laptop", "prod", "test"]


def test_newer_values_tell_the_name_that_they_had(machines: Machines) -> None:
    desk, laptop = parted(machines)
    assert laptop("rename", "prod", "production").code == 0
    change(laptop, "production", "EXAMPLE-from-the-laptop")
    told = desk("vault", "adopt", bring(laptop, desk), "--yes", "--id", id_of_vault(desk))
    assert "'prod' gets its newer values from the file, where it is named 'production' (" in told.err
    assert value(desk, "prod") == "EXAMPLE-from-the-laptop"


def test_a_name_from_before_is_none_of_the_other_copy(machines: Machines) -> None:
    desk, laptop = machines
    assert laptop("rename", "prod", "production").code == 0
    assert changes(adopt(desk, bring(laptop, desk))) == {}
    assert desk.names == ["production", "test"]


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


def test_a_copy_that_is_only_newer_takes_the_place(machines: Machines) -> None:
    desk, laptop = machines
    keep(laptop, "later")
    told = adopt(desk, bring(laptop, desk))
    assert (told["outcome"], told["newest"]) == ("followed", "file")
    assert desk.names == ["later", "prod", "test"]


def test_both_may_adopt_at_the_same_time(machines: Machines) -> None:
    desk, laptop = parted(machines)
    to_laptop, to_desk = bring(desk, laptop), bring(laptop, desk)
    adopt(desk, to_desk)
    adopt(laptop, to_laptop)
    adopt(desk, bring(laptop, desk, "again.db"))
    told = adopt(laptop, bring(desk, laptop, "again.db"))
    assert (told["outcome"], told["newest"]) == ("followed", "file")
    assert laptop.names == desk.names == ["of the desk", "of the laptop", "prod", "test"]
    assert laptop("vault", "verify").code == 0


def test_members_that_one_copy_has_more_come_along(machines: Machines) -> None:
    desk, laptop = machines
    keep(desk, "of the desk")
    invite(laptop, "bob", "--role", "member", "--grant", "prod")
    told = adopt(desk, bring(laptop, desk))
    assert (told["newest"], changes(told)) == ("file", {"of the desk": "added"})
    assert "bob" in desk("member", "list").out
    sync(desk, laptop)
    assert laptop.names == ["of the desk", "prod", "test"]
