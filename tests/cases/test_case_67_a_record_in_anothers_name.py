"""Case 67: a member makes a record that says it is Ada's, or says of hers that it is his."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from nexcred.errors import Damaged, Disputed, Tampered, UsageError
from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, AccessList, make_list
from nexcred.vault.identity import FINGERPRINT_BYTES
from nexcred.vault.overview import Overview
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, overview_of, rewrite_overview
from tests.support.lying_member import (
    Kept,
    id_of,
    put_back,
    signed_by,
    with_forged_details,
    with_holders,
)
from tests.support.opened import Opened
from tests.support.people import invite, keep, own_name, vault_of
from tests.support.sample_vault import add, describe, details, update
from tests.support.shared_vault import secret_of, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    people = three_people()
    _, ada, bob, _ = people
    add(ada, "prod", "EXAMPLE-prod")
    share(ada, "prod", bob)
    return people


def of_ada(liar: Vault, ada: bytes, readers: list[Vault], *, by: bytes | None = None) -> Kept:
    """Return a whole new credential, whose list says that Ada made it; it is signed by who lies."""
    grants = [AccessGrant(TO_MEMBER, id_of(one), WRITE) for one in readers]
    access = make_list(liar.identity, by or id_of(liar), liar.vault_id, version=1, grants=grants, creator=ada)
    template = overview_of(liar, "prod")._replace(
        name="payroll", owner=ada, access=access, statement=None, parts=(), past=(), version=0, probe=None
    )
    first = template._replace(statement=overview_of(liar, "prod").statement)
    return with_forged_details(liar, first, details("EXAMPLE-evil"), readers, by=by)


@pytest.mark.parametrize("is_on_it", [False, True])
@pytest.mark.parametrize("in_whose_name", ["his own", "hers"])
def test_case_67_what_says_that_it_is_hers_opens_for_nobody(people: People, in_whose_name: str, is_on_it: bool) -> None:
    ada, readers = id_of(people.ada), [people.ada, people.bob, *([people.mal] if is_on_it else [])]
    forged = of_ada(people.mal, ada, readers, by=ada if in_whose_name == "hers" else None)
    put_back(people.mal, forged)
    assert people.bob.find("payroll").owner.full_name == "Ada Example"  # any member's word, as in a list
    for vault in (people.ada, people.bob, Vault(people.store, people.bob.identity)):
        with pytest.raises(Disputed):
            secret_of(vault, "payroll")
        with pytest.raises(Disputed):
            vault.holders(vault.find("payroll"))
        with pytest.raises(Disputed):
            vault.proved(vault.find("payroll"))
        with pytest.raises(Disputed):
            update(vault, "payroll", "EXAMPLE-next")


def test_case_67_nothing_of_it_is_proved_so_nobody_settles_it(people: People) -> None:
    put_back(people.mal, of_ada(people.mal, id_of(people.ada), [people.ada, people.bob]))
    with pytest.raises(UsageError, match="nothing proves any values of 'payroll'"):
        people.ada.edit(lambda edit: edit.settle("payroll", [id_of(people.ada)]))


@pytest.mark.parametrize(
    "act",
    [
        lambda people: share(people.ada, "payroll", people.bob),
        lambda people: describe(people.ada, "payroll", "EXAMPLE"),
        lambda people: people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal))),
        lambda people: people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob))),
    ],
)
def test_case_67_what_she_does_with_it_does_not_make_it_hers(people: People, act: Callable[[People], object]) -> None:
    put_back(people.mal, of_ada(people.mal, id_of(people.ada), [people.ada, people.bob]))
    with suppress(Disputed):
        act(people)
    with pytest.raises(Disputed):
        secret_of(people.ada, "payroll")


def as_creator(overview: Overview, mal: Vault) -> AccessList:
    access = with_holders(overview, {id_of(mal): WRITE})
    return signed_by(mal, access._replace(creator=id_of(mal)))


def as_creator_by_his_present_keys(overview: Overview, mal: Vault) -> AccessList:
    access = with_holders(overview, {id_of(mal): WRITE})
    return signed_by(mal, access._replace(creator=mal.identity.fingerprint))


def as_somebody_unknown(overview: Overview, mal: Vault) -> AccessList:
    access = with_holders(overview, {id_of(mal): WRITE})
    return signed_by(mal, access._replace(creator=b"\1" * FINGERPRINT_BYTES))


def with_another_salt(overview: Overview, mal: Vault) -> AccessList:
    access = with_holders(overview, {id_of(mal): WRITE})
    return signed_by(mal, access._replace(creator=id_of(mal), salt=b"\2" * 16))


@pytest.mark.parametrize("forge", [as_creator, as_creator_by_his_present_keys, as_somebody_unknown, with_another_salt])
def test_case_67_another_creator_makes_it_another_record(
    people: People, forge: Callable[[Overview, Vault], AccessList]
) -> None:
    """The id of a record is made of who made it: its values are those of no other one."""
    rewrite_overview(people.mal, "prod", lambda overview: {"access": forge(overview, people.mal)})
    for vault in (people.ada, people.bob):
        with pytest.raises(Damaged):
            vault.details(vault.find("prod"))
        assert vault.verify().faults
    with pytest.raises(Damaged):
        update(people.ada, "prod", "EXAMPLE-next")
    assert "EXAMPLE" not in people.store.sealed_to(people.mal)


def test_case_67_his_own_record_with_the_bytes_of_hers_opens_for_nobody(people: People) -> None:
    add(people.mal, "his")
    hers = overview_of(people.mal, "prod")
    own = list_of(people.mal, "his")
    for overview in (
        overview_of(people.mal, "his")._replace(details=hers.details),
        overview_of(people.mal, "his")._replace(details=hers.details, statement=hers.statement),
        hers._replace(name="his", access=own),
    ):
        put_back(people.mal, Kept(overview, ()))
        with pytest.raises(Tampered):
            people.bob.details(people.bob.find("his"))
        assert people.bob.verify().faults


def test_case_67_the_program_shows_nobody_as_its_author_who_is_not(opened: Opened) -> None:
    keep(opened, "prod")
    mal = invite(opened, "mal", "--role", "member")
    liar, ada = vault_of(mal), vault_of(opened)
    put_back(liar, of_ada(liar, id_of(ada), [ada]))
    for command in (("show", "payroll"), ("get", "payroll/api_key"), ("history", "payroll")):
        ran = opened(*command)
        assert (ran.code, ran.out) == (9, ""), ran.err
        assert "signed by mal" in ran.err
        assert own_name(opened) not in ran.err.replace("payroll", "")
