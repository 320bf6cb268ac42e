"""Case 87: an empty home is shown a roster that was cut short, or a vault that looks like one of version 1.

Mallory is a member who signs such a head. She could hide what came after the floor that an identity brings along.
"""

import json
import shutil
from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.head import FORMAT_2_FEATURE
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.forged_states import cut_roster, sign_head
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, on_another_machine, said_no, store_of, vault_of
from tests.vectors.vault_v1_people import KEPT

CUT = "the members of this vault are from before what this identity or its checkpoint knows"


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod")
    return opened


@pytest.fixture
def mallory(ada: Opened) -> Opened:
    return invite(ada, "Mallory", "--role", "member")


@pytest.fixture
def bob(ada: Opened, mallory: Opened) -> Opened:
    """A member who holds "prod" and is removed later."""
    return invite(ada, "bob", "--role", "member", "--grant", "prod")


@pytest.fixture
def job(ada: Opened, bob: Opened) -> Opened:
    """Made when bob belonged to the vault."""
    return invite(ada, "ci", "--grant", "prod")


def length(program: Opened) -> int:
    return vault_of(program).state.roster.length


def show_cut(mallory: Opened, entries: int, **fields: int) -> None:
    cut_roster(store_of(mallory), vault_of(mallory), entries, **fields)


def test_case_87_a_roster_cut_below_the_floor_is_refused(
    ada: Opened, job: Opened, mallory: Opened, tmp_path: Path
) -> None:
    printed = ada("identity", "show", "--secret").out.strip()  # which brings along how far the vault has come
    show_cut(mallory, length(ada) - 2)  # as it was before bob came
    fresh = on_another_machine(ada, tmp_path / "ada", NEXCRED_IDENTITY=printed)
    for machine in (fresh, on_another_machine(job, tmp_path / "job")):
        for words in (("get", "prod/api_key"), ("list",)):
            assert said_no(machine(*words), 9, CUT)
    assert said_no(ada("get", "prod/api_key"), 9, "the one that was last seen")


def test_case_87_a_roster_without_the_one_who_looks_is_refused(
    ada: Opened, job: Opened, mallory: Opened, tmp_path: Path
) -> None:
    """The floor is as of just before; that somebody stands in the roster proves the rest."""
    show_cut(mallory, length(ada) - 1)
    assert said_no(on_another_machine(job, tmp_path / "job")("get", "prod/api_key"), 10, "not in the roster")


def test_case_87_what_came_after_the_floor_is_hidden_until_a_checkpoint_says_it(
    ada: Opened, job: Opened, bob: Opened, mallory: Opened, tmp_path: Path
) -> None:
    entries = length(ada)
    keep(ada, "late")
    assert ada("member", "role", "bob", "reader", "--yes").code == 0
    line = ada("vault", "checkpoint").out.strip()
    show_cut(mallory, entries)
    blind = on_another_machine(job, tmp_path / "blind")
    assert blind("get", "prod/api_key").out == KEY.format("prod"), "which the threat model says"
    told = on_another_machine(job, tmp_path / "told", NEXCRED_CHECKPOINT=line)
    assert said_no(told("get", "prod/api_key"), 9, CUT)


