"""Rotation as a connector declares it, over real HTTP against a provider that was invented for it."""

import pytest

from nexcred.auth.flow import Grant
from nexcred.errors import Conflict
from nexcred.http.policy import HostPolicy
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.find import needs_rotator, revoker_for, rotator_for
from nexcred.rotating.rotator import CallFailed
from tests.support.parcels import ADD, CHANGE, PARCELS, REVOKE
from tests.support.standins import faults
from tests.support.standins.parcels import Parcels
from tests.unit.rotating.acting import acting, connector_of, login, plenty
from tests.unit.rotating.parcels import FIRST, engine, failure, fields_of


def test_a_key_is_made_beside_the_old_one_which_the_new_one_then_ends(parcels: Parcels) -> None:
    rotator = engine(parcels)
    planned = rotator.plan(plenty())
    assert [*planned] == [None, (FIRST,), "k1", 3]

    new = rotator.create(planned.fields, plenty())
    assert new == fields_of(parcels, "made-2-EXAMPLE", "k2")
    assert parcels.keys["k2"]["name"] == "nexcred 2026-01-09"
    assert rotator.last_used(fields_of(parcels), plenty()) == FIRST.used_at

    assert rotator.end(fields_of(parcels), new, plenty()) == "gone"
    assert set(parcels.keys) == {"k2"}
    assert parcels.received[-1].headers["authorization"] == "Bearer made-2-EXAMPLE"
    assert rotator.end(fields_of(parcels), new, plenty()) == "gone", "a lost answer is no reason to hang"


def test_undo_ends_the_new_key_by_the_old_one(parcels: Parcels) -> None:
    rotator = engine(parcels)
    new = rotator.create(None, plenty())
    rotator.undo(fields_of(parcels), new, plenty())
    assert set(parcels.keys) == {"k1"}
    assert parcels.received[-1].headers["authorization"] == "Bearer first-EXAMPLE"


def test_a_key_whose_answer_was_lost_is_found_by_listing_and_ended_by_its_id(parcels: Parcels) -> None:
    rotator = engine(parcels)
    before = rotator.plan(plenty()).living
    assert before == (FIRST,)
    assert failure(parcels, faults.hang_up()).is_unknown
    parcels.keys["k9"] = {"secret": "theirs-EXAMPLE", "name": "made meanwhile, by somebody else"}

    found = rotator.orphans(before, plenty())
    assert [key.id for key in found or ()] == ["k2"], "on the second page, and k9 is not ours by its name"
    assert rotator.end_orphan((found or ())[0], plenty()) == "gone"
    assert set(parcels.keys) == {"k1", "k9"}
    assert rotator.orphans(before, plenty()) == ()


def test_a_password_is_made_here_and_changed_back(parcels: Parcels) -> None:
    old = fields_of(parcels, parcels.password)
    rotator = engine(parcels, CHANGE, old)
    planned = rotator.plan(plenty())
    assert planned.living is None
    assert planned.fields is not None
    made = planned.fields["api_key"]
    assert isinstance(made, Secret)
    assert (made.size, parcels.password) == (32, "password-EXAMPLE"), "nobody has heard of it"
    assert rotator.plan(plenty()).fields != planned.fields

    new = rotator.create(planned.fields, plenty())
    assert new == planned.fields
    assert parcels.password == made.reveal()
    rotator.undo(old, new, plenty())
    assert parcels.password == "password-EXAMPLE"
    assert rotator.orphans((), plenty()) is None


def test_a_key_of_which_the_id_is_not_known_is_not_ended(parcels: Parcels) -> None:
    unknown = {name: value for name, value in fields_of(parcels).items() if name != "key_id"}
    rotator = engine(parcels, fields=unknown)
    assert rotator.plan(plenty()).old is None
    new = rotator.create(None, plenty())
    asked = len(parcels.received)
    with pytest.raises(CallFailed, match=r"not sent: old\.key_id is not known"):
        rotator.end(unknown, new, plenty())
    assert len(parcels.received) == asked


def test_another_credential_acts_where_the_file_says_so_and_only_on_hosts_of_both(parcels: Parcels) -> None:
    connector = connector_of(PARCELS + ADD.replace('by = "new"', 'by = "rotator"'))
    own = login(connector, fields_of(parcels), parcels)
    admin = login(connector, fields_of(parcels, parcels.admin, ""), parcels)
    assert needs_rotator(own.method)
    alone = rotator_for(acting(connector, own))
    assert alone is not None
    with pytest.raises(CallFailed, match="nobody was named as rotator") as failed:
        alone.end(fields_of(parcels), fields_of(parcels), plenty())
    assert failed.value.status is ProbeStatus.UNSUPPORTED

    with Parcels() as elsewhere:
        only_elsewhere = HostPolicy((), (elsewhere.host,))
        strays = [(own, admin._replace(policy=only_elsewhere)), (own._replace(policy=only_elsewhere), admin)]
        for one, other in strays:
            strayed = rotator_for(acting(connector, one, other))
            assert strayed is not None
            with pytest.raises(CallFailed, match="not sent: this credential may not be sent to"):
                strayed.end(fields_of(parcels), fields_of(parcels), plenty())
        assert parcels.received == []
        assert elsewhere.received == []

    helped = rotator_for(acting(connector, own, admin))
    assert helped is not None
    assert helped.end(fields_of(parcels), fields_of(parcels), plenty()) == "gone"
    assert parcels.received[-1].headers["authorization"] == f"Bearer {parcels.admin}"
    assert parcels.keys == {}


