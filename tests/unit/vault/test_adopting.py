"""What comes from one of two copies into the other: values with their history, tokens, and names that are free."""

import pytest

from nexcred.errors import RolledBack
from nexcred.model.lifecycle import Exposure, Policy
from nexcred.model.name import MAX_CHARACTERS
from nexcred.vault.policy import MAX_POLICY_BYTES, write_policy
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.prepared_copies import Played, adopt_it, adopted, at, parted, played, reopened
from tests.support.sample_vault import NOW, add, describe, set_session, update
from tests.support.shared_vault import secret_of, share

__all__ = ["played"]


def test_the_history_comes_along(played: Played) -> None:
    copy = parted(played)
    for value in ("EXAMPLE-3", "EXAMPLE-4"):
        update(at(copy, played.ada, 1), "prod", value)
    assert adopted(played, copy) == {"prod": "newer"}
    ada = reopened(played, played.ada)
    credential = ada.find("prod")
    assert [one.version for one in ada.history(credential)] == [4, 3, 2, 1]
    past = [ada.details_at(credential, version).fields["api_key"] for version in (1, 2, 3)]
    assert [value.reveal() for value in past if not isinstance(value, str | int)] == [
        "EXAMPLE-prod",
        "EXAMPLE-2",
        "EXAMPLE-3",
    ]
    assert ada.verify().strays == 0


def test_tokens_that_were_renewed_in_the_other_copy_come_along(played: Played) -> None:
    set_session(played.ada, "prod", {"access_token": "EXAMPLE-1"})
    copy = parted(played)
    set_session(at(copy, played.ada, 1), "prod", {"access_token": "EXAMPLE-2"})
    assert adopted(played, copy) == {"prod": "newer"}
    ada = reopened(played, played.ada)
    assert ada.session(ada.find("prod")) == {"access_token": "EXAMPLE-2"}


def test_tokens_that_were_renewed_here_stay(played: Played) -> None:
    set_session(played.ada, "prod", {"access_token": "EXAMPLE-1"})
    copy = parted(played)
    set_session(played.ada, "prod", {"access_token": "EXAMPLE-2"})
    add(at(copy, played.ada, 1), "there")
    assert adopted(played, copy) == {"there": "added"}
    ada = reopened(played, played.ada)
    assert ada.session(ada.find("prod")) == {"access_token": "EXAMPLE-2"}


def test_the_same_value_in_both_copies_is_no_difference(played: Played) -> None:
    copy = parted(played)
    update(played.ada, "prod", "EXAMPLE-same")
    update(at(copy, played.ada, 1), "prod", "EXAMPLE-same")
    assert adopted(played, copy) == {}


def test_both_values_stay_where_both_were_changed_and_the_copy_is_of_whoever_adopts(played: Played) -> None:
    copy = parted(played)
    update(played.ada, "prod", "EXAMPLE-here")
    update(at(copy, played.eve, 1), "prod", "EXAMPLE-there")
    assert adopted(played, copy) == {"prod": "copied"}
    ada = reopened(played, played.ada)
    assert secret_of(ada, "prod") == "EXAMPLE-here"
    assert secret_of(ada, "prod (from the other copy)") == "EXAMPLE-there"
    assert [one.full_name for one in ada.holders(ada.find("prod (from the other copy)"))] == ["Ada Example"]


def test_what_cannot_be_opened_is_left_out_and_said(played: Played) -> None:
    add(played.mallory, "secret of his", "EXAMPLE-1")
    copy = parted(played)
    update(played.mallory, "secret of his", "EXAMPLE-here")
    update(at(copy, played.mallory, 1), "secret of his", "EXAMPLE-there")
    (difference,) = adopt_it(played, copy).differences
    assert difference.fate == "left_out"
    assert difference.why == "both copies changed its values, and the values in the other copy are not shared with you"


def test_what_is_others_alone_follows_all_the_same(played: Played) -> None:
    add(played.mallory, "secret of his", "EXAMPLE-1")
    copy = parted(played)
    update(at(copy, played.mallory, 1), "secret of his", "EXAMPLE-there")
    assert adopted(played, copy) == {"secret of his": "newer"}
    assert secret_of(reopened(played, played.mallory), "secret of his") == "EXAMPLE-there"


@pytest.mark.parametrize("name", ["n", "n" * MAX_CHARACTERS])
def test_a_copy_has_a_name_that_a_command_can_say(played: Played, name: str) -> None:
    copy = parted(played)
    add(at(played.store, played.ada, 2), name, "EXAMPLE-here")
    other = at(copy, played.ada, 1)
    add(other, name, "EXAMPLE-there")
    (difference,) = adopt_it(played, copy).differences
    assert len(difference.name) <= MAX_CHARACTERS
    assert difference.name.endswith(" (from the other copy)")
    assert secret_of(reopened(played, played.ada), difference.name) == "EXAMPLE-there"


