"""Case 110: a policy that nobody who may write it signed, from before, of another record, too large or unreadable.

What decides goes by the proved one. A list shows whatever stands there, and nothing of it stops reading values that are
proved, removing, or new keys.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest

from nexcred.errors import Damaged, Disputed, InvalidData, NotPermitted, RolledBack, Tampered
from nexcred.model.lifecycle import NO_POLICY, Exposure, Former, Policy
from nexcred.vault.access_list import READ
from nexcred.vault.changes import Changes
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.policy import MAX_POLICY_BYTES, read_policy, write_policy
from nexcred.vault.record import POLICY
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.statements import ENDED, PartStatement, digest_content, sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.lying_member import Kept, RacedStore, WatchedStore, id_of, keep_record, put_back
from tests.support.sample_vault import NOW, accepted, add, describe, open_new, remove, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share

EXPOSED = Exposure(1, "left", NOW, "ab" * 16, "Zoe")
KEPT = Policy(
    expires_at=NOW + timedelta(days=40),
    rotate_every_days=90,
    rotator="0c" * 16,
    exposures=(EXPOSED, Exposure(2, "leaked", NOW, reason="in a log")),
    former=(Former(1, "revoked", NOW, NOW, (NOW, NOW), NOW), Former(2, "alive")),
)
EVIL = Policy(rotator="ee" * 16)


class People(NamedTuple):
    """Ada made "prod" and its policy; Bob may write it, Rita may read it, Own is an owner, and Mal knows its name."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    rita: Vault
    mal: Vault

    def present(self) -> Overview:
        return overview_of(self.mal, "prod")

    @property
    def holders(self) -> tuple[Vault, ...]:
        return self.ada, self.bob, self.rita


def keep_policy(vault: Vault, policy: Policy) -> None:
    vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(policy=policy)))


def policy_of(vault: Vault, name: str = "prod") -> Policy:
    return vault.policy(vault.find(name))


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, rita, mal = (join(ada, store, name, MEMBER) for name in ("Bob", "Rita", "Mal"))
    add(ada, "prod", "EXAMPLE-1")
    share(ada, "prod", bob)
    ada.edit(lambda edit: edit.share(edit.find("prod"), [rita.identity.fingerprint], may=READ))
    keep_policy(ada, KEPT)
    return People(store, ada, bob, rita, mal)


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


def test_case_110_all_members_see_it_and_it_is_what_was_kept(people: People) -> None:
    for vault in (*people.holders, people.mal):
        assert policy_of(vault) == KEPT
        assert vault.find("prod").policy == KEPT
        assert [one.policy for one in vault.credentials()] == [KEPT]
    assert read_policy(people.present().policy or "") == KEPT


def test_case_110_writers_whoever_added_it_and_owners_change_it_and_nobody_else(people: People) -> None:
    owner = join(people.ada, people.store, "Own", MEMBER)
    people.ada.edit(lambda edit: edit.change_role(id_of(owner), "owner"))
    reader = join(people.ada, people.store, "Rea", READER)
    guest = join(people.ada, people.store, "ci", GUEST)
    share(people.ada, "prod", guest)
    for vault in (people.rita, people.mal, reader, guest):
        for wanted in (EVIL, NO_POLICY):
            with pytest.raises(NotPermitted):
                keep_policy(vault, wanted)
            with pytest.raises(NotPermitted):
                vault.set_policy(vault.find("prod"), lambda _, wanted=wanted: wanted)  # type: ignore[misc]
    assert policy_of(people.ada) == KEPT
    for days, vault in enumerate((people.bob, people.ada, owner), 1):
        vault.set_policy(vault.find("prod"), lambda policy, days=days: policy._replace(rotate_every_days=days))  # type: ignore[misc]
        assert policy_of(people.mal) == KEPT._replace(rotate_every_days=days)


