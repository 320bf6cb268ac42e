"""`nexcred nexla push` where Nexla does not answer, refuses, or is not the Nexla that somebody means."""

from collections.abc import Callable

import pytest

from tests.support.at_nexla import S3_SECRET, keyed, nexla, outcomes, told
from tests.support.opened import Opened
from tests.support.people import invite, said_no
from tests.support.standins.exchange import Answer, Fault, Received, json_answer
from tests.support.standins.faults import hang_up, reset, server_error
from tests.support.standins.nexla import Nexla

__all__ = ["keyed", "nexla"]

BOTH = ("S3 Production", "resci")


def once(method: str, fault: Fault, undo: Callable[[], object] = lambda: None) -> Fault:
    """Misbehave at the first request of a method that changes something; `undo` what it did before."""
    left = [fault]

    def chosen(request: Received, proper: Answer) -> object:
        if request.method != method or not request.body or not left:
            return proper
        undo()
        return left.pop()(request, proper)

    return chosen  # type: ignore[return-value]


@pytest.mark.parametrize("fault", [reset(), hang_up(), server_error(504)], ids=["reset", "hang up", "504"])
def test_what_was_made_though_its_answer_was_lost_is_not_made_twice(keyed: Opened, nexla: Nexla, fault: Fault) -> None:
    nexla.fault = once("POST", fault)
    assert outcomes(keyed, *BOTH) == {"S3 Production": "created", "resci": "created"}
    assert [row["name"] for row in nexla.rows] == [*BOTH]


def test_what_nexla_shows_nothing_of_is_not_sent_again_by_itself(keyed: Opened, nexla: Nexla) -> None:
    nexla.fault = once("POST", reset(), nexla.rows.pop)
    ran = keyed("nexla", "push", *BOTH)
    assert (ran.code, ran.out) == (5, "resci: created at Nexla as 5001 (rest)\n")
    assert "S3 Production: not known" in ran.err
    assert "Nexla shows none of that name and type" in ran.err
    assert "hint: nexcred nexla push 'S3 Production'" in ran.err
    assert outcomes(keyed, *BOTH) == {"S3 Production": "created", "resci": "replaced"}


def test_a_replacement_whose_answer_was_lost_is_sent_again(keyed: Opened, nexla: Nexla) -> None:
    number = nexla.has("resci", "rest")
    nexla.fault = once("PUT", reset())
    assert outcomes(keyed, "resci") == {"resci": "replaced"}
    assert nexla.written() == [("PUT", f"/data_credentials/{number}")] * 2


def test_an_answer_that_says_nothing_is_looked_into(keyed: Opened, nexla: Nexla) -> None:
    nexla.fault = once("POST", lambda _request, _proper: Answer(200, b"<html>", ()))
    assert outcomes(keyed, "resci") == {"resci": "created"}
    assert len(nexla.rows) == 1


def test_one_failure_leaves_the_others_alone(keyed: Opened, nexla: Nexla) -> None:
    refusal = {"error": "refused", "error_description": "test.url does not answer"}
    nexla.fault = once("POST", lambda _request, _proper: json_answer(refusal, 400), nexla.rows.pop)
    ran = keyed("nexla", "push", *BOTH)
    assert (ran.code, ran.out) == (1, "resci: created at Nexla as 5001 (rest)\n")
    assert "S3 Production: failed: Nexla answered 400: test.url does not answer" in ran.err


@pytest.mark.parametrize(("status", "code"), [(403, 5), (409, 8), (429, 5)])
def test_each_refusal_has_its_exit_code(keyed: Opened, nexla: Nexla, status: int, code: int) -> None:
    answer = json_answer({"error_description": "not now"}, status)
    nexla.fault = once("POST", lambda _request, _proper: answer, nexla.rows.pop)
    assert outcomes(keyed, "resci", code=code) == {"resci": "failed"}


def test_a_key_that_is_refused_in_the_middle_ends_it(keyed: Opened, nexla: Nexla) -> None:
    nexla.has("S3 Production", "s3")

    def revoked(request: Received, proper: Answer) -> Answer:
        if request.method == "PUT":
            nexla.service_key = nexla.token = "another-EXAMPLE"
            return json_answer({"error_description": "the access token is not valid"}, 401)
        return proper

    nexla.fault = revoked
    pushed = told(keyed, "push", *BOTH, code=4)
    assert [(one["name"], one["outcome"]) for one in pushed] == [("S3 Production", "failed"), ("resci", "not_sent")]
    nexla.fault = None
    assert said_no(keyed("nexla", "status"), 4, "'nexla'", "the service key is not known", "nexcred update 'nexla'")


def test_a_nexla_that_is_not_there_is_not_proved(keyed: Opened, nexla: Nexla) -> None:
    nexla.stop()
    assert said_no(keyed("nexla", "push", "resci"), 5, "the connection was refused")


@pytest.mark.parametrize(
    "wrong", [{"credentials": []}, [{"name": "resci"}], [{"id": True, "credentials_type": "rest"}], ["resci"]]
)
def test_an_answer_that_is_no_list_is_no_empty_list(keyed: Opened, nexla: Nexla, wrong: object) -> None:
    nexla.fault = lambda request, proper: json_answer(wrong) if request.method == "GET" else proper
    assert said_no(keyed("nexla", "push", "resci"), 1, "Nexla's answer")
    assert nexla.written() == []


def test_the_key_is_the_only_one_or_the_one_that_is_named(keyed: Opened, nexla: Nexla) -> None:
    assert said_no(keyed("nexla", "push", "resci", "--with", "resci"), 2, "'resci' is of resci, and no key to Nexla")
    with Nexla() as other:
        assert keyed("rename", "nexla", "eu").code == 0
        assert keyed.add(other).code == 0
        assert said_no(keyed("nexla", "push", "resci"), 2, "the vault has 2 keys to Nexla: eu, nexla", "--with NAME")
        assert keyed("nexla", "push", "resci", "--with", "nexla").code == 0
        assert (nexla.written(), other.written()) == ([], [("POST", "/data_credentials")])


def test_without_a_key_it_says_how_to_add_one(opened: Opened) -> None:
    assert said_no(opened("nexla", "status"), 3, "no credential matches")
    held = {"HELD": "resci-key-EXAMPLE-0123456789"}
    assert opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment=held).code == 0
    assert said_no(opened("nexla", "push", "resci"), 3, "no key to Nexla", "nexcred add nexla")


def test_a_key_that_a_member_led_elsewhere_sends_nothing_there_unasked(keyed: Opened, nexla: Nexla) -> None:
    """Who may write a shared key may have it sent to a host of theirs; what they do not hold must not follow."""
    mal = invite(keyed, "mal", "--role", "member")
    assert keyed("share", "nexla", "--with", "mal").code == 0
    with Nexla() as elsewhere:
        moved = ("--set", f"base_url={elsewhere.base_url}", "--allow-host", elsewhere.host, "--no-probe")
        assert mal("update", "nexla", *moved).code == 0
        refused = keyed("nexla", "push", "S3 Production", "--yes")
        assert said_no(refused, 2, f"sending to {elsewhere.host} needs a yes", f"--host {elsewhere.host}")
        assert said_no(keyed("nexla", "push", "S3 Production", "--host", nexla.host), 2, f"leads to {elsewhere.host}")
        assert elsewhere.written() == []
        assert not any(one.holds(S3_SECRET) for one in elsewhere.received)
        assert keyed("nexla", "push", "S3 Production", "--host", elsewhere.host).code == 0
        assert elsewhere.written() == [("POST", "/data_credentials")]
