"""A credential with a policy, the people who may and may not write it, and what one of them forges."""

from datetime import timedelta

import pytest

from nexcred.errors import Damaged
from nexcred.model.lifecycle import Exposure, Former, Policy
from nexcred.vault.changes import Changes
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.policy import write_policy
from nexcred.vault.record import POLICY
from nexcred.vault.statements import ENDED, PartStatement, digest_content, sign_part
from nexcred.vault.vault import Vault
from tests.support.four_people import People, four_people
from tests.support.lying_member import Kept, id_of
from tests.support.sample_vault import NOW

EXPOSED = Exposure(1, "left", NOW, "ab" * 16, "Zoe")
KEPT = Policy(
    expires_at=NOW + timedelta(days=40),
    rotate_every_days=90,
    rotator="0c" * 16,
    exposures=(EXPOSED, Exposure(2, "leaked", NOW, reason="in a log")),
    former=(Former(1, "revoked", NOW, NOW, (NOW, NOW), NOW), Former(2, "alive")),
)
EVIL = Policy(rotator="ee" * 16)


def keep_policy(vault: Vault, policy: Policy) -> None:
    vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(policy=policy)))


def policy_of(vault: Vault, name: str = "prod") -> Policy:
    return vault.policy(vault.find(name))


@pytest.fixture
def people() -> People:
    people = four_people()
    keep_policy(people.ada, KEPT)
    return people


def forged(
    liar: Vault, overview: Overview, content: str | None, *, by: bytes | None = None, signed: str | None = None
) -> Kept:
    """Write this content as the next policy, in a statement by the liar, or `by` another in name."""
    former = next((one.statement for one in overview.parts if one.statement and one.statement.part == POLICY), None)
    stated = content if signed is None else signed
    body = ENDED if stated is None else digest_content(stated)
    serial = 1 if former is None else former.serial + 1
    author = id_of(liar) if by is None else by
    unsigned = PartStatement(POLICY, overview.access.version, bytes(32), body, serial, author)
    statement = sign_part(unsigned, liar.identity, liar.vault_id, overview.record_id)
    return Kept(overview.with_part(POLICY, RecordPart(statement, None, content)), ())


def evil() -> str:
    content = write_policy(EVIL)
    assert content is not None
    return content


def assert_believed_by_nobody(people: People, match: str) -> None:
    for vault in (*people.holders, Vault(people.store, people.bob.identity)):
        with pytest.raises(Damaged, match=match):
            policy_of(vault)
    for vault in (people.ada, people.bob):
        with pytest.raises(Damaged):
            vault.set_policy(vault.find("prod"), lambda policy: policy._replace(rotator=""))
