"""`nexcred nexla push` and `status`, as processes, at a Nexla that takes nothing but what its own pages name."""

import json
from importlib import import_module

import pyte
import pytest

from tests.support.at_nexla import S3_SECRET, keyed, nexla, outcomes, told
from tests.support.opened import Opened
from tests.support.people import said_no
from tests.support.schema_check import AT_NEXLA, check_schema
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.faults import echo
from tests.support.standins.nexla import Nexla
from tests.support.terminal import Typed, play

__all__ = ["keyed", "nexla"]


def test_what_is_pushed_arrives_under_nexlas_names(keyed: Opened, nexla: Nexla) -> None:
    ran = keyed("nexla", "push", "S3 Production", "resci")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "S3 Production: created at Nexla as 5001 (s3)\nresci: created at Nexla as 5002 (rest)\n"
    assert nexla.kept[5001] == {
        "s3_auth_type": "Access Key",
        "access_key": "AKIAEXAMPLE012345678",
        "secret_key": S3_SECRET,
    }
    held = nexla.kept[5002]
    assert (held["auth.type"], held["api.key.auth.key"]) == ("API_KEY", "Authorization")
    assert held["api.key.auth.value"] == f"ApiKey {keyed.environment['HELD']}"
    assert nexla.row(5001)["description"] == "exports"


def test_what_nexla_has_is_replaced(keyed: Opened, nexla: Nexla) -> None:
    nexla.has("resci", "s3")
    number = nexla.has("RESCI", "rest", roles=("admin",))
    assert keyed("nexla", "push", "resci").out == f"resci: replaced {number} at Nexla (rest)\n"
    assert keyed("nexla", "push", "resci").code == 0
    assert nexla.written() == [("PUT", f"/data_credentials/{number}")] * 2
    assert nexla.row(number)["name"] == "resci"


def test_what_belongs_to_others_is_left_alone(keyed: Opened, nexla: Nexla) -> None:
    nexla.has("resci", "rest", roles=("collaborator", "operator"))
    nexla.has("resci", "rest", roles=())
    assert keyed("nexla", "push", "resci").out == "resci: created at Nexla as 5003 (rest)\n"


@pytest.mark.parametrize("tells_pages", [True, False])
def test_every_page_is_looked_at(keyed: Opened, nexla: Nexla, tells_pages: bool) -> None:
    nexla.per_page_most, nexla.tells_pages = 2, tells_pages
    numbers = [nexla.has(f"other {count}", "rest") for count in range(4)]
    nexla.has("resci", "rest")
    assert keyed("nexla", "push", "resci").out == f"resci: replaced {numbers[-1] + 1} at Nexla (rest)\n"


def test_a_list_that_knows_no_pages_ends(keyed: Opened, nexla: Nexla) -> None:
    nexla.has("resci", "rest")
    whole = nexla.rows[:]
    nexla.fault = lambda request, proper: json_answer(whole) if "page" in request.query else proper
    assert outcomes(keyed, "resci") == {"resci": "replaced"}


def test_a_list_without_names_is_asked_for_them(keyed: Opened, nexla: Nexla) -> None:
    """docs.nexla.com shows a list whose credentials have no name."""
    nexla.has("resci", "rest")

    def without_names(request: Received, proper: Answer) -> Answer:
        if "page" not in request.query:
            return proper
        return json_answer([{key: row[key] for key in row if key != "name"} for row in json.loads(proper.body)])

    nexla.fault = without_names
    assert outcomes(keyed, "resci") == {"resci": "replaced"}


def test_of_several_one_has_to_be_named(keyed: Opened, nexla: Nexla) -> None:
    for _ in range(2):
        nexla.has("resci", "rest")
    ran = keyed("nexla", "push", "S3 Production", "resci")
    assert said_no(ran, 8, "Nexla has 2 of 'resci' (rest): 5001, 5002", "nexcred nexla push 'resci' --id 5001")
    assert said_no(keyed("nexla", "push", "resci", "--id", "7"), 8, "7 is no 'resci' (rest) of yours", "5001, 5002")
    assert said_no(keyed("nexla", "push", "resci", "S3 Production", "--id", "5001"), 2, "one by one")
    assert nexla.written() == []
    assert keyed("nexla", "push", "resci", "--id", "5002").out == "resci: replaced 5002 at Nexla (rest)\n"


def test_what_nexla_has_no_place_for_is_named_before_anything_is_sent(keyed: Opened, nexla: Nexla) -> None:
    values = ("--set", "account_id=4711", "--set", "api_key=env:HELD")
    assert keyed("add", "aventri", *values, "--no-probe").code == 0
    alone = keyed("nexla", "push", "aventri", "resci")
    assert said_no(alone, 2, "'aventri' cannot go to Nexla: its key is exchanged for a token first")
    both = keyed("nexla", "push", "aventri", "nexla", "resci", "--json")
    assert (both.code, both.out) == (2, "")
    problems = json.loads(both.err)["error"]["fields"]
    assert {one["field"] for one in problems} == {"aventri", "nexla"}
    assert nexla.written() == []


def test_a_dry_run_says_what_would_be_done_and_sends_nothing(keyed: Opened, nexla: Nexla) -> None:
    number = nexla.has("resci", "rest")
    ran = keyed("nexla", "push", "S3*", "resci", "--dry-run")
    assert ran.out == f"S3 Production: would be created at Nexla (s3)\nresci: would replace {number} at Nexla (rest)\n"
    assert outcomes(keyed, "S3*", "resci", "--dry-run") == {"S3 Production": "create", "resci": "replace"}
    assert nexla.written() == []
    assert not any(one.holds(S3_SECRET) for one in nexla.received)


