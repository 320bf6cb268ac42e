"""Entries of the roster by which lists of who may read end, and never begin again."""

import pytest

from nexcred.errors import Tampered
from nexcred.vault.primitives import digest, label
from nexcred.vault.roster import MEMBER
from nexcred.vault.roster_records import MOST_NAMED, MOST_RECORDS, Ended, Least, write_unshared
from tests.support.roster_entries import ADA, BOB, then, two

WHO, RECORD, SALT = b"w" * 16, b"r" * 16, b"s" * 16


def test_case_15_a_creator_and_an_owner_end_lists() -> None:
    roster = two(MEMBER)
    by_creator = {"op": "unshare", **write_unshared([Ended(SALT, 3)], (WHO,), creator=BOB.fingerprint)}
    record_id = digest(label("record"), BOB.fingerprint, SALT)[:16]
    for signer in (ADA, BOB):
        ended = then(roster, signer, by_creator)
        assert ended.least_of(record_id) == Least(3)
        assert ended.taken_off(record_id, since=2) == {WHO}
        assert ended.taken_off(record_id, since=3) == frozenset()
    adas = {"op": "unshare", **write_unshared([Ended(SALT, 3)], (), creator=ADA.fingerprint)}
    with pytest.raises(Tampered, match="may not"):
        then(roster, BOB, adas)


def test_a_least_version_never_falls() -> None:
    high, low = ({"op": "unshare", **write_unshared([Ended(RECORD, number)], ())} for number in (9, 3))
    assert then(then(two(MEMBER), ADA, high), ADA, low).least_of(RECORD) == Least(9)


def test_only_an_owner_takes_a_creator_off_and_that_stays() -> None:
    owners = {"op": "unshare", **write_unshared([Ended(RECORD, 3)], (), owners_only=True)}
    plain = {"op": "unshare", **write_unshared([Ended(RECORD, 5)], ())}
    assert then(then(two(MEMBER), ADA, owners), ADA, plain).least_of(RECORD) == Least(5, owners_only=True)
    by_creator = {
        "op": "unshare",
        **write_unshared([Ended(SALT, 3)], (), creator=BOB.fingerprint),
        "owners_only": True,
    }
    record_id = digest(label("record"), BOB.fingerprint, SALT)[:16]
    for signer in (BOB, ADA):
        assert then(two(MEMBER), signer, by_creator).least_of(record_id) == Least(3)


def test_many_lists_end_in_one_entry() -> None:
    many = [Ended(bytes([number]) * 16, number + 1) for number in range(MOST_RECORDS)]
    roster = then(two(MEMBER), ADA, {"op": "unshare", **write_unshared(many, [WHO] * 30)})
    assert [roster.least_of(one.id_or_salt).version for one in many] == [one.version for one in many]
    with pytest.raises(ValueError, match="at most"):  # none is left out unsaid: he would come back with a backup
        write_unshared(many, [bytes([number]) * 16 for number in range(MOST_NAMED + 1)])
    for count in (0, MOST_RECORDS + 1):
        body = {"op": "unshare", **write_unshared(many[:1] * count, ())}
        with pytest.raises(Tampered, match="damaged"):
            then(two(MEMBER), ADA, body)


@pytest.mark.parametrize(
    "wrong",
    [{"records": "%%%"}, {"records": "AAAA"}, {"records": 7}, {"who": "00" * 16}, {"who": ["00"]}, {"creator": "00"}],
)
def test_case_96_another_form_of_ended_lists_is_damage(wrong: dict[str, object]) -> None:
    with pytest.raises(Tampered, match="damaged"):
        then(two(MEMBER), ADA, {"op": "unshare", **write_unshared([Ended(RECORD, 3)], ()), **wrong})