def test_case_87_a_passphrase_brings_the_roster_along_as_of_its_own_last_write(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    ada = Opened(home, NEXCRED_PASSPHRASE="a passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
    assert ada("vault", "init").code == 0
    keep(ada, "prod")
    mallory = invite(ada, "Mallory", "--role", "member")
    invite(ada, "bob", "--role", "member")
    assert ada("member", "remove", "bob", "--yes").code == 0
    show_cut(mallory, length(mallory) - 1)
    fresh = on_another_machine(ada, tmp_path / "fresh")
    assert said_no(fresh("get", "prod/api_key"), 9, CUT)


def test_case_87_who_joins_by_keys_of_his_own_asks_for_a_line(ada: Opened, mallory: Opened, tmp_path: Path) -> None:
    made = ada("identity", "new", "dora", "--unbound", "-o", "dora.identity")
    added = ada("member", "add", "dora", made.out.strip(), "--yes")
    (line,) = (one.split()[-1] for one in added.err.splitlines() if "NEXCRED-CHECK-1" in one)
    dora = on_another_machine(ada, tmp_path / "dora")
    dora.environment["NEXCRED_IDENTITY"] = (ada.home / "dora.identity").read_text().strip()
    assert said_no(dora("list"), 6, "this machine cannot tell", "vault checkpoint", "NEXCRED_CHECKPOINT")
    dora.environment["NEXCRED_CHECKPOINT"] = line
    assert dora.names == ["prod"]
    del dora.environment["NEXCRED_CHECKPOINT"]
    assert dora.names == ["prod"], "and remembers it"


@pytest.mark.parametrize("features", [0, 1, FORMAT_2_FEATURE << 1, FORMAT_2_FEATURE | 1 << 31])
def test_case_87_a_head_of_another_version_is_refused(
    ada: Opened, job: Opened, mallory: Opened, features: int, tmp_path: Path
) -> None:
    sign_head(store_of(ada), vault_of(mallory), features=features)
    for who, name in ((job, "job"), (ada, "ada")):
        fresh = on_another_machine(who, tmp_path / name)
        for words in (("get", "prod/api_key"), ("list",)):
            assert said_no(fresh(*words), 9)


@pytest.fixture
def team(tmp_path: Path) -> Path:
    place = tmp_path / "team" / "vault.db"
    place.parent.mkdir(mode=0o700)
    shutil.copyfile(KEPT.with_name("vault-v1-team.db"), place)
    place.chmod(0o600)
    return place


def of_team(name: str, home: Path, place: Path, **environment: str) -> Opened:
    home.mkdir(mode=0o700)
    identity = json.loads(KEPT.with_name("vault-v1-team.json").read_text())["identities"][name]
    known = {"NEXCRED_IDENTITY": identity, "NEXCRED_VAULT": str(place), "NEXCRED_NO_INPUT": "1"}
    return Opened(home, **{**known, **environment})


@pytest.mark.parametrize("how", ["as it was", "under a head of now"])
def test_case_87_a_format_entry_that_is_hidden_is_missed_by_every_floor(team: Path, tmp_path: Path, how: str) -> None:
    """A member of a vault that was brought to version 2 shows it as one of version 1."""
    ada, before = of_team("Ada", tmp_path / "ada", team), team.read_bytes()
    assert ada("vault", "upgrade", "--yes").code == 0
    line = ada("vault", "checkpoint").out.strip()
    late = ada("identity", "new", "late", "--grant", "prod").out.strip()
    if how == "as it was":
        team.write_bytes(before)
    else:
        identity = Identity.parse(of_team("Mallory", tmp_path / "m", team).environment["NEXCRED_IDENTITY"])
        mallory = Vault(SqliteStore(team), identity, confirm=lambda _: True)
        cut_roster(SqliteStore(team), mallory, mallory.state.roster.length - 2, features=0)
    machines = [
        of_team("Bob", tmp_path / "bob", team, NEXCRED_CHECKPOINT=line),
        of_team("Ci", tmp_path / "ci", team, NEXCRED_CHECKPOINT=line),
        of_team("Bob", tmp_path / "late", team, NEXCRED_IDENTITY=late),
        ada,
    ]
    for machine in machines:
        for words in (("get", "prod/api_key"), ("list",)):
            ran = machine(*words)
            assert (ran.code, ran.out) in ((9, ""), (10, "")), ran.err
    assert [machine("list").code for machine in machines] == [9, 9, 10 if how == "as it was" else 9, 9]
    blind = of_team("Bob", tmp_path / "blind", team)  # a string of version 1, which knows nothing
    refused = blind("get", "prod/api_key")
    assert (refused.code, refused.out) in ((10, ""), (9, "")), refused.err
