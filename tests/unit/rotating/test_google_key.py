"""The key of a Google service account is replaced, against a stand-in that verifies what the uploaded key signs."""

import json
from base64 import b64decode
from collections.abc import Mapping

import pytest

from nexcred.auth.new_key_pair import new_private_key, self_signed_certificate
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.rotating.acting import ActingLogin
from nexcred.rotating.rotator import CallFailed
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, Received, Script
from tests.support.standins.google_iam import OTHER, GoogleIam, Key
from tests.unit.rotating.google_key import Rotation, google, key_file, login_with, soon

__all__ = ["google"]

ADMIN = new_private_key()


def rotator_at(google: GoogleIam) -> ActingLogin:
    """Return a credential that may do with keys what it likes."""
    google.keys["admin"] = Key(self_signed_certificate(ADMIN, utc_now()))
    return login_with(google, {**google.service_account, "private_key": ADMIN, "private_key_id": "admin"})


@pytest.mark.parametrize("by_rotator", [False, True], ids=["by itself", "by a rotator"])
def test_a_key_is_replaced_and_the_old_one_disabled_before_it_is_deleted(google: GoogleIam, by_rotator: bool) -> None:
    google.refusals = 0 if by_rotator else 3
    rotation = Rotation(google, rotator_at(google) if by_rotator else None)
    old_id = google.private_key_id
    planned = rotation.engine.plan(soon())
    assert (planned.old, planned.most) == (old_id, 10)
    assert old_id in [key.id for key in planned.living or ()]
    assert all(key.created_at for key in planned.living or ())

    assert planned.fields is not None
    new = rotation.engine.create(planned.fields, soon())
    before, sealed, after = key_file(rotation.old), key_file(planned.fields), key_file(new)
    assert "private_key_id" not in sealed
    assert after["private_key"] == sealed["private_key"] != before["private_key"]
    assert after["private_key_id"] in google.keys
    assert {**after, "private_key": "", "private_key_id": ""} == {**before, "private_key": "", "private_key_id": ""}
    assert list(after) == list(before)

    google.late = 2
    engine = rotation.switched(new)
    assert engine.end(rotation.old, new, soon()) == "disabled"
    assert len(rotation.waits) == google.refusals + 2
    assert (rotation.probe(rotation.old), rotation.probe(new)) == (ProbeStatus.REJECTED, ProbeStatus.ACCEPTED)
    assert [engine.end(rotation.old, new, soon()) for _ in range(2)] == ["gone", "gone"]
    assert old_id not in google.keys
    assert rotation.probe(planned.fields) is ProbeStatus.ACCEPTED
    assert engine.last_used(rotation.old, soon()) is None


def test_the_private_key_is_in_no_request(google: GoogleIam) -> None:
    rotation = Rotation(google)
    new = rotation.made()
    rotation.switched(new).undo(rotation.old, new, soon())
    lines = [line for line in str(key_file(new)["private_key"]).splitlines() if not line.startswith("-")]
    assert len(lines) > 20
    bodies = [request for request in google.received if request.path.endswith("keys:upload")]
    (uploaded,) = (b64decode(json.loads(request.body)["publicKeyData"]).decode() for request in bodies)
    assert uploaded.startswith("-----BEGIN CERTIFICATE-----")
    assert not [line for line in lines if line in uploaded or any(request.holds(line) for request in google.received)]


def test_an_upload_whose_answer_was_lost_is_found_again(google: GoogleIam) -> None:
    rotation = Rotation(google)
    planned = rotation.engine.plan(soon())
    left = [faults.reset()]

    def lose(request: Received, proper: Answer) -> Answer | Script:
        return left.pop()(request, proper) if left and request.path.endswith(":upload") else proper

    google.fault = lose
    with pytest.raises(CallFailed, match="the connection was reset") as failed:
        rotation.engine.create(planned.fields, soon())
    assert failed.value.is_unknown
    (orphan,) = rotation.engine.orphans(planned.living or (), soon())
    assert planned.fields is not None
    assert rotation.probe(planned.fields) is ProbeStatus.ACCEPTED

    new = rotation.engine.create(planned.fields, soon())
    assert key_file(new)["private_key_id"] == orphan.id
    assert len(google.keys) == 2
    assert [rotation.engine.end_orphan(orphan, soon()) for _ in range(2)] == ["gone", "gone"]
    assert rotation.engine.orphans(planned.living or (), soon()) == ()


def test_an_undo_enables_the_old_key_and_deletes_the_new_one(google: GoogleIam) -> None:
    rotation = Rotation(google)
    planned = rotation.engine.plan(soon())
    assert planned.fields is not None
    new = rotation.engine.create(planned.fields, soon())
    engine = rotation.switched(new)
    assert engine.end(rotation.old, new, soon()) == "disabled"
    google.refusals = 2
    engine.undo(rotation.old, planned.fields, soon())  # its id is not known where the answer was lost
    assert len(rotation.waits) == 2
    assert set(google.keys) == {google.private_key_id}
    assert rotation.probe(rotation.old) is ProbeStatus.ACCEPTED
    engine.undo(rotation.old, new, soon())
    assert set(google.keys) == {google.private_key_id}


