"""Case 63: a member without a grant writes other values, hosts or another connector: nobody uses or sends them.

He seals them to everybody who may read the credential, so that they open; only who may say them is wrong.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from nexcred.errors import Disputed, NotPermitted, RolledBack, Tampered
from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.vault.access_list import READ
from nexcred.vault.overview import Overview
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.statements import INHERITED, sign_details
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, overview_of
from tests.support.lying_member import (
    Kept,
    WatchedStore,
    id_of,
    keep_record,
    put_back,
    with_forged_details,
)
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, on_another_machine, vault_of
from tests.support.restoring import restore
from tests.support.sample_vault import add, open_new, set_session, update
from tests.support.shared_vault import join, share


class People(NamedTuple):
    """Ada added "prod" and shares it with Bob, an owner, Rea, who may read it, and a job; Mal holds nothing."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    rea: Vault
    job: Vault
    mal: Vault

    @property
    def readers(self) -> list[Vault]:
        return [self.ada, self.bob, self.rea, self.job]

    def forge(self, kept: Kept) -> None:
        put_back(self.mal, kept, guests=[self.job.identity.public])


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    roles = {"Bob": OWNER, "Rea": READER, "job": GUEST, "Mal": MEMBER}
    bob, rea, job, mal = (join(ada, store, name, role) for name, role in roles.items())
    add(ada, "prod", "EXAMPLE-1", base_url="https://api.example.com")
    update(ada, "prod", "EXAMPLE-2", base_url="https://api.example.com")
    share(ada, "prod", bob, rea, job)
    set_session(ada, "prod", {"token": "EXAMPLE-token"})  # which no list pins: it may be left out
    return People(store, ada, bob, rea, job, mal)


def another_value(present: Details) -> Details:
    return present._replace(fields={**present.fields, "api_key": Secret("EXAMPLE-evil")})


def another_base_url(present: Details) -> Details:
    return present._replace(fields={**present.fields, "base_url": "https://evil.example"})


def another_host(present: Details) -> Details:
    return present._replace(allowed_hosts=(*present.allowed_hosts, "evil.example"))


def another_connector(present: Details) -> Details:
    return present._replace(connector="http", method="bearer")


CHANGES = [another_value, another_base_url, another_host, another_connector]


def as_himself(people: People, overview: Overview, new: Details) -> Kept:
    return with_forged_details(people.mal, overview, new, people.readers)


def in_adas_name(people: People, overview: Overview, new: Details) -> Kept:
    return with_forged_details(people.mal, overview, new, people.readers, by=id_of(people.ada))


def in_the_name_of_who_may_read(people: People, overview: Overview, new: Details) -> Kept:
    return with_forged_details(people.mal, overview, new, people.readers, by=id_of(people.rea))


def in_nobodys_name(people: People, overview: Overview, new: Details) -> Kept:
    """As what was there before statements."""
    return with_forged_details(people.mal, overview, new, people.readers, by=INHERITED)


def as_the_same_revision(people: People, overview: Overview, new: Details) -> Kept:
    return with_forged_details(people.mal, overview._replace(version=overview.version - 1), new, people.readers)


def under_the_present_statement(people: People, overview: Overview, new: Details) -> Kept:
    kept = with_forged_details(people.mal, overview._replace(version=overview.version - 1), new, people.readers)
    assert overview.statement is not None
    return kept._replace(overview=kept.overview._replace(statement=overview.statement))


def as_the_confirmation_of_what_is_pinned(people: People, overview: Overview, new: Details) -> Kept:
    """As if the present values were from before an upgrade, and these the same."""
    kept = as_himself(people, overview._replace(version=overview.version - 1), new)
    assert overview.statement is not None
    assert kept.overview.statement is not None
    unsigned = kept.overview.statement._replace(
        previous=list_of(people.mal, "prod").pins[0],
        digest=overview.statement.digest,
        revision=overview.statement.revision,
    )
    statement = sign_details(unsigned, people.mal.identity, people.mal.vault_id, overview.record_id)
    inherited = overview.statement._replace(by=INHERITED)
    return kept._replace(overview=kept.overview._replace(statement=statement, inherited=inherited))


FORGERIES = [
    as_himself,
    in_adas_name,
    in_the_name_of_who_may_read,
    in_nobodys_name,
    as_the_same_revision,
    under_the_present_statement,
    as_the_confirmation_of_what_is_pinned,
]


def details_of(vault: Vault) -> Details:
    return vault.details(vault.find("prod"))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("forge", FORGERIES)
def test_case_63_nobody_who_holds_it_reads_them_and_nobody_builds_on_them(
    people: People, forge: Callable[[People, Overview, Details], Kept], change: Callable[[Details], Details]
) -> None:
    present = details_of(people.ada)
    people.forge(forge(people, overview_of(people.mal, "prod"), change(present)))
    fresh = [Vault(people.store, one.identity, checkpoint=one._checkpoint) for one in people.readers]
    for vault in (*people.readers, *fresh):
        with pytest.raises((Disputed, RolledBack)):
            details_of(vault)
        assert len(vault.verify().faults) == 1
    for act in (
        lambda: update(people.ada, "prod", "EXAMPLE-next"),
        lambda: restore(people.ada, "prod", 1),
        lambda: share(people.ada, "prod", people.mal),
        lambda: set_session(people.ada, "prod", {"token": "EXAMPLE"}),
    ):
        before = people.store.tables.copy()
        with pytest.raises((Disputed, RolledBack)):
            act()
        assert people.store.tables == before
    assert "EXAMPLE-1" not in people.store.sealed_to(people.mal)


