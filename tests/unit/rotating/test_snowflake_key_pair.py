"""The key pair of a Snowflake user is replaced, against a stand-in that lets in by what the statements left."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from nexcred.auth.new_key_pair import new_private_key
from nexcred.model.probe import ProbeStatus
from nexcred.rotating.acting import ActingLogin
from nexcred.rotating.rotator import CallFailed
from tests.support.acting import login
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, Received, Script, json_answer
from tests.support.standins.google import rsa_key
from tests.support.standins.snowflake_users import Pair, SnowflakeUsers, User, fingerprint, public_half
from tests.unit.rotating.snowflake_key_pair import Rotation, revealed, snowflake, soon

__all__ = ["snowflake"]

ADMIN = new_private_key()
STRANGER = public_half(new_private_key())


def rotator_at(snowflake: SnowflakeUsers) -> ActingLogin:
    """Return another user, who owns this one."""
    snowflake.users["KEEPER"] = User("KEEPER", {"RSA_PUBLIC_KEY": public_half(ADMIN)})
    given = {"account": snowflake.account, "username": "keeper", "base_url": snowflake.url, "private_key": ADMIN}
    return login("snowflake", given, snowflake.host)


def in_a_pair(snowflake: SnowflakeUsers, **said: object) -> Pair:
    """Have the present key be that of a key pair with a name."""
    pair = Pair(snowflake.user.slots.pop("RSA_PUBLIC_KEY"), **said)  # type: ignore[arg-type]
    snowflake.user.pairs['my "own" key'] = pair
    return pair


@pytest.mark.parametrize("by_rotator", [False, True], ids=["by itself", "by a rotator"])
def test_a_named_pair_is_added_and_the_old_one_disabled_before_it_is_removed(
    snowflake: SnowflakeUsers, by_rotator: bool
) -> None:
    in_a_pair(snowflake, role="O'Brien", days=90, used_on="1767312000.000000000")
    snowflake.runs_on = 2
    rotation = Rotation(snowflake, rotator_at(snowflake) if by_rotator else None)
    planned = rotation.engine.plan(soon())
    (living,) = planned.living or ()
    assert (planned.old, planned.most) == (living.id, 10)
    assert (living.created_at, living.used_at) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))

    assert planned.fields is not None
    new = rotation.engine.create(planned.fields, soon())
    assert new == planned.fields
    assert set(new) == set(rotation.old)
    (added,) = (pair for name, pair in snowflake.user.pairs.items() if name.startswith("NEXCRED_"))
    assert (added.role, added.days) == ("O'Brien", 90)
    assert rotation.waits

    engine = rotation.switched(new)
    assert engine.last_used(rotation.old, soon()) == datetime(2026, 1, 2, tzinfo=UTC)
    assert engine.end(rotation.old, new, soon()) == "disabled"
    snowflake.runs_on = 0
    assert (rotation.probe(rotation.old), rotation.probe(new)) == (ProbeStatus.REJECTED, ProbeStatus.ACCEPTED)
    assert [engine.end(rotation.old, new, soon()) for _ in range(2)] == ["gone", "gone"]
    assert list(snowflake.user.pairs.values()) == [added]


def test_where_no_key_has_a_name_the_two_slots_take_turns(snowflake: SnowflakeUsers) -> None:
    snowflake.knows_names = False
    rotation = Rotation(snowflake)
    planned = rotation.engine.plan(soon())
    first = snowflake.user.slots["RSA_PUBLIC_KEY"]
    assert planned.old == f"RSA_PUBLIC_KEY {fingerprint(first)}"
    assert planned.most == 2
    new = rotation.engine.create(planned.fields, soon())
    assert set(snowflake.user.slots) == {"RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"}
    engine = rotation.switched(new)
    assert engine.last_used(rotation.old, soon()) is None
    assert [engine.end(rotation.old, new, soon()) for _ in range(2)] == ["gone", "gone"]
    newer = engine.create(engine.plan(soon()).fields, soon())
    assert rotation.switched(newer).end(new, newer, soon()) == "gone"
    assert set(snowflake.user.slots) == {"RSA_PUBLIC_KEY"}
    assert rotation.probe(newer) is ProbeStatus.ACCEPTED


def test_a_slot_with_somebody_elses_key_is_never_overwritten(snowflake: SnowflakeUsers) -> None:
    snowflake.knows_names = False
    snowflake.user.slots["RSA_PUBLIC_KEY_2"] = STRANGER
    with pytest.raises(CallFailed) as failed:
        Rotation(snowflake).made()
    assert failed.value.status is ProbeStatus.FORBIDDEN
    whose = f"RSA_PUBLIC_KEY_2 has a key that is not this credential's ({fingerprint(STRANGER)})"
    assert failed.value.detail == f"{whose}: unset it if nobody uses it"
    assert snowflake.user.slots["RSA_PUBLIC_KEY_2"] == STRANGER


def test_a_key_in_a_slot_gets_a_named_successor_and_leaves_the_slot(snowflake: SnowflakeUsers) -> None:
    snowflake.user.slots["RSA_PUBLIC_KEY_2"] = STRANGER
    rotation = Rotation(snowflake)
    new = rotation.made()
    assert rotation.switched(new).end(rotation.old, new, soon()) == "gone"
    assert snowflake.user.slots == {"RSA_PUBLIC_KEY_2": STRANGER}
    assert rotation.probe(new) is ProbeStatus.ACCEPTED


def test_the_new_key_is_sealed_by_the_passphrase_of_the_old_one_and_in_no_request(snowflake: SnowflakeUsers) -> None:
    phrase = "phrase of EXAMPLE"
    sealing = BestAvailableEncryption(phrase.encode())
    sealed = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing).decode()
    rotation = Rotation(snowflake, given={"private_key": sealed, "private_key_passphrase": phrase})
    new = revealed(rotation.made())
    lines = [line for line in str(new["private_key"]).splitlines() if not line.startswith("-")]
    assert str(new["private_key"]).startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert public_half(str(new["private_key"]), phrase) in [pair.public_key for pair in snowflake.user.pairs.values()]
    secrets = [phrase, *lines]
    assert not [word for word in secrets if any(request.holds(word) for request in snowflake.received)]


def test_a_statement_whose_answer_was_lost_is_not_repeated(snowflake: SnowflakeUsers) -> None:
    rotation = Rotation(snowflake)
    planned = rotation.engine.plan(soon())
    left = [faults.hang_up()]

    def lose(request: Received, proper: Answer) -> Answer | Script:
        return left.pop()(request, proper) if left and b"ADD KEY PAIR" in request.body else proper

    snowflake.fault = lose
    with pytest.raises(CallFailed, match="closed without an answer") as failed:
        rotation.engine.create(planned.fields, soon())
    assert failed.value.is_unknown
    (orphan,) = rotation.engine.orphans(planned.living or (), soon())
    new = rotation.engine.create(planned.fields, soon())
    assert [name for name in snowflake.user.pairs if name.startswith("NEXCRED_")] == [orphan.id]
    assert rotation.probe(new) is ProbeStatus.ACCEPTED
    assert [rotation.engine.end_orphan(orphan, soon()) for _ in range(2)] == ["gone", "gone"]
    assert snowflake.user.pairs == {}


def test_an_undo_enables_the_old_pair_and_has_it_remove_the_new_one(snowflake: SnowflakeUsers) -> None:
    in_a_pair(snowflake)
    rotation = Rotation(snowflake)
    new = rotation.made()
    engine = rotation.switched(new)
    assert engine.end(rotation.old, new, soon()) == "disabled"
    for _ in range(2):
        engine.undo(rotation.old, new, soon())
    assert len(snowflake.user.pairs) == 1
    assert rotation.probe(rotation.old) is ProbeStatus.ACCEPTED
    assert rotation.engine.end(rotation.old, rotation.old, soon()) == "gone"  # at once, by itself
    assert snowflake.user.pairs == {}


def test_a_former_key_of_another_user_is_taken_from_that_one(snowflake: SnowflakeUsers) -> None:
    keeper = revealed(rotator_at(snowflake).details.fields)
    present = Rotation(snowflake)
    former = Rotation(snowflake, given=keeper).old
    assert present.engine.end(former, present.old, soon()) == "gone"
    assert snowflake.users["KEEPER"].good_keys() == []
    assert present.probe(present.old) is ProbeStatus.ACCEPTED
    helped = Rotation(snowflake, rotator_at(snowflake))
    with pytest.raises(CallFailed, match="is another user's"):
        helped.engine.end(former, helped.old, soon())


def test_a_removed_key_cannot_be_had_again(snowflake: SnowflakeUsers) -> None:
    rotation = Rotation(snowflake)
    new = rotation.made()
    engine = rotation.switched(new)
    assert engine.end(rotation.old, new, soon()) == "gone"
    with pytest.raises(CallFailed, match="cannot be had again"):
        engine.undo(rotation.old, new, soon())
    assert rotation.probe(new) is ProbeStatus.ACCEPTED


def test_who_may_not_is_told_what_to_grant(snowflake: SnowflakeUsers) -> None:
    snowflake.may_change = False
    with pytest.raises(CallFailed) as failed:
        Rotation(snowflake).made()
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.FORBIDDEN, False)
    assert "GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER … TO ROLE …" in failed.value.detail


def test_a_list_without_the_key_in_use_has_nothing_ended(snowflake: SnowflakeUsers) -> None:
    rotation = Rotation(snowflake)
    new = rotation.made()

    def empty(request: Received, proper: Answer) -> Answer:
        if b"SHOW" not in request.body:
            return proper
        return json_answer({"resultSetMetaData": {"rowType": [{"name": "name"}]}, "data": []})

    snowflake.fault = empty
    with pytest.raises(CallFailed, match="lacks the one that is in use"):
        rotation.switched(new).end(rotation.old, new, soon())


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"data": [["x"]]},
        {"resultSetMetaData": {"rowType": [{"name": "a"}, {"name": "b"}]}, "data": [["x"]]},
        {"resultSetMetaData": {"rowType": [{"name": "a"}], "partitionInfo": [{}, {}]}, "data": [["x"]]},
    ],
    ids=["nothing", "no columns", "a short row", "a part"],
)
def test_a_result_that_is_not_whole_is_none(snowflake: SnowflakeUsers, document: dict[str, object]) -> None:
    snowflake.fault = faults.always(json_answer(document))
    with pytest.raises(CallFailed, match="lacks what was asked for") as failed:
        Rotation(snowflake).engine.plan(soon())
    assert failed.value.status is ProbeStatus.INCONCLUSIVE


def test_a_statement_that_was_lost_sight_of_leaves_open_what_it_did(snowflake: SnowflakeUsers) -> None:
    rotation = Rotation(snowflake)
    planned = rotation.engine.plan(soon())
    snowflake.runs_on = 1

    def ill(request: Received, proper: Answer) -> Answer | Script:
        is_added = any("ADD KEY PAIR" in statement for statement in snowflake.statements)
        return faults.server_error()(request, proper) if is_added and request.method == "GET" else proper

    snowflake.fault = ill
    with pytest.raises(CallFailed, match="try again later") as failed:
        rotation.engine.create(planned.fields, soon())
    assert failed.value.is_unknown
    assert rotation.waits
