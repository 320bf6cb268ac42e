"""Case 110: a policy that nobody who may write it signed, from before, of another record, too large or unreadable.

What decides goes by the proved one. A list shows whatever stands there, and nothing of it stops reading values that are
proved, removing, or new keys.
"""

import pytest

from nexcred.errors import Disputed, InvalidData, RolledBack, Tampered
from nexcred.model.lifecycle import NO_POLICY, Exposure, Former, Policy
from nexcred.vault.policy import MAX_POLICY_BYTES, write_policy
from nexcred.vault.record import POLICY
from nexcred.vault.roster import MEMBER
from nexcred.vault.statements import sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.four_people import People
from tests.support.kept_policies import (
    EVIL,
    KEPT,
    assert_believed_by_nobody,
    evil,
    forged,
    keep_policy,
    people,
    policy_of,
)
from tests.support.lying_member import Kept, id_of, keep_record, put_back
from tests.support.sample_vault import NOW, add, remove
from tests.support.shared_vault import join, rekey, secret_of, share

__all__ = ["people"]


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


def test_case_110_who_left_sets_none_and_what_they_set_stays(people: People) -> None:
    keep_policy(people.bob, EVIL)
    late = forged(people.bob, people.present(), write_policy(KEPT))
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    left = Exposure(1, "left", NOW, id_of(people.bob).hex(), "Bob", by=id_of(people.ada).hex())
    assert policy_of(people.ada) == EVIL._replace(exposures=(left,))
    put_back(people.mal, Kept(people.present()._replace(parts=late.overview.parts), ()))
    with pytest.raises(Disputed, match="its policy is signed by Bob"):
        policy_of(people.ada)


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
