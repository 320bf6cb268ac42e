"""Case 81: a yes to a list that former keys signed is a yes to that list, and to none that came while it was asked.

Eve, a member, has the keys that Ada replaced, and signs with them who holds "before new keys", herself among them.
"""

import json
import shutil
from pathlib import Path

import pytest

from nexcred.errors import Disputed
from nexcred.vault.identity import Identity
from nexcred.vault.record import OVERVIEW, seal_overview
from nexcred.vault.transaction import Transaction
from nexcred.vault.upgrade import plan_upgrade, upgrade
from nexcred.vault.vault import Vault
from nexcred.vault.version1.access_list import FirstAccessList
from tests.support.first_format import first_list_to_json, sign_first_list
from tests.support.forging import write_as_no_honest_program
from tests.support.shared_vault import secret_of
from tests.vectors.vault_v1_people import DISPUTED, EXPECTED, KEPT, opened, told

NAME = "before new keys"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    copy = tmp_path / "vault.db"
    shutil.copyfile(KEPT, copy)
    return copy


def put_herself_on(eve: Vault, stolen: Identity) -> None:
    """Write the next list of version 1, with Eve on it, by the stolen keys."""

    def write(copy: Transaction) -> None:
        found = copy.find(NAME)
        assert found is not None
        access = found.overview.access
        assert isinstance(access, FirstAccessList)
        eves = tuple(sorted((*access.recipients, eve.identity.fingerprint)))
        forged = access._replace(version=access.version + 1, recipients=eves, signer=stolen.fingerprint)
        _, plain = copy.state.unseal_overview(copy.fetch(found.digest))
        changed = {
            **json.loads(plain),
            "access": first_list_to_json(sign_first_list(forged, stolen, copy.vault_id)),
        }
        place = copy._place(OVERVIEW, found.overview.record_id, found.revision + 1)
        sealed = seal_overview(place, json.dumps(changed).encode(), copy.state.vault_key, (), copy.state.keys.hint)
        copy._link(found.tag, copy._keep(sealed))

    write_as_no_honest_program(eve, write)


def test_case_81_a_list_that_came_while_another_was_shown_is_disputed(path: Path) -> None:
    ada = opened(path, "Ada")
    (shown,) = plan_upgrade(ada).own
    put_herself_on(opened(path, "Eve"), Identity.parse(EXPECTED["gone"]["Ada, before new keys"]))
    done = upgrade(ada, [shown.confirmed])
    assert done.disputed == (NAME, *DISPUTED)
    for vault in (ada, told(ada, path, "Eve")):
        with pytest.raises(Disputed):
            secret_of(vault, NAME)


def test_case_81_the_list_that_was_shown_is_taken_whoever_else_wrote_meanwhile(path: Path) -> None:
    ada = opened(path, "Ada")
    (shown,) = plan_upgrade(ada).own
    write_as_no_honest_program(opened(path, "Eve"), lambda _: None)
    assert upgrade(ada, [shown.confirmed]).disputed == DISPUTED