def test_a_key_is_ended_without_a_login_and_once_more(parcels: Parcels) -> None:
    connector = connector_of(PARCELS + REVOKE)
    found = acting(connector, login(connector, fields_of(parcels), parcels))
    assert rotator_for(found) is None
    revoker = revoker_for(found)
    assert revoker is not None
    for _ in range(2):
        assert revoker.end(fields_of(parcels), fields_of(parcels), plenty()) == "taken"
    assert parcels.keys == {}
    assert "authorization" not in parcels.received[-1].headers


def test_a_key_that_is_refused_its_own_end_has_had_it(parcels: Parcels) -> None:
    spec = REVOKE.replace('by = "nobody"', 'by = "old"').replace("/end", "/me").replace('  expect = "accepted"\n', "")
    connector = connector_of(PARCELS + spec)
    revoker = revoker_for(acting(connector, login(connector, fields_of(parcels, "dead-EXAMPLE"), parcels)))
    assert revoker is not None
    dead = fields_of(parcels, "dead-EXAMPLE")
    assert revoker.end(dead, dead, plenty()) == "gone"


def test_a_refusal_of_which_nobody_knows_what_it_proves_is_no_end(parcels: Parcels) -> None:
    spec = REVOKE.replace('by = "nobody"', 'by = "old"').replace("/end", "/me")
    connector = connector_of(
        PARCELS.replace("  [method.probe]\n", "  [method.probe]\n  refusal_unknown = true\n") + spec
    )
    dead = fields_of(parcels, "dead-EXAMPLE")
    revoker = revoker_for(acting(connector, login(connector, dead, parcels)))
    assert revoker is not None
    with pytest.raises(CallFailed, match="no source says that this provider refuses a wrong key so") as failed:
        revoker.end(dead, dead, plenty())
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.INCONCLUSIVE, False)


def test_a_key_that_its_provider_replaces_at_once_is_neither_ended_nor_brought_back(parcels: Parcels) -> None:
    spec = ADD[: ADD.index("    [method.rotate.revoke]")].replace('"add"\n  most = 3', '"replace"')
    rotator = engine(parcels, spec)
    assert rotator.plan(plenty()).living == (FIRST,)
    new = rotator.create(None, plenty())
    for undone in (rotator.undo, rotator.end):
        with pytest.raises(CallFailed) as failed:
            undone(fields_of(parcels), new, plenty())
        assert failed.value.status is ProbeStatus.UNSUPPORTED
    assert set(parcels.keys) == {"k1", "k2"}


def test_a_login_that_lives_in_a_session_ends_its_own_tokens(parcels: Parcels) -> None:
    auth = """\
  scheme = "authorization_code"
  token_url = "{base_url}/token"
  authorize_url = "{base_url}/authorize"
  redirect_uri = "http://127.0.0.1:41789/callback"
  client_id = "{key_id}"
"""
    revoke = """
  [method.revoke]
  request = { method = "POST", url = "{base_url}/me", json = { token = "{session.refresh_token}" } }
  expect = "user"
"""
    headers = '  scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }\n'
    connector = connector_of(PARCELS.replace(headers, auth) + revoke)
    own = login(connector, fields_of(parcels), parcels)
    session = {"access_token": "first-EXAMPLE", "refresh_token": "refresh-EXAMPLE"}
    granted = Grant(headers={"Authorization": "Bearer first-EXAMPLE"})
    revoker = revoker_for(acting(connector, own._replace(session=session, authorize=lambda _deadline: granted)))
    assert revoker is not None
    assert revoker.end(own.details.fields, own.details.fields, plenty()) == "gone"
    assert parcels.received[-1].body == b'{"token": "refresh-EXAMPLE"}'

    def busy(_deadline: Deadline) -> Grant:
        raise Conflict("another machine renews this login")

    waiting = revoker_for(acting(connector, own._replace(session=session, authorize=busy)))
    assert waiting is not None
    with pytest.raises(CallFailed, match="another machine renews this login") as failed:
        waiting.end(own.details.fields, own.details.fields, plenty())
    assert not failed.value.is_unknown


def test_by_hand_is_what_no_engine_does(parcels: Parcels) -> None:
    for spec in ("", '\n  [method.rotate]\n  kind = "by_hand"\n'):
        connector = connector_of(PARCELS + spec)
        found = acting(connector, login(connector, fields_of(parcels), parcels))
        assert rotator_for(found) is None
        assert revoker_for(found) is None
