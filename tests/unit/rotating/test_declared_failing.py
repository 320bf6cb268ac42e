"""What fails in a declared rotation: whether it was done all the same, and nothing that is secret in what is told."""

import pytest

from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.find import rotator_for
from nexcred.rotating.rotator import CallFailed
from tests.support.parcels import ADD, CHANGE, PARCELS
from tests.support.standins import Fault, faults
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.parcels import Parcels
from tests.unit.rotating.acting import acting, connector_of, login, plenty
from tests.unit.rotating.parcels import FIRST, engine, failure, fields_of


@pytest.mark.parametrize(
    ("fault", "status", "is_unknown", "detail"),
    [
        (faults.always(json_answer({"message": "not you"}, 401)), ProbeStatus.REJECTED, False, "not you"),
        (faults.always(json_answer({"message": "no rights"}, 403)), ProbeStatus.FORBIDDEN, False, "no rights"),
        (faults.html_page(403), ProbeStatus.BLOCKED, False, "a web page answered"),
        (faults.server_error(), ProbeStatus.PROVIDER_ERROR, True, "the provider failed (503)"),
        (
            faults.always(json_answer({"message": "kept made-EXAMPLE, and then failed"}, 500)),
            ProbeStatus.PROVIDER_ERROR,
            True,
            "the provider failed (500)",
        ),
        (faults.always(Answer(408)), ProbeStatus.INCONCLUSIVE, True, "the answer proves nothing"),
        (faults.redirect("https://evil.test/?t=first-EXAMPLE"), ProbeStatus.INCONCLUSIVE, True, "redirected to evil"),
        (faults.hang_up(), ProbeStatus.UNREACHABLE, True, "closed without an answer"),
        (faults.reset(), ProbeStatus.UNREACHABLE, True, "the connection was reset"),
        (faults.broken_off(), ProbeStatus.UNREACHABLE, True, "the answer broke off"),
        (faults.gzip_bomb(2**30), ProbeStatus.INCONCLUSIVE, True, "MiB"),
        (faults.html_page(200), ProbeStatus.BLOCKED, True, "a web page answered"),
        (faults.always(json_answer([], 200)), ProbeStatus.INCONCLUSIVE, True, "api_key is not in the answer"),
        (faults.always(Answer(200, b"\xff\xfe")), ProbeStatus.INCONCLUSIVE, True, "api_key is not in the answer"),
        (
            faults.always(json_answer({"key": "x\x1b[31m", "id": "k2"})),
            ProbeStatus.INCONCLUSIVE,
            True,
            "api_key holds the control or invisible character U+001B",
        ),
        (
            faults.always(json_answer({"key": "made-EXAMPLE", "id": "../k2"})),
            ProbeStatus.INCONCLUSIVE,
            True,
            "key_id must match k[0-9]+",
        ),
        (
            faults.always(json_answer({"message": "made-EXAMPLE", "id": "k2"}, 201)),
            ProbeStatus.INCONCLUSIVE,
            True,
            "api_key is not in the answer",
        ),
        (
            faults.always(json_answer({"key": "x" * 70_000, "id": "k2"})),
            ProbeStatus.INCONCLUSIVE,
            True,
            "api_key is too long",
        ),
        (
            faults.always(json_answer({"key": "first-EXAMPLE", "id": "k1"})),
            ProbeStatus.INCONCLUSIVE,
            False,
            "the provider answered with the key that there is",
        ),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else None,
)
def test_only_a_clear_no_means_that_nothing_was_made(
    parcels: Parcels, fault: Fault, status: ProbeStatus, is_unknown: bool, detail: str
) -> None:
    failed = failure(parcels, fault)
    assert (failed.status, failed.is_unknown) == (status, is_unknown)
    assert detail in failed.detail
    assert "EXAMPLE" not in failed.detail


def test_a_yes_that_is_not_the_one_that_is_due_is_not_quoted(parcels: Parcels) -> None:
    """It may hold the secret of a key that was made, which nothing here knows as one."""
    rotator = engine(
        parcels, ADD.replace("    set = {", '    expect = "id"\n    accept_status = "201"\n    set = {', 1)
    )
    for answer in (json_answer({"message": "made-EXAMPLE", "id": "k2"}), json_answer({"message": "made-EXAMPLE"}, 201)):
        parcels.fault = faults.always(answer)
        with pytest.raises(CallFailed, match="the answer ") as failed:
            rotator.create(None, plenty())
        assert failed.value.is_unknown
        assert "made" not in failed.value.detail


def test_a_call_that_a_limit_stopped_was_not_done(parcels: Parcels) -> None:
    failed = failure(parcels, faults.rate_limited())
    assert (failed.status, failed.is_unknown) == (ProbeStatus.RATE_LIMITED, False)


def test_a_provider_that_never_answers_ends_with_the_deadline(parcels: Parcels) -> None:
    failed = failure(parcels, faults.silence(), Deadline.after(0.2))
    assert (failed.status, failed.is_unknown) == (ProbeStatus.UNREACHABLE, True)


def test_nothing_is_unknown_where_nobody_was_reached(parcels: Parcels) -> None:
    with Parcels() as gone:
        pass
    connector = connector_of(PARCELS + ADD)
    rotator = rotator_for(acting(connector, login(connector, fields_of(gone), gone)))
    assert rotator is not None
    with pytest.raises(CallFailed) as failed:
        rotator.create(None, plenty())
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.UNREACHABLE, False)


def test_no_secret_that_took_part_is_quoted(parcels: Parcels) -> None:
    """The provider repeats all that it was sent: the login of who asked, and the new secret in the body."""
    old = fields_of(parcels, parcels.password)
    rotator = engine(parcels, CHANGE, old)
    planned = rotator.plan(plenty())
    assert planned.fields is not None
    parcels.fault = faults.echo()
    with pytest.raises(CallFailed) as failed:
        rotator.create(planned.fields, plenty())
    made = planned.fields["api_key"]
    assert isinstance(made, Secret)
    assert "cannot accept" in failed.value.detail
    for secret in (str(made.reveal()), parcels.password):
        assert secret not in failed.value.detail


@pytest.mark.parametrize(
    "listed", [json_answer({"keys": "all of them"}), json_answer("none"), json_answer({"message": "no"}, 403)]
)
def test_a_list_that_is_none_is_not_taken_for_an_empty_one(parcels: Parcels, listed: Answer) -> None:
    rotator = engine(parcels)
    parcels.fault = faults.always(listed)
    with pytest.raises(CallFailed) as failed:
        rotator.orphans((FIRST,), plenty())
    assert not failed.value.is_unknown


def test_a_list_without_an_end_is_given_up(parcels: Parcels) -> None:
    def endless(request: Received, proper: Answer) -> Answer:
        begin = int(request.query.get("from", "0"))
        return json_answer({"keys": [{"id": f"k{begin}"}], "next": begin + 1})

    rotator = engine(parcels)
    parcels.fault = endless
    with pytest.raises(CallFailed, match="more than 50 pages"):
        rotator.plan(plenty())