def test_names_and_descriptions_stay_as_they_are(played: Played) -> None:
    copy = parted(played)
    describe(at(copy, played.ada, 1), "prod", "of the other copy")
    (difference,) = adopt_it(played, copy).differences
    assert difference.fate == "kept"
    assert difference.why == "in the other copy it has another description: that is not taken over"
    ada = reopened(played, played.ada)
    assert ada.find("prod").description == "about prod"


def test_who_holds_it_is_not_taken_over_and_said(played: Played) -> None:
    copy = parted(played)
    share(at(copy, played.ada, 1), "test", played.eve)
    (difference,) = adopt_it(played, copy).differences
    assert (difference.fate, difference.why) == ("kept", "who holds it differs, and is not taken over")


def test_copies_with_no_write_in_common_are_not_brought_together(played: Played) -> None:
    copy = MemoryStore(played.store.tables.copy())
    for number in range(2):
        for store in (played.store, copy):
            describe(at(store, played.ada, 1), "prod", f"{store is copy} {number}")
    for generation in sorted(copy.tables.heads)[:-1]:
        copy.tables.heads.pop(generation)
    with pytest.raises(RolledBack, match="do not come from one state"):
        adopted(played, copy)


def expose(vault: Vault, name: str, who: str, revision: int = 1) -> None:
    exposure = Exposure(revision, "leaked", NOW, name=who)
    change = vault.find(name)
    vault.set_policy(change, lambda policy: policy._replace(exposures=(*policy.exposures, exposure)))


def exposed(vault: Vault, name: str) -> list[tuple[int, str]]:
    return [(one.revision, one.name) for one in vault.policy(vault.find(name)).exposures]


def test_who_knows_a_secret_by_either_copy_knows_it_afterwards(played: Played) -> None:
    expose(played.ada, "prod", "before")
    copy = parted(played)
    there = at(copy, played.ada, 1)
    expose(there, "prod", "there")
    expose(played.ada, "prod", "here")
    add(there, "so that there is something to adopt")
    adopted(played, copy)
    ada = reopened(played, played.ada)
    assert exposed(ada, "prod") == [(1, "before"), (1, "here"), (1, "there")]
    assert ada.verify().faults == ()


def test_it_is_so_too_where_the_values_of_the_other_copy_are_gone_on_with(played: Played) -> None:
    copy = parted(played)
    there = at(copy, played.ada, 1)
    update(there, "prod", "EXAMPLE-3")
    there.set_policy(there.find("prod"), lambda policy: policy._replace(rotate_every_days=7))
    expose(played.ada, "prod", "here")
    assert adopted(played, copy) == {"prod": "newer"}
    ada = reopened(played, played.ada)
    assert exposed(ada, "prod") == [(1, "here")]
    assert ada.policy(ada.find("prod")).rotate_every_days == 7


def test_a_copy_of_values_takes_along_what_was_entered_for_them(played: Played) -> None:
    copy = parted(played)
    there = at(copy, played.ada, 1)
    update(played.ada, "prod", "EXAMPLE-here")
    update(there, "prod", "EXAMPLE-there")
    expose(there, "prod", "of before", there.find("prod").version - 1)
    expose(there, "prod", "of now", there.find("prod").version)
    there.set_policy(there.find("prod"), lambda policy: policy._replace(rotate_every_days=7))
    assert adopted(played, copy) == {"prod": "copied"}
    ada = reopened(played, played.ada)
    assert exposed(ada, "prod") == []
    # Eve, who held it there, does not hold the copy.
    assert exposed(ada, "prod (from the other copy)") == [(1, "of now"), (1, "Eve")]
    assert ada.policy(ada.find("prod (from the other copy)")).rotate_every_days == 7


def test_a_policy_that_has_no_room_for_who_knows_it_does_not_stop_who_adopts(played: Played) -> None:
    copy = parted(played)
    update(played.ada, "prod", "EXAMPLE-here")
    eve = at(copy, played.eve, 1)
    update(eve, "prod", "EXAMPLE-there")
    content = write_policy(Policy(exposures=(Exposure(3, "leaked", NOW, name=""),)))
    assert content is not None
    expose(eve, "prod", "n" * (MAX_POLICY_BYTES - len(content) - len(',"name":""') - 8), revision=3)
    assert adopted(played, copy) == {"prod": "copied"}
    assert secret_of(reopened(played, played.ada), "prod (from the other copy)") == "EXAMPLE-there"