@pytest.mark.parametrize("forge", FORGERIES)
def test_case_63_what_others_do_elsewhere_makes_them_nobodys_word(
    people: People, forge: Callable[[People, Overview, Details], Kept]
) -> None:
    forged = another_base_url(details_of(people.ada))
    people.forge(forge(people, overview_of(people.mal, "prod"), forged))
    people.ada.edit(lambda edit: edit.change_role(id_of(people.bob), MEMBER))
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    for vault in (people.ada, people.rea):
        with pytest.raises((Disputed, RolledBack)):
            details_of(vault)
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal)))
    for vault in (people.ada, people.rea, people.job):
        with pytest.raises((Disputed, RolledBack)):
            details_of(vault)


def test_case_63_who_did_it_is_named(people: People) -> None:
    people.forge(as_himself(people, overview_of(people.mal, "prod"), another_value(details_of(people.ada))))
    with pytest.raises(Disputed, match="its values are signed by Mal, who may not change them"):
        details_of(people.rea)


def test_case_63_who_may_only_read_says_no_values_either(people: People) -> None:
    """Bob is an owner of the vault, who may say who holds it; of this credential he is a reader."""
    people.ada.edit(lambda edit: edit.share(edit.find("prod"), [id_of(people.bob)], may=READ))
    with pytest.raises(NotPermitted):
        update(people.bob, "prod", "EXAMPLE-next")
    present = details_of(people.ada)
    kept = with_forged_details(people.bob, overview_of(people.bob, "prod"), another_value(present), people.readers)
    put_back(people.bob, kept, guests=[people.job.identity.public])
    for vault in (people.ada, people.bob, people.rea, people.job):
        with pytest.raises(Disputed, match="signed by Bob, who may not change them"):
            details_of(vault)


def test_case_63_values_for_another_credential_of_hers_do_not_count_here(people: People) -> None:
    add(people.ada, "demo", "EXAMPLE-demo")
    demo = keep_record(people.mal, "demo")
    prod = overview_of(people.mal, "prod")
    moved = prod._replace(statement=demo.overview.statement, details=demo.overview.details, parts=())
    people.forge(Kept(moved, demo.records))
    for vault in people.readers:
        with pytest.raises((Disputed, Tampered)):
            details_of(vault)


@pytest.fixture
def programs(opened: Opened) -> tuple[Opened, Opened, Opened]:
    """Return the program as Ada, a job and Mal run it; the job opens "prod"."""
    keep(opened, "prod")
    mal = invite(opened, "mal", "--role", "member")
    job = invite(opened, "job", "--grant", "prod")
    assert opened("get", "prod/api_key").code == job("get", "prod/api_key").code == 0
    return opened, job, mal


@pytest.mark.parametrize(
    "command",
    [
        ("get", "prod/api_key"),
        ("show", "prod", "--reveal"),
        ("run", "--env", "KEY=prod/api_key", "--", "env"),
        ("probe", "prod"),
        ("export", "prod", "--format", "dotenv"),
        ("request", "prod", "https://api.example.com/"),
        ("update", "prod", "--set", "api_key=env:HELD", "--no-probe"),
        ("share", "prod", "--with", "mal"),
        ("vault", "verify"),
        ("history", "prod"),
    ],
    ids=lambda command: command[0],
)
def test_case_63_the_program_hands_nothing_out_and_names_who_did_it(
    programs: tuple[Opened, Opened, Opened], command: tuple[str, ...], tmp_path: Path
) -> None:
    ada, job, mal = programs
    forge_by(mal, ada, job)
    ran = ada(*command, environment={"HELD": "EXAMPLE-next"})
    assert ran.code == (125 if command[0] == "run" else 9), ran.err
    assert "its values are signed by mal, who may not change them" in ran.err
    assert "EXAMPLE" not in ran.out
    assert KEY.format("prod") not in ran.out


def test_case_63_a_job_with_nothing_but_its_string_uses_nothing(
    programs: tuple[Opened, Opened, Opened], tmp_path: Path
) -> None:
    ada, job, mal = programs
    forge_by(mal, ada, job)
    for program in (job, on_another_machine(job, tmp_path / "ci")):
        for code, command in ((9, ("get", "prod/api_key")), (125, ("run", "--env", "KEY=prod/api_key", "--", "env"))):
            ran = program(*command)
            assert ran.code == code, ran.err
            assert "its values are signed by mal, who may not change them" in ran.err
            assert "EXAMPLE" not in ran.out


def forge_by(mal: Opened, *readers: Opened) -> None:
    """Let Mal seal another key, for another host, to who reads "prod"."""
    liar = vault_of(mal)
    holders = [vault_of(one) for one in readers]
    overview = overview_of(liar, "prod")
    present = holders[0].details(holders[0].find("prod"))
    forged = another_host(another_value(present))
    kept = with_forged_details(liar, overview, forged, holders)
    put_back(liar, kept, guests=[one.identity.public for one in holders if one.role == GUEST])