def test_case_110_a_creator_who_is_taken_off_for_good_changes_none(people: People) -> None:
    add(people.bob, "his", "EXAMPLE-his")
    share(people.bob, "his", people.ada)
    bobs = people.bob.find("his")
    people.ada.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(people.bob)]))
    with pytest.raises(NotPermitted):
        people.bob.set_policy(bobs, lambda _: EVIL)


@pytest.mark.parametrize("who", ["rita", "mal"])
@pytest.mark.parametrize("content", ["evil", None])
def test_case_110_a_policy_or_an_end_by_who_may_not_write(people: People, who: str, content: str | None) -> None:
    liar: Vault = getattr(people, who)
    put_back(people.mal, forged(liar, people.present(), content and evil()))
    assert_believed_by_nobody(people, f"its policy is signed by {who.title()}, who may not change it")


def test_case_110_a_policy_in_the_name_of_who_may(people: People) -> None:
    put_back(people.mal, forged(people.mal, people.present(), evil(), by=id_of(people.bob)))
    assert_believed_by_nobody(people, "its policy is not signed by Bob, as it says")


def test_case_110_another_content_under_the_statement_of_the_policy(people: People) -> None:
    present = people.present()
    (part,) = present.parts
    put_back(people.mal, Kept(present.with_part(POLICY, part._replace(content=evil())), ()))
    assert people.ada.find("prod").policy == EVIL  # which is shown, and decides nothing
    assert_believed_by_nobody(people, "its policy is another one than was signed; the vault was last written by Mal")


def test_case_110_the_policy_of_another_credential_of_hers(people: People) -> None:
    add(people.ada, "demo", "EXAMPLE-demo")
    people.ada.set_policy(people.ada.find("demo"), lambda _: EVIL)
    demo = overview_of(people.mal, "demo")
    put_back(people.mal, Kept(people.present()._replace(parts=demo.parts), ()))
    assert_believed_by_nobody(people, "its policy was signed by Ada Example under another list of who holds it")


@pytest.mark.parametrize("then", [EVIL, NO_POLICY], ids=["another", "none"])
def test_case_110_an_earlier_policy_does_not_come_back(people: People, then: Policy) -> None:
    earlier = keep_record(people.mal, "prod")
    keep_policy(people.ada, then)
    secret_of(people.bob, "prod")  # what a machine uses, it remembers
    put_back(people.mal, earlier)
    for vault in (people.ada, people.bob):
        with pytest.raises(RolledBack, match="older than this machine has seen it"):
            policy_of(vault)


def test_case_110_a_pinned_policy_is_left_out_by_nobody(people: People) -> None:
    share(people.ada, "prod", join(people.ada, people.store, "Cyd", MEMBER))
    rewrite_overview(people.mal, "prod", lambda _: {"parts": ()})
    assert_believed_by_nobody(people, "its policy was left out")


def test_case_110_one_that_no_list_pins_is_missed_by_who_saw_it(people: People) -> None:
    secret_of(people.bob, "prod")
    rewrite_overview(people.mal, "prod", lambda _: {"parts": ()})
    for vault in (people.ada, people.bob):
        with pytest.raises(RolledBack):
            policy_of(vault)


LARGE = '{"rotator":"' + "ee" * 16 + '","later":"' + "x" * MAX_POLICY_BYTES + '"}'
DEEP = '{"later":' + "[" * 1_000 + "]" * 1_000 + "}"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[]",
        '{"rotator":1}',
        '{"rotator":"ee"}',
        '{"rotator":"","rotator":""}',
        '{"rotate_every_days":-1}',
        '{"rotate_every_days":true}',
        '{"rotate_every_days":99999999999999999999}',
        '{"never_expires":1}',
        '{"expires_at":"tomorrow"}',
        '{"expires_at":"2026-01-01T00:00:00"}',
        '{"exposures":{}}',
        '{"exposures":[{"revision":1,"why":"rumour","at":"2026-01-01T00:00:00Z"}]}',
        '{"exposures":[{"revision":0,"why":"left","at":"2026-01-01T00:00:00Z"}]}',
        '{"former":[{"revision":1,"state":"asleep"}]}',
        '{"former":[null]}',
        DEEP,
        LARGE,
    ],
    ids=lambda content: content[:40],
)
def test_case_110_what_is_no_policy_is_in_nobodys_way(people: People, content: str) -> None:
    """Signed by Bob, who may write it: he could have ended it as well."""
    put_back(people.bob, forged(people.bob, people.present(), content))
    for vault in people.holders:
        assert vault.find("prod").policy is None
        assert vault.credentials()[0].policy is None
        assert secret_of(vault, "prod") == "EXAMPLE-1"
        with pytest.raises(Tampered, match="does not hold what it should"):
            policy_of(vault)
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(rotate_every_days=30))
    assert policy_of(people.bob) == Policy(rotate_every_days=30)