def test_several_that_nobody_named_need_a_yes(keyed: Opened, nexla: Nexla) -> None:
    assert said_no(keyed("nexla", "push", "*"), 2, "pushing several needs a yes", "--yes")
    assert nexla.written() == []
    ran = keyed("nexla", "push", "*", "--yes")
    assert ran.out.count("created at Nexla") == 2
    assert "the key to Nexla itself is left out" in ran.err


def test_at_a_terminal_the_plan_is_shown_and_asked_for(keyed: Opened, nexla: Nexla) -> None:
    del keyed.environment["NEXCRED_NO_INPUT"]
    screen, command = pyte.Screen(100, 30), keyed.command("nexla", "push", "*")
    environment = {**keyed.environment, "TERM": "dumb"}
    ended = play(command, [Typed("Push them all?", "y\r")], screen, environment=environment, folder=keyed.home)
    assert ended.code == 0
    assert b"S3 Production would be created at Nexla (s3)" in ended.seen
    assert nexla.written() == [("POST", "/data_credentials")] * 2


def test_status_says_what_nexla_has_and_what_is_newer_here(keyed: Opened, nexla: Nexla) -> None:
    number = nexla.has("resci", "rest", verified_status="VERIFIED")
    (s3, resci) = sorted(told(keyed, "status"), key=lambda one: one["name"] == "resci")
    assert (s3["state"], s3["nexla_ids"], s3["updated_at"]) == ("missing", [], None)
    assert (resci["state"], resci["nexla_ids"], resci["verified_status"]) == ("newer_here", [number], "VERIFIED")
    assert resci["updated_at"] == "2023-01-15T20:24:25.000Z"
    shown = keyed("nexla", "status")
    assert "newer here" in shown.out
    assert "to bring Nexla up to date: nexcred nexla push 'resci'" in shown.err
    keyed("nexla", "push", "resci")
    assert told(keyed, "status", "resci")[0]["state"] == "current"
    nexla.has("resci", "rest")
    assert told(keyed, "status", "resci")[0]["state"] == "several"
    unfit = told(keyed, "status", "nexla")[0]
    assert (unfit["state"], unfit["why"]) == ("no_place", "it is a key to Nexla itself")
    assert not any(one.holds(S3_SECRET) for one in nexla.received)


def test_both_outputs_are_what_their_schemas_say(keyed: Opened, nexla: Nexla) -> None:
    checked = set()
    for words in (["push", "resci", "--dry-run"], ["push", "resci"], ["status"]):
        ran = keyed("nexla", *words, "--json")
        check_schema(keyed, f"nexla {words[0]}", ran.out)
        checked.add(f"nexla {words[0]}")
    assert checked == AT_NEXLA


def test_the_use_is_noted(keyed: Opened, nexla: Nexla) -> None:
    keyed("nexla", "push", "S3 Production")
    keyed("nexla", "status")
    lines = [line.split("  ") for line in keyed("audit").out.splitlines()]
    noted = [[word.strip() for word in line if word][2:] for line in lines if "nexla" in "".join(line[2:4])]
    assert noted[:3] == [
        ["nexla status", "nexla"],
        ["nexla push", "S3 Production", "access_key_id, secret_key"],
        ["nexla push", "nexla"],
    ]


def test_answers_are_of_the_shape_that_the_sdk_reads(nexla: Nexla) -> None:
    """Else the stand-in would prove nothing."""
    nexla.has("resci", "rest")
    model = import_module("nexla_sdk.models.credentials.responses").Credential
    assert model.model_validate(nexla.rows[0]).name == "resci"


def test_an_error_that_repeats_what_was_sent_shows_nothing_of_it(keyed: Opened, nexla: Nexla) -> None:
    repeat = echo(400)
    nexla.fault = lambda request, proper: repeat(request, proper) if request.body else proper
    ran = keyed("nexla", "push", "S3 Production")
    assert (ran.code, ran.out) == (1, "")
    assert "S3 Production: failed: Nexla answered 400" in ran.err
    assert S3_SECRET[:12] not in ran.err
    assert nexla.token not in ran.err


@pytest.mark.parametrize("times", [1, 2], ids=["once", "in JSON within JSON"])
def test_an_error_that_repeats_it_as_rails_and_go_escape_it_shows_nothing_of_it(
    keyed: Opened, nexla: Nexla, times: int
) -> None:
    keyed.environment |= {"SECRET": (secret := "Zq&7x<pLw>2mR&kT9x+E'4")}
    new = ("--set", "access_key_id=AKIAEXAMPLE012345678", "--set", "secret_key=env:SECRET")
    assert keyed("add", "s3", "odd", *new, "--no-probe").code == 0
    said = secret
    for _ in range(times):
        said = json.dumps(said)[1:-1]
        for character in "&<>'+":
            said = said.replace(character, f"\\u{ord(character):04x}")
    body = f'{{"error_description": "bad value: {said}"}}'.encode()
    nexla.fault = lambda request, proper: Answer(400, body, ()) if request.body else proper
    ran = keyed("nexla", "push", "odd")
    assert (ran.code, ran.out) == (1, "")
    assert "odd: failed: Nexla answered 400: bad value: ••••\n" in ran.err
