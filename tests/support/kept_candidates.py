"""A credential with a candidate beside it, and the people who may read or write it, or neither."""

import pytest

from nexcred.errors import Damaged
from nexcred.vault.candidate import Candidate, write_candidate
from nexcred.vault.changes import Changes
from nexcred.vault.record import ROTATION
from nexcred.vault.vault import Vault
from tests.support.four_people import People, four_people
from tests.support.lying_member import Kept, id_of, with_forged_part
from tests.support.sample_vault import NOW, accepted, details, update

NEXT, EVIL = "EXAMPLE-next", "EXAMPLE-evil"


def made(secret: str, over: int = 1, **more: str) -> Candidate:
    return Candidate(details(secret, **more), over, NOW, accepted(0))


def put_candidate(vault: Vault, name: str, candidate: Candidate | None) -> None:
    changes = Changes(candidate=candidate, ends_candidate=candidate is None)
    vault.edit(lambda edit: edit.update(edit.find(name), changes))


def candidate_of(vault: Vault, name: str = "prod") -> str | None:
    found = vault.candidate(vault.find(name))
    return None if found is None else str(found.details.fields["api_key"].reveal())  # type: ignore[union-attr]


@pytest.fixture
def people() -> People:
    people = four_people()
    put_candidate(people.ada, "prod", made(NEXT))
    return people


def assert_believed_by_nobody(people: People, match: str) -> None:
    for vault in (*people.holders, Vault(people.store, people.bob.identity)):
        with pytest.raises(Damaged, match=match):
            candidate_of(vault)
    for vault in (people.ada, people.bob):
        with pytest.raises(Damaged):
            put_candidate(vault, "prod", made("EXAMPLE-over"))
        with pytest.raises(Damaged):
            update(vault, "prod", "EXAMPLE-over")


def by(vault: Vault, people: People, *, name: bytes | None = None, secret: str = EVIL) -> Kept:
    author = id_of(vault) if name is None else name
    return with_forged_part(
        vault, people.present(), ROTATION, write_candidate(made(secret), author), people.holders, by=name
    )