@pytest.mark.parametrize(
    "wrong",
    [
        Policy(exposures=(Exposure(1, "leaked", NOW, reason="x" * MAX_POLICY_BYTES),)),
        Policy(rotator="no id"),
        Policy(rotate_every_days=-1),
        Policy(former=(Former(0, "alive"),)),
    ],
    ids=["large", "rotator", "days", "revision"],
)
def test_case_110_what_could_not_be_read_back_is_not_written(people: People, wrong: Policy) -> None:
    with pytest.raises(InvalidData):
        keep_policy(people.ada, wrong)
    assert policy_of(people.ada) == KEPT


@pytest.mark.parametrize("forge", ["by Mal", "another content", "left out", "unreadable"])
@pytest.mark.parametrize("act", ["remove", "rekey", "dismiss"])
def test_case_110_nothing_stops_removing_and_new_keys(people: People, forge: str, act: str) -> None:
    if forge == "left out":
        share(people.ada, "prod", join(people.ada, people.store, "Cyd", MEMBER))
    present = people.present()
    (part,) = present.parts
    put_back(
        people.mal,
        {
            "by Mal": forged(people.mal, present, evil()),
            "another content": Kept(present.with_part(POLICY, part._replace(content=evil())), ()),
            "left out": Kept(present._replace(parts=()), ()),
            "unreadable": forged(people.bob, present, "no JSON"),
        }[forge],
    )
    if act == "remove":
        remove(people.ada, "prod")
        assert not people.ada.has("prod")
    elif act == "rekey":
        before = people.ada.epoch
        rekey(people.ada)
        assert people.ada.epoch > before
    else:
        people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
        assert "Bob" not in {one.full_name for one in people.ada.members}


def rename(people: People) -> None:
    people.bob.edit(lambda edit: edit.update(edit.find("prod"), Changes(name="PROD")))


@pytest.mark.parametrize(
    "act",
    [
        lambda people: describe(people.mal, "prod", "another description"),
        rename,
        lambda people: set_session(people.bob, "prod", {"token": "EXAMPLE-token"}),
        lambda people: update(people.bob, "prod", "EXAMPLE-2", region="na"),
        lambda people: people.mal.edit(lambda edit: edit.record_probe(edit.find("prod"), accepted())),
        lambda people: share(people.ada, "prod", people.mal),
        lambda people: people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.rita)])),
        lambda people: people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob))),
        lambda people: rekey(people.ada),
    ],
    ids=["describe", "rename", "session", "values", "probe", "share", "unshare", "dismiss", "rekey"],
)
def test_case_110_it_outlives_what_is_done_to_the_record(people: People, act: Callable[[People], object]) -> None:
    act(people)
    for vault in (people.ada, people.mal):  # who is off it is exposed besides
        assert policy_of(vault)._replace(exposures=policy_of(vault).exposures[:2]) == KEPT
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(exposures=()))
    assert policy_of(people.ada) == KEPT._replace(exposures=())
    assert not people.ada.verify().faults


