"""What a call has to know of the old key is asked before, and nothing is sent that says less than was found."""

import json

import pytest

from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.rotating.find import needs_rotator, revoker_for, rotator_for
from nexcred.rotating.rotator import CallFailed
from tests.support.parcels import ADD, PARCELS, REPLACE
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, json_answer
from tests.support.standins.parcels import Parcels
from tests.unit.rotating.acting import acting, connector_of, login, plenty
from tests.unit.rotating.parcels import engine, fields_of

LOOK_UP = '\n    look_up = { request = { url = "{base_url}/me" }, set = { may = "may" } }'
SAME_RIGHTS = ADD.replace('"nexcred {today}" } }', '"nexcred {today}", may = "{found.may}" } }' + LOOK_UP)
BY_SELF = """
  [method.revoke]
  look_up = { request = { url = "{base_url}/me" }, set = { id = "key" } }
  request = { method = "DELETE", url = "{base_url}/keys/{found.id}" }
"""


def test_a_new_key_may_what_the_old_one_may(parcels: Parcels) -> None:
    new = engine(parcels, SAME_RIGHTS).create(None, plenty())
    assert new["key_id"] == "k2"
    assert parcels.may["k2"] == ["read", "send"]
    assert [request.path for request in parcels.received] == ["/me", "/keys"]


@pytest.mark.parametrize("may", [None, [], "", {}])
def test_where_its_rights_are_not_told_none_is_made(parcels: Parcels, may: object) -> None:
    parcels.fault = faults.always(json_answer({"user": "ada@example.com", "may": may}))
    with pytest.raises(CallFailed, match=r"not sent: found\.may is not in the answer about the old key") as failed:
        engine(parcels, SAME_RIGHTS).create(None, plenty())
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.INCONCLUSIVE, False)
    assert [request.path for request in parcels.received] == ["/me"]


def test_more_than_a_key_can_have_is_not_sent_on(parcels: Parcels) -> None:
    parcels.fault = faults.always(json_answer({"may": ["x" * 1000] * 100}))
    with pytest.raises(CallFailed, match="the answer has too much of it"):
        engine(parcels, SAME_RIGHTS).create(None, plenty())


@pytest.mark.parametrize("answer", [json_answer({"message": "not now"}, 503), json_answer({"message": "no"}, 403)])
def test_a_question_that_fails_leaves_nothing_open(parcels: Parcels, answer: Answer) -> None:
    parcels.fault = faults.always(answer)
    with pytest.raises(CallFailed) as failed:
        engine(parcels, SAME_RIGHTS).create(None, plenty())
    assert not failed.value.is_unknown
    parcels.fault = faults.hang_up()
    with pytest.raises(CallFailed) as failed:
        engine(parcels, SAME_RIGHTS).create(None, plenty())
    assert not failed.value.is_unknown


def test_a_list_beside_other_text_is_a_text(parcels: Parcels) -> None:
    engine(parcels, SAME_RIGHTS.replace('"{found.may}"', '"may: {found.may}"')).create(None, plenty())
    assert json.loads(parcels.received[-1].body)["may"] == 'may: ["read", "send"]'


def test_a_key_says_by_which_id_it_is_ended(parcels: Parcels) -> None:
    connector = connector_of(PARCELS + BY_SELF)
    fields = {name: value for name, value in fields_of(parcels).items() if name != "key_id"}
    revoker = revoker_for(acting(connector, login(connector, fields, parcels)))
    assert revoker is not None
    assert revoker.end(fields, fields, plenty()) == "gone"
    assert parcels.keys == {}
    assert revoker.end(fields, fields, plenty()) == "gone", "refused to say who it is: it has ended before"
    with pytest.raises(CallFailed, match="the old and the new values name the same key"):
        revoker.end(fields, {**fields, "key_id": "k7"}, plenty())


def test_whoever_is_named_acts_and_else_the_key_itself(parcels: Parcels) -> None:
    replaces = REPLACE.replace("    set =", '    by = "rotator_or_old"\n    set =')
    connector = connector_of(PARCELS + replaces)
    own = login(connector, fields_of(parcels), parcels)
    assert not needs_rotator(own.method)
    for rotator, secret in ((None, "first-EXAMPLE"), (fields_of(parcels, parcels.admin, ""), parcels.admin)):
        other = login(connector, rotator, parcels) if rotator else None
        found = rotator_for(acting(connector, own, other))
        assert found is not None
        found.create(None, plenty())
        assert parcels.received[-1].headers["authorization"] == f"Bearer {secret}"


@pytest.mark.parametrize("named", [False, True])
def test_an_orphan_is_ended_by_whoever_is_there(parcels: Parcels, named: bool) -> None:
    connector = connector_of(PARCELS + ADD.replace('by = "new"', 'by = "rotator_or_old"'))
    admin = login(connector, fields_of(parcels, parcels.admin, ""), parcels) if named else None
    found = rotator_for(acting(connector, login(connector, fields_of(parcels), parcels), admin))
    assert found is not None
    before = found.plan(plenty()).living or ()
    found.create(None, plenty())
    (orphan,) = found.orphans(before, plenty()) or ()
    assert found.end_orphan(orphan, plenty()) == "gone"
    assert parcels.received[-1].headers["authorization"] == f"Bearer {parcels.admin if named else 'first-EXAMPLE'}"


def test_an_old_key_that_is_refused_by_the_rotator_has_not_ended(parcels: Parcels) -> None:
    connector = connector_of(PARCELS + ADD.replace('by = "new"', 'by = "rotator_or_old"'))
    stale = login(connector, fields_of(parcels, "stale-EXAMPLE", ""), parcels)
    found = rotator_for(acting(connector, login(connector, fields_of(parcels), parcels), stale))
    assert found is not None
    new = {**fields_of(parcels), "api_key": Secret("new-EXAMPLE"), "key_id": "k2"}
    with pytest.raises(CallFailed) as failed:
        found.end(fields_of(parcels), new, plenty())
    assert failed.value.status is ProbeStatus.REJECTED
