"""Case 99: a member strips one grant: who it was is told, and the next write of whoever holds it puts it back."""

import os
from collections.abc import Callable
from typing import NamedTuple

import pytest

from nexcred.errors import NotPermitted, NotSealed
from nexcred.vault.overview import Overview
from nexcred.vault.primitives import digest
from nexcred.vault.record import DETAILS, SESSION, lacking
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.lying_member import Kept, WatchedStore, id_of, put_back
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, vault_of
from tests.support.sample_vault import accepted, add, describe, open_new, set_session
from tests.support.shared_vault import join, secret_of, share

_FRONT, _GRANT = 96, 84


class People(NamedTuple):
    """Ada and Bob hold "prod", and a job; Mal does not."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    job: Vault
    mal: Vault

    def strip(self, *parts: int, spoil: bool = False) -> None:
        """Take Bob's grant out of these parts, or let his hint lead to noise."""
        strip(self.mal, "prod", self.bob, *parts, guests=[self.job], spoil=spoil)


def strip(liar: Vault, name: str, of: Vault, *parts: int, guests: list[Vault], spoil: bool = False) -> None:
    def look(copy: Transaction) -> Kept:
        found = copy.find(name)
        assert found is not None
        overview, records = found.overview, []
        for part in parts or (DETAILS, SESSION):
            present = overview.details if part == DETAILS else overview.record_of(part)
            assert present is not None
            records.append(without_grant(copy, copy.fetch(present), of, spoil=spoil))
            overview = leading_to(overview, part, records[-1])
        return Kept(overview, tuple(records))

    put_back(liar, liar.look(look), guests=[one.identity.public for one in guests])


def leading_to(overview: Overview, part: int, record: bytes) -> Overview:
    if part == DETAILS:
        return overview._replace(details=digest(record))
    (old,) = [one for one in overview.parts if one.statement and one.statement.part == part]
    return overview.with_part(part, old._replace(record=digest(record)))


def without_grant(copy: Transaction, record: bytes, of: Vault, *, spoil: bool) -> bytes:
    count = int.from_bytes(record[94:_FRONT], "big")
    grants = [record[_FRONT + at * _GRANT : _FRONT + (at + 1) * _GRANT] for at in range(count)]
    body = record[_FRONT + count * _GRANT :]

    def whole(kept: list[bytes]) -> bytes:
        return record[:94] + len(kept).to_bytes(2, "big") + b"".join(kept) + body

    public, hint_key = of.identity.public, copy.state.keys.hint
    (his,) = [one for one in grants if not lacking(whole([one]), [public], hint_key)]
    if spoil:
        return whole([one if one != his else one[:4] + os.urandom(_GRANT - 4) for one in grants])
    return whole([one for one in grants if one != his])


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, job, mal = (join(ada, store, name, role) for name, role in (("Bob", MEMBER), ("job", GUEST), ("Mal", MEMBER)))
    add(ada, "prod", "EXAMPLE-prod")
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    share(ada, "prod", bob, job)
    return People(store, ada, bob, job, mal)


def assert_stripped(people: People) -> None:
    with pytest.raises(NotSealed, match="the key was removed; the vault was last written by Mal") as refused:
        secret_of(people.bob, "prod")
    assert "nexcred share --complete" in refused.value.hint
    report = people.bob.verify()
    assert (report.waiting, report.faults) == (("prod",), ())
    assert secret_of(people.ada, "prod") == secret_of(people.job, "prod") == "EXAMPLE-prod"


def describes(people: People) -> None:
    describe(people.ada, "prod", "EXAMPLE")


def keeps_tokens(people: People) -> None:
    set_session(people.ada, "prod", {"token": "EXAMPLE-token"})


def keeps_a_verdict(people: People) -> None:
    people.ada.edit(lambda edit: edit.record_probe(edit.find("prod"), accepted(1)))


def completes(people: People) -> None:
    people.ada.edit(lambda edit: edit.complete(edit.find("prod")))


def shares_with_another(people: People) -> None:
    share(people.ada, "prod", join(people.ada, people.store, "Cyd", MEMBER))


@pytest.mark.parametrize("act", [describes, keeps_tokens, keeps_a_verdict, completes, shares_with_another])
def test_case_99_each_write_of_a_holder_puts_it_back(people: People, act: Callable[[People], None]) -> None:
    people.strip()
    assert_stripped(people)
    act(people)
    assert secret_of(people.bob, "prod") == "EXAMPLE-prod"
    assert people.bob.session(people.bob.find("prod")) == {"token": "EXAMPLE-token"}
    assert people.bob.verify().waiting == ()
    assert "EXAMPLE" not in people.store.sealed_to(people.mal)


def test_case_99_what_was_stripped_of_a_session_is_put_back_too(people: People) -> None:
    people.strip(SESSION)
    assert secret_of(people.bob, "prod") == "EXAMPLE-prod"
    with pytest.raises(NotPermitted):
        people.bob.session(people.bob.find("prod"))
    describes(people)
    assert people.bob.session(people.bob.find("prod")) == {"token": "EXAMPLE-token"}


def test_case_99_who_holds_nothing_puts_nothing_back(people: People) -> None:
    people.strip()
    describe(people.mal, "prod", "EXAMPLE")
    with pytest.raises(NotSealed):
        secret_of(people.bob, "prod")


def test_case_99_a_hint_that_leads_to_noise_is_mended_by_who_seals_anew(people: People) -> None:
    """Nobody but Bob can tell that it is noise."""
    people.strip(spoil=True)
    with pytest.raises(NotSealed):
        secret_of(people.bob, "prod")
    people.ada.edit(lambda edit: edit.complete(edit.find("prod"), anew=True))
    assert secret_of(people.bob, "prod") == "EXAMPLE-prod"


def test_case_99_the_program_says_it_and_mends_it(opened: Opened) -> None:
    keep(opened, "prod")
    bob, mal = (invite(opened, name, "--role", "member") for name in ("bob", "mal"))
    assert opened("share", "prod", "--with", "bob").code == 0
    for spoil in (False, True):
        strip(vault_of(mal), "prod", vault_of(bob), DETAILS, guests=[], spoil=spoil)
        refused = bob("get", "prod/api_key")
        assert (refused.code, refused.out) == (10, "")
        assert "the vault was last written by mal" in refused.err
        verified = bob("vault", "verify")
        assert verified.code == 0
        assert spoil or "'prod' is shared with you, but not sealed to you yet" in verified.err
        completed = opened("share", "prod", "--complete")
        assert (completed.code, completed.out) == (0, "completed prod\n")
        assert bob("get", "prod/api_key").out.strip() == KEY.format("prod")
    assert id_of(vault_of(bob)) != id_of(vault_of(mal))