def test_case_110_who_left_sets_none_and_what_they_set_stays(people: People) -> None:
    keep_policy(people.bob, EVIL)
    late = forged(people.bob, people.present(), write_policy(KEPT))
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    left = Exposure(1, "left", NOW, id_of(people.bob).hex(), "Bob", by=id_of(people.ada).hex())
    assert policy_of(people.ada) == EVIL._replace(exposures=(left,))
    put_back(people.mal, Kept(people.present()._replace(parts=late.overview.parts), ()))
    with pytest.raises(Disputed, match="its policy is signed by Bob"):
        policy_of(people.ada)


@pytest.mark.parametrize("then", ["member", None], ids=["demoted", "left"])
def test_case_110_what_an_owner_without_a_grant_set_stays(people: People, then: str | None) -> None:
    owner = join(people.ada, people.store, "Own", OWNER)
    owner.set_policy(owner.find("prod"), lambda _: EVIL)
    if then is None:
        people.ada.edit(lambda edit: edit.dismiss(id_of(owner)))
    else:
        people.ada.edit(lambda edit: edit.change_role(id_of(owner), then))
        with pytest.raises(NotPermitted):
            keep_policy(owner, KEPT)
    assert [policy_of(vault) for vault in (*people.holders, people.mal)] == [EVIL] * 4


def test_case_110_a_policy_by_keys_that_were_replaced(people: People) -> None:
    stolen = Vault(people.store, people.bob.identity, now=lambda: NOW)
    rekey(people.bob)
    content = evil()
    kept = forged(people.mal, people.present(), content)
    (part,) = kept.overview.parts
    assert part.statement is not None
    unsigned = part.statement._replace(by=id_of(people.bob), signature=b"")
    statement = sign_part(unsigned, stolen._identity, people.mal.vault_id, people.present().record_id)
    put_back(people.mal, Kept(people.present().with_part(POLICY, part._replace(statement=statement)), ()))
    assert_believed_by_nobody(people, "its policy is not signed by Bob")


def test_case_110_what_is_added_meanwhile_is_not_lost(people: People) -> None:
    """Two commands add an exposure each: the one that was slower adds to what the other one wrote."""
    bobs, late = Exposure(1, "unshared", NOW, name="ci"), Exposure(3, "leaked", NOW)

    def be_quicker() -> None:
        people.bob.set_policy(people.bob.find("prod"), lambda one: one._replace(exposures=(*one.exposures, bobs)))

    raced = RacedStore(people.store.tables, before_commit=be_quicker)
    slow = Vault(raced, people.ada.identity, memory=people.ada.memory, now=lambda: NOW)
    credential = slow.find("prod")
    slow.set_policy(credential, lambda policy: policy._replace(exposures=(*policy.exposures, late)))
    assert policy_of(people.ada).exposures == (*KEPT.exposures, bobs, late)
    people.ada.edit(lambda edit: edit.update(edit.find("prod"), Changes(name="moved")))
    people.ada.set_policy(credential, lambda _: EVIL)
    assert policy_of(people.ada, "moved") == EVIL
    generation = people.ada.generation
    people.ada.set_policy(credential, lambda policy: policy)
    assert people.ada.generation == generation


def test_case_110_keys_of_a_newer_version_are_kept(people: People) -> None:
    exposure = '{"revision":1,"why":"left","at":"2026-01-01T00:00:00.000Z","seen":"in chat"}'
    put_back(people.bob, forged(people.bob, people.present(), f'{{"later":[1],"exposures":[{exposure}]}}'))
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(rotate_every_days=1))
    assert people.present().policy == f'{{"later":[1],"rotate_every_days":1,"exposures":[{exposure}]}}'
    keep_policy(people.ada, NO_POLICY)
    assert people.present().policy == '{"later":[1]}'


def test_case_110_without_anything_left_it_ends_by_a_statement(people: People) -> None:
    keep_policy(people.ada, NO_POLICY)
    (part,) = people.present().parts
    assert part.statement is not None
    assert part.statement.is_ended
    assert part.statement.serial == 2
    assert (policy_of(people.mal), people.mal.find("prod").policy) == (NO_POLICY, None)
    keep_policy(people.ada, KEPT)
    assert policy_of(people.mal) == KEPT