def test_a_deleted_key_cannot_be_had_again(google: GoogleIam) -> None:
    rotation = Rotation(google)
    new = rotation.made()
    engine = rotation.switched(new)
    while engine.end(rotation.old, new, soon()) != "gone":
        pass
    with pytest.raises(CallFailed, match="is deleted, and cannot be had again"):
        engine.undo(rotation.old, new, soon())
    assert rotation.probe(new) is ProbeStatus.ACCEPTED


def test_a_key_that_is_to_end_by_itself_is_deleted_at_once(google: GoogleIam) -> None:
    rotation = Rotation(google)
    assert rotation.engine.end(rotation.old, rotation.old, soon()) == "gone"
    assert google.keys == {}


@pytest.mark.parametrize("by_rotator", [False, True], ids=["by itself", "by a rotator"])
def test_a_former_key_of_another_account_is_ended_there(google: GoogleIam, by_rotator: bool) -> None:
    rotation = Rotation(google, rotator_at(google) if by_rotator else None)
    former = new_private_key()
    google.other["former"] = Key(self_signed_certificate(former, utc_now()))
    file = {**google.service_account, "private_key": former, "private_key_id": "former", "client_email": OTHER}
    old = {**rotation.old, "service_account_key": Secret(json.dumps(file))}
    assert rotation.engine.end(old, rotation.old, soon()) == ("disabled" if by_rotator else "gone")
    assert "former" not in google.other or google.other["former"].disabled
    assert not google.keys[google.private_key_id].disabled


def test_two_key_files_of_one_id_end_nothing(google: GoogleIam) -> None:
    rotation = Rotation(google)
    new = rotation.made()
    mixed = {"service_account_key": Secret(json.dumps({**key_file(rotation.old), **_id_of(new)}))}
    with pytest.raises(CallFailed, match="name the same private_key_id"):
        rotation.switched(new).end({**rotation.old, **mixed}, new, soon())
    assert not any(key.disabled for key in google.keys.values())


def test_a_key_file_without_an_id_is_found_by_its_public_key(google: GoogleIam) -> None:
    rotation = Rotation(google)
    new = rotation.made()
    nameless = {name: value for name, value in key_file(rotation.old).items() if name != "private_key_id"}
    old = {**rotation.old, "service_account_key": Secret(json.dumps(nameless))}
    assert rotation.switched(new).end(old, new, soon()) == "disabled"
    assert google.keys[google.private_key_id].disabled


@pytest.mark.parametrize(
    "constraint", ["iam.disableServiceAccountKeyUpload", "iam.managed.disableServiceAccountKeyUpload"]
)
def test_a_policy_of_the_organisation_sends_people_to_rotate_by_hand(google: GoogleIam, constraint: str) -> None:
    google.forbidden_by = f"constraints/{constraint}"
    with pytest.raises(CallFailed) as failed:
        Rotation(google).made()
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.FORBIDDEN, False)
    assert failed.value.detail == (
        f"an organisation policy forbids it ({constraint}): rotate by hand, or have the policy lifted"
    )


def test_who_may_not_is_told_which_role_is_missing(google: GoogleIam) -> None:
    google.is_admin = False
    with pytest.raises(CallFailed) as failed:
        Rotation(google).engine.plan(soon())
    assert failed.value.status is ProbeStatus.FORBIDDEN
    assert failed.value.detail == (
        "iam.serviceAccountKeys.list is not permitted: grant it the role Service Account Key Admin on the account,"
        " or name another credential as its rotator"
    )


def test_ten_keys_are_the_most(google: GoogleIam) -> None:
    certificate = google.keys[google.private_key_id].certificate
    google.keys |= {f"other{number}": Key(certificate) for number in range(9)}
    with pytest.raises(CallFailed, match="an account has 10 keys at most") as failed:
        Rotation(google).made()
    assert failed.value.status is ProbeStatus.FORBIDDEN


def test_no_message_quotes_a_token_or_a_key(google: GoogleIam) -> None:
    rotation = Rotation(google)
    planned = rotation.engine.plan(soon())
    google.fault = lambda request, proper: faults.echo(500)(request, proper) if "upload" in request.path else proper
    with pytest.raises(CallFailed, match="cannot accept") as failed:
        rotation.engine.create(planned.fields, soon())
    assert failed.value.is_unknown
    token = next(iter(google.scopes))
    assert not any(token[start : start + 8] in failed.value.detail for start in range(len(token) - 8))


def _id_of(fields: Mapping[str, Value]) -> dict[str, object]:
    return {"private_key_id": key_file(fields)["private_key_id"]}
