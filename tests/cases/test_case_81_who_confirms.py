"""Case 81: values from before the upgrade are right when somebody says so who may write them, and by nothing else.

On the vault of several people that version 1 wrote, after Ada upgraded it: Eve, a member, holds none of "shared".
"""

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nexcred.errors import Disputed, Inherited, NotPermitted, RolledBack, Tampered
from nexcred.vault.memory import Doubt
from nexcred.vault.overview import Overview
from nexcred.vault.record import SESSION
from nexcred.vault.statements import DetailsStatement, hash_statement, sign_details
from nexcred.vault.upgrade import plan_upgrade, upgrade
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.lying_member import Kept, id_of, put_back, with_forged_details
from tests.support.shared_vault import secret_of
from tests.vectors.vault_v1_people import KEPT, opened, told


class People(NamedTuple):
    path: Path
    ada: Vault
    bob: Vault
    eve: Vault

    def fresh(self, name: str) -> Vault:
        """Return somebody on a machine that remembers nothing but the line of the upgrade."""
        return told(self.ada, self.path, name)

    def statement(self) -> DetailsStatement:
        statement = overview_of(self.eve, "shared").statement
        assert statement is not None
        return statement

    def keep(self) -> Kept:
        overview = overview_of(self.eve, "shared")
        with self.eve.store.read() as snapshot:
            found = [snapshot.item(one) for one in (*overview.records, *overview.past)]
        return Kept(overview, tuple(one for one in found if one is not None))


@pytest.fixture
def people(tmp_path: Path) -> People:
    path = tmp_path / "vault.db"
    shutil.copyfile(KEPT, path)
    ada = opened(path, "Ada")
    (own,) = plan_upgrade(ada).own
    upgrade(ada, [own.confirmed])
    return People(path, ada, told(ada, path, "Bob"), told(ada, path, "Eve"))


def confirmed_by(liar: Vault, overview: Overview, who: bytes, **other: Any) -> dict[str, Any]:
    """Return what says of the present values that they are right, signed by who lies."""
    inherited = overview.statement
    assert inherited is not None
    previous = hash_statement(inherited, liar.vault_id, overview.record_id)
    unsigned = inherited._replace(previous=previous, list_version=overview.access.version, by=who)._replace(**other)
    return {
        "statement": sign_details(unsigned, liar.identity, liar.vault_id, overview.record_id),
        "inherited": inherited,
    }


def test_case_81_who_may_not_write_them_does_not_confirm_them(people: People) -> None:
    with pytest.raises(NotPermitted):
        people.eve.edit(lambda edit: edit.confirm_inherited(edit.find("shared")))
    rewrite_overview(people.eve, "shared", lambda overview: confirmed_by(people.eve, overview, id_of(people.eve)))
    for name in ("Ada", "Bob", "Rea"):
        with pytest.raises(Disputed, match="signed by Eve, who may not change them"):
            secret_of(people.fresh(name), "shared")


def test_case_81_nor_in_the_name_of_who_may(people: People) -> None:
    rewrite_overview(people.eve, "shared", lambda overview: confirmed_by(people.eve, overview, id_of(people.bob)))
    for name in ("Ada", "Bob", "Rea"):
        with pytest.raises(Disputed, match="not signed by Bob, as it says"):
            secret_of(people.fresh(name), "shared")


def test_case_81_a_confirmation_is_of_these_values_and_no_others(people: People) -> None:
    present = people.bob.examine(people.bob.find("shared"))[1]
    forged = with_forged_details(people.bob, overview_of(people.bob, "shared"), present, [people.bob])
    evil = forged.overview.statement
    assert evil is not None
    for other in (
        {"digest": evil.digest},
        {"revision": evil.revision - 1, "digest": evil.digest},
        {"previous": bytes(32)},
    ):
        overview = overview_of(people.bob, "shared")
        changed = overview._replace(**confirmed_by(people.bob, overview, id_of(people.bob), **other))
        put_back(people.bob, Kept(changed._replace(details=forged.overview.details), forged.records))
        with pytest.raises(Disputed):
            secret_of(people.fresh("Ada"), "shared")
        put_back(people.bob, Kept(overview, ()))


def test_case_81_what_was_confirmed_is_used_unasked_with_its_session(people: People) -> None:
    with pytest.raises(Inherited):
        secret_of(people.fresh("Ada"), "shared")
    tokens = people.bob.session(people.bob.find("shared"))
    people.bob.edit(lambda edit: edit.confirm_inherited(edit.find("shared")))
    for name in ("Ada", "Bob", "Rea"):
        vault = people.fresh(name)
        assert secret_of(vault, "shared") == "EXAMPLE-shared-3"
        assert vault.session(vault.find("shared")) == tokens
        proved = vault.proved(vault.find("shared"))
        assert proved is not None
        assert proved.author == id_of(people.bob)
        assert [one.version for one in vault.history(vault.find("shared"))] == [3, 2, 1]


def test_case_81_a_confirmation_that_was_taken_away_is_missed(people: People) -> None:
    before = people.keep()
    people.bob.edit(lambda edit: edit.confirm_inherited(edit.find("shared")))
    assert secret_of(people.bob, "shared") == "EXAMPLE-shared-3"
    rewrite_overview(people.eve, "shared", lambda _: {"inherited": None})
    with pytest.raises(Disputed):
        secret_of(people.fresh("Ada"), "shared")
    put_back(people.eve, before)
    with pytest.raises(RolledBack):
        secret_of(people.bob, "shared")
    with pytest.raises(Inherited):
        secret_of(people.fresh("Ada"), "shared")


def test_case_81_a_session_from_before_is_nobodys_to_change_by_that(people: People) -> None:
    overview = overview_of(people.eve, "shared")
    (session,) = [part for part in overview.parts if part.statement and part.statement.part == SESSION]
    assert session.statement is not None
    forged = session._replace(statement=session.statement._replace(serial=session.statement.serial + 1))
    rewrite_overview(people.eve, "shared", lambda _: {"parts": (forged,)})
    people_of = people.fresh("Bob")
    with pytest.raises(Disputed, match="its session is signed by somebody unknown"):
        people_of.session(people_of.find("shared"))


def test_case_81_nobody_is_asked_about_values_that_an_overview_only_claims(people: People) -> None:
    """A yes to what Eve shows would stay when she shows the real ones again."""
    asked: list[Doubt] = []

    def yes(doubt: Doubt) -> bool:
        asked.append(doubt)
        return True

    vault = people.fresh("Ada")
    vault._confirm = yes
    honest = overview_of(people.eve, "shared")
    rewrite_overview(people.eve, "shared", lambda _: {"allowed_hosts": ("harmless.example.com:443",)})
    with pytest.raises(Tampered, match="shows other values than its details hold"):
        secret_of(vault, "shared")
    assert asked == []
    rewrite_overview(people.eve, "shared", lambda _: {"allowed_hosts": honest.allowed_hosts})
    vault._confirm = None
    with pytest.raises(Inherited):
        secret_of(vault, "shared")
    vault._confirm = yes
    assert secret_of(vault, "shared") == "EXAMPLE-shared-3"
    assert len(asked) == 1
