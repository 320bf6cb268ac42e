"""A vault of several people that version 1 wrote, with what one of them forged in it, is read and brought to version 2.

version1/make_people.txt tells how it was made. Eve is a member without any grant, who signed a list for herself, put an
old one back, and sealed values of her own to those who hold "other values".
"""

import hashlib
import shutil
from pathlib import Path

import pytest

from nexcred.errors import Disputed, Inherited, NoFloor, NotPermitted, NotUpgraded, RolledBack, Tampered, UsageError
from nexcred.model.secret import Secret
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Doubt, ProcessMemory
from nexcred.vault.slot import open_passphrase_slot
from nexcred.vault.upgrade import Upgraded, plan_upgrade, upgrade
from nexcred.vault.vault import Vault
from tests.support.remembering import asking, seen
from tests.support.sample_vault import add, remove, update
from tests.support.shared_vault import secret_of
from tests.vectors.vault_v1_people import DISPUTED, EXPECTED, KEPT, identity, opened, told

SHA256 = "225c43084cb9f7fc5ceb8e0173e0be0342663366fb7faa395842ac6f352429d4"
# What Eve's forgeries lead away from: three details, and what came before a gap in a history.
STRAYS = 5
NAMES = [
    *("before new keys", "forged list", "kept from eve", "led elsewhere", "list put back", "of bob", "of cyd"),
    *("of dora", "of dora, before new keys", "other values", "shared", "without a past", "without details"),
    *("without tokens",),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    copy = tmp_path / "vault.db"
    shutil.copyfile(KEPT, copy)
    return copy


@pytest.fixture
def ada(path: Path) -> Vault:
    return opened(path, "Ada")


@pytest.fixture
def upgraded(ada: Vault) -> Vault:
    """Return the vault of version 2, as Ada sees it who said that the list by her former keys is right."""
    (own,) = plan_upgrade(ada).own
    upgrade(ada, [own.confirmed])
    return ada


def test_the_kept_vault_was_not_made_anew() -> None:
    assert hashlib.sha256(KEPT.read_bytes()).hexdigest() == SHA256


def test_all_of_it_opens_by_the_passphrase(path: Path) -> None:
    with SqliteStore(path).read() as snapshot:
        (slot,) = snapshot.slots()
    assert open_passphrase_slot(slot, EXPECTED["passphrase"]).secret_string == EXPECTED["identities"]["Ada"]


@pytest.mark.parametrize("name", ["Ada", "Bob", "Dora", "Eve", "Rea"])
def test_everybody_reads_what_is_shown(path: Path, name: str) -> None:
    vault = opened(path, name)
    assert vault.names() == NAMES
    assert len(vault.problems) == 1  # the one that does not open
    assert [member.full_name for member in vault.members] == ["Ada", "Bob", "Dora", "Eve", "Rea", "Job"]
    assert [one.by.full_name for one in vault.history(vault.find("shared"))] == ["Ada", "Bob", "Ada"]


def test_a_guest_sees_what_was_granted_to_it(path: Path) -> None:
    assert opened(path, "Job").names() == ["shared"]


@pytest.mark.parametrize("name", EXPECTED["gone"])
def test_who_left_and_keys_that_were_replaced_open_nothing(path: Path, name: str) -> None:
    with pytest.raises(NotPermitted):
        Vault(SqliteStore(path), Identity.parse(EXPECTED["gone"][name]))


@pytest.mark.parametrize("name", ["Ada", "Bob", "Rea", "Job"])
def test_where_others_could_write_nothing_is_handed_out_nor_written_before_the_upgrade(path: Path, name: str) -> None:
    vault = opened(path, name)
    before = path.read_bytes()
    with pytest.raises(NotUpgraded):
        secret_of(vault, "shared")
    with pytest.raises((NotUpgraded, NotPermitted)):
        add(vault, "new")
    assert path.read_bytes() == before


def test_it_is_proved_as_far_as_version_1_can(ada: Vault) -> None:
    report = ada.verify()
    assert (report.credentials, report.past_revisions, report.strays) == (15, 2, STRAYS)
    assert len(report.faults) == 10


def test_the_plan_tells_what_an_owner_must_look_at(ada: Vault) -> None:
    plan = plan_upgrade(ada)
    assert [(one.name, one.recipients) for one in plan.own] == [("before new keys", ("Ada",))]
    assert (plan.credentials, plan.disputed, plan.is_inherited) == (14, DISPUTED, True)


@pytest.mark.parametrize("name", ["Bob", "Eve", "Rea", "Job"])
def test_only_an_owner_upgrades(path: Path, name: str) -> None:
    vault, before = opened(path, name), path.read_bytes()
    for attempt in (plan_upgrade, upgrade):
        with pytest.raises(NotPermitted):
            attempt(vault)
    assert path.read_bytes() == before


def test_a_list_by_former_keys_that_nobody_confirmed_is_disputed(ada: Vault) -> None:
    assert upgrade(ada) == Upgraded(14, 8, ("before new keys", *DISPUTED))
    with pytest.raises(Disputed):
        secret_of(ada, "before new keys")


def test_an_upgrade_keeps_what_holds_and_disputes_the_rest(ada: Vault) -> None:
    (own,) = plan_upgrade(ada).own
    backups: list[int] = []
    ada.before_upgrade = lambda: backups.append(ada.generation)
    assert upgrade(ada, [own.confirmed]) == Upgraded(14, 9, DISPUTED)
    assert backups == [ada.generation - 1]
    assert ada.names() == NAMES
    assert ada.problems == []  # what does not open lies aside
    report = ada.verify()
    assert (report.credentials, report.past_revisions, report.strays) == (15, 2, STRAYS)
    assert sorted(fault.split("'")[1] for fault in report.faults if "is disputed" in fault) == list(DISPUTED)
    aside, gap = sorted(fault for fault in report.faults if "is disputed" not in fault)
    assert "set aside" in aside
    assert "'without a past' has a gap" in gap
    with pytest.raises(Tampered, match="version 2 already"):
        upgrade(ada)


def test_strings_of_version_1_need_the_line_that_the_upgrade_prints(upgraded: Vault, path: Path) -> None:
    for name in ("Bob", "Rea", "Job"):
        with pytest.raises(NoFloor):
            opened(path, name)
        assert told(upgraded, path, name).names()


def test_a_machine_that_saw_version_1_goes_on_by_what_it_saw(path: Path) -> None:
    before = opened(path, "Bob").anchor
    ada = opened(path, "Ada")
    upgrade(ada)
    assert opened(path, "Bob", memory=seen(before)).names() == NAMES


def test_under_version_2_nothing_of_version_1_is_believed(upgraded: Vault) -> None:
    assert upgraded.store.path is not None
    older = SqliteStore(upgraded.store.path.with_name("older.db"))
    shutil.copyfile(KEPT, older.path)
    with pytest.raises(RolledBack):
        Vault(older, upgraded.identity)
    with pytest.raises(RolledBack):
        Vault(older, identity("Ada"), memory=seen(upgraded.anchor))


@pytest.mark.parametrize("name", ["Ada", "Bob", "Rea", "Job"])
def test_inherited_values_are_used_once_somebody_has_looked_at_them(upgraded: Vault, path: Path, name: str) -> None:
    with pytest.raises(Inherited):
        secret_of(told(upgraded, path, name), "shared")
    asked: list[Doubt] = []
    memory = ProcessMemory()
    with pytest.raises(Inherited):
        secret_of(told(upgraded, path, name, memory=memory, confirm=asking(asked, yes=False)), "shared")
    vault = told(upgraded, path, name, memory=memory, confirm=asking(asked))
    assert secret_of(vault, "shared") == "EXAMPLE-shared-3"
    assert len(asked) == 2
    assert secret_of(told(upgraded, path, name, memory=memory), "shared") == "EXAMPLE-shared-3"
    assert vault.session(vault.find("shared")) == {"access_token": "EXAMPLE-token"}


def test_case_81_values_that_a_member_without_a_grant_put_there_show_where_they_would_go(upgraded: Vault) -> None:
    asked: list[Doubt] = []
    upgraded._confirm = asking(asked, yes=False)
    with pytest.raises(Inherited):
        secret_of(upgraded, "other values")
    (doubt,) = asked
    assert "hosts evil.example:443" in doubt.told


def test_who_may_write_confirms_inherited_values_for_all(upgraded: Vault, path: Path) -> None:
    asked: list[Doubt] = []
    memory = ProcessMemory()
    reas = told(upgraded, path, "Rea", memory=memory, confirm=asking(asked))
    assert secret_of(reas, "shared") == "EXAMPLE-shared-3"
    before = upgraded.find("shared")
    bob = told(upgraded, path, "Bob")
    bob.edit(lambda edit: edit.confirm_inherited(edit.find("shared")))
    assert (bob.find("shared").version, bob.find("shared").changed) == (before.version, before.changed)
    for name in ("Ada", "Bob", "Rea", "Job"):
        vault = told(upgraded, path, name)
        assert secret_of(vault, "shared") == "EXAMPLE-shared-3"
        assert vault.session(vault.find("shared")) == {"access_token": "EXAMPLE-token"}
    again = told(upgraded, path, "Rea", memory=memory)  # which has seen it as it was before
    assert secret_of(again, "shared") == "EXAMPLE-shared-3"
    assert upgraded.verify().strays == STRAYS
    update(bob, "shared", "EXAMPLE-next")
    assert secret_of(again, "shared") == "EXAMPLE-next"
    assert secret_of(told(upgraded, path, "Job"), "shared") == "EXAMPLE-next"


@pytest.mark.parametrize("name", ["Eve", "Rea", "Job"])
def test_who_may_not_write_confirms_nothing(upgraded: Vault, path: Path, name: str) -> None:
    vault, before = told(upgraded, path, name), upgraded.generation
    with pytest.raises(NotPermitted):
        vault.edit(lambda edit: edit.confirm_inherited(edit.find("shared")))
    assert upgraded.generation == before


def test_the_history_is_believed_along_what_the_upgrade_pinned(upgraded: Vault, path: Path) -> None:
    bob = told(upgraded, path, "Bob", confirm=lambda _: True)
    shared = bob.find("shared")
    assert [one.version for one in bob.history(shared)] == [3, 2, 1]
    past = [bob.details_at(shared, version).fields["api_key"] for version in (3, 2, 1)]
    assert [one.reveal() for one in past if not isinstance(one, str | int)] == [
        "EXAMPLE-shared-3",
        "EXAMPLE-shared-2",
        "EXAMPLE-shared-1",
    ]


def test_new_values_are_their_authors_own_and_nobody_is_asked(upgraded: Vault, path: Path) -> None:
    bob = told(upgraded, path, "Bob")
    update(bob, "shared", "EXAMPLE-by-bob")
    for name in ("Ada", "Bob", "Rea", "Job"):
        assert secret_of(told(upgraded, path, name), "shared") == "EXAMPLE-by-bob"


@pytest.mark.parametrize("name", DISPUTED)
def test_case_81_what_was_disputed_opens_for_nobody_and_is_added_anew(upgraded: Vault, path: Path, name: str) -> None:
    for one in ("Ada", "Bob", "Dora", "Eve"):
        vault = told(upgraded, path, one, confirm=lambda _: True)
        with pytest.raises(Disputed):
            secret_of(vault, name)
        with pytest.raises(Disputed):
            update(vault, name, "EXAMPLE-next")
    with pytest.raises(UsageError, match="nothing proves"):
        upgraded.edit(lambda edit: edit.settle(name, [upgraded.state.me.id]))
    remove(upgraded, name)
    add(upgraded, name, "EXAMPLE-anew")
    assert secret_of(upgraded, name) == "EXAMPLE-anew"


def test_tokens_and_a_past_that_were_taken_away_stop_nothing(upgraded: Vault) -> None:
    upgraded._confirm = lambda _: True
    assert secret_of(upgraded, "without tokens") == "EXAMPLE-without tokens"
    assert upgraded.session(upgraded.find("without tokens")) is None
    upgraded.edit(lambda edit: edit.set_session(edit.find("without tokens"), {"access_token": "EXAMPLE-new"}))
    assert upgraded.session(upgraded.find("without tokens")) == {"access_token": "EXAMPLE-new"}
    assert secret_of(upgraded, "without a past") == "EXAMPLE-past-3"
    update(upgraded, "without a past", "EXAMPLE-past-4")
    found = upgraded.find("without a past")
    assert upgraded.details_at(found, 3).fields["api_key"] == Secret("EXAMPLE-past-3")
    with pytest.raises(Tampered, match="has a gap"):
        upgraded.history(found)
    remove(upgraded, "without a past")
    assert not upgraded.has("without a past")


def test_what_is_written_after_the_upgrade_is_proved(upgraded: Vault, path: Path) -> None:
    add(upgraded, "new", "EXAMPLE-new")
    upgraded.edit(lambda edit: edit.share(edit.find("new"), [told(upgraded, path, "Bob").state.me.id]))
    assert secret_of(told(upgraded, path, "Bob"), "new") == "EXAMPLE-new"
    assert told(upgraded, path, "Bob").verify().opened == 3
