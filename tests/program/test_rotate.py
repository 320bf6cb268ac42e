"""Keys are rotated by the program: made, proved, switched to, ended and proved dead, whatever comes between."""

import json
import signal
import subprocess
from datetime import UTC, datetime

import pytest

from nexcred.model.lifecycle import Exposure
from tests.support.opened import Opened
from tests.support.parcels import REPLACE, keep, key, refuse_to_end, told
from tests.support.people import invite, said_no, vault_of
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.parcels import Parcels


@pytest.fixture
def kept(opened: Opened, parcels: Parcels) -> Opened:
    return keep(opened, parcels)


def test_a_key_is_replaced_and_the_old_one_proved_dead(kept: Opened, parcels: Parcels) -> None:
    ran = kept("rotate", "parcels", "--grace", "0")
    assert (ran.code, ran.out) == (0, "parcels: done: the old key is refused\n"), ran.err
    assert (list(parcels.keys), key(kept)) == (["k2"], "made-2-EXAMPLE")
    assert "Both keys work until the old one is revoked" in ran.err
    assert [one["state"] for one in json.loads(kept("history", "parcels", "--json").out)] == ["present", "dead"]
    audit = json.loads(kept("audit", "parcels", "--json").out)
    steps = [one["what"][0] for one in audit if one["action"] == "rotate"]
    assert steps == ["ended", "retired", "switched", "proved", "made", "planned"]
    assert "EXAMPLE" not in ran.out + ran.err + kept("audit").out


def test_both_work_for_the_grace_and_it_goes_back(kept: Opened, parcels: Parcels) -> None:
    ran = kept("rotate", "parcels", "--json")
    waiting = told(ran)
    assert (ran.code, waiting["outcome"], waiting["step"], waiting["kind"]) == (0, "waiting", "switched", "add")
    until = datetime.fromisoformat(str(waiting["until"]))
    assert 23 < (until - datetime.now(UTC)).total_seconds() / 3600 < 25
    assert (list(parcels.keys), key(kept)) == (["k1", "k2"], "made-2-EXAMPLE")
    shown = json.loads(kept("show", "parcels", "--json").out)["rotation"]
    assert (shown["step"], shown["until"], shown["hangs"]) == ("switched", waiting["until"], "")
    assert "switched, both keys work until" in kept("show", "parcels").out
    again = kept("rotate", "parcels")
    assert (again.code, "is being rotated already" in again.err) == (8, True)
    assert told(kept("rotate", "--resume", "--json"))["outcome"] == "waiting"
    back = kept("rotate", "--undo", "parcels")
    assert (back.code, back.out) == (0, "parcels: undone: the old key is in use\n"), back.err
    assert (list(parcels.keys), key(kept)) == (["k1"], "first-EXAMPLE")
    assert kept("rotate", "--resume", "--json").out == "[]\n"
    nothing = kept("rotate", "--undo", "parcels")
    assert (nothing.code, "no rotation of 'parcels' is on its way" in nothing.err) == (2, True)


def test_what_waits_is_ended_at_once_on_a_word(kept: Opened, parcels: Parcels) -> None:
    assert kept("rotate", "parcels").code == 0
    ended = kept("rotate", "--resume", "parcels", "--grace", "0", "--json")
    assert (ended.code, told(ended)["outcome"]) == (0, "done"), ended.err
    assert list(parcels.keys) == ["k2"]


def test_an_answer_that_is_lost_leaves_a_key_that_is_named_and_ended_on_a_yes(kept: Opened, parcels: Parcels) -> None:
    parcels.fault = lambda request, proper: faults.reset()(request, proper) if request.method == "POST" else proper
    lost = kept("rotate", "parcels", "--grace", "0", "--json")
    assert (lost.code, told(lost)["outcome"], told(lost)["step"]) == (5, "hangs", "planned"), lost.err
    parcels.fault = None
    named = kept("rotate", "--resume", "parcels", "--json")
    assert (named.code, told(named)["left"]) == (5, ["k2"])
    assert list(parcels.keys) == ["k1", "k2"]
    done = kept("rotate", "--resume", "parcels", "--yes", "--json")
    assert (done.code, told(done)["outcome"]) == (0, "done"), done.err
    assert (list(parcels.keys), key(kept)) == (["k3"], "made-3-EXAMPLE")


def test_an_old_key_that_is_accepted_after_its_end_is_told(kept: Opened, parcels: Parcels) -> None:
    old = parcels.keys["k1"]

    def not_ended(request: Received, proper: Answer) -> Answer:
        parcels.keys.setdefault("k1", old)
        return proper

    parcels.fault = not_ended
    ran = kept("rotate", "parcels", "--grace", "0", "--json")
    assert (ran.code, told(ran)["step"], told(ran)["why"]) == (5, "retired", "the old key is still accepted"), ran.err
    late = kept("rotate", "--undo", "parcels")
    assert (late.code, "is revoked" in late.err) == (8, True)
    parcels.fault = None
    del parcels.keys["k1"]
    assert told(kept("rotate", "--resume", "--json"))["outcome"] == "done"


@pytest.mark.parametrize("status", [403, 429, 500])
def test_an_end_that_is_refused_is_no_end(kept: Opened, parcels: Parcels, status: int) -> None:
    refuse_to_end(parcels, status)
    ran = kept("rotate", "parcels", "--grace", "0", "--json")
    assert (ran.code, told(ran)["step"], told(ran)["outcome"]) == (5, "switched", "hangs"), ran.err
    assert told(ran)["next"] == "nexcred rotate --resume 'parcels'"


@pytest.mark.parametrize(("method", "path"), [("POST", "/keys"), ("GET", "/me"), ("DELETE", "/keys/k1")])
def test_a_process_that_is_killed_while_it_asks_is_gone_on_for(
    kept: Opened, parcels: Parcels, method: str, path: str
) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def kill(request: Received, proper: Answer) -> Answer:
        if (request.method, request.path) == (method, path) and running:
            running.pop().kill()
        return proper

    parcels.fault = kill
    words = kept.command("rotate", "parcels", "--grace", "0")
    process = subprocess.Popen(words, env=kept.environment, cwd=kept.home, stderr=subprocess.DEVNULL)
    running.append(process)
    assert process.wait(60) == -signal.SIGKILL
    parcels.fault = None
    done = kept("rotate", "--resume", "--yes", "--json")
    assert (done.code, told(done)["outcome"]) == (0, "done"), done.err
    ((_, only),) = parcels.keys.items()
    assert key(kept) == only["secret"] != "first-EXAMPLE"


def test_a_new_key_that_is_refused_is_not_switched_to(kept: Opened, parcels: Parcels) -> None:
    def refuse(request: Received, proper: Answer) -> Answer:
        is_new = "made-" in request.headers.get("authorization", "")
        return json_answer({"message": "no"}, 401) if is_new and request.path == "/me" else proper

    parcels.fault = refuse
    ran = kept("rotate", "parcels", "--grace", "0", "--json")
    assert (ran.code, told(ran)["outcome"], told(ran)["step"]) == (4, "refused", "made"), ran.err
    assert key(kept) == "first-EXAMPLE"
    for command in (("update", "parcels", "--retry"), ("rotate", "parcels")):
        assert kept(*command).code == 8
    back = kept("rotate", "--undo", "parcels")
    assert (back.code, list(parcels.keys)) == (0, ["k1"]), back.err


def test_the_maximum_of_keys_is_told_and_none_is_ended(kept: Opened, parcels: Parcels) -> None:
    parcels.keys |= {"k7": {"secret": "other-EXAMPLE", "name": "x"}, "k8": {"secret": "third-EXAMPLE", "name": "x"}}
    ran = kept("rotate", "parcels")
    assert (ran.code, "allows 3 keys at once" in ran.err, "k7, k8" in ran.err) == (8, True, True)
    assert len(parcels.keys) == 3


def test_the_same_secret_elsewhere_is_switched_at_once(kept: Opened, parcels: Parcels) -> None:
    keep(kept, parcels, name="staging")
    keep(kept, parcels, name="another")
    held = {"KEY": "other-EXAMPLE"}
    assert kept("update", "another", "--set", "api_key=env:KEY", "--no-probe", environment=held).code == 0
    ran = kept("rotate", "parcels", "--grace", "0")
    assert ran.code == 8, "its key's id stands in another credential"
    assert kept("remove", "another", "--purge", "--yes").code == 0
    done = kept("rotate", "--resume", "parcels")
    assert done.code == 0, done.err
    assert (key(kept), key(kept, "staging"), list(parcels.keys)) == ("made-2-EXAMPLE", "made-2-EXAMPLE", ["k2"])


@pytest.mark.parametrize("exits", [3, 0])
def test_the_users_own_command_comes_before_the_end_of_the_old_key(kept: Opened, parcels: Parcels, exits: int) -> None:
    settings = kept.home / ".config/nexcred/config.toml"
    command = f'echo delivered; test "$PARCELS_KEY" = made-2-EXAMPLE && exit {exits}; exit 9'
    settings.write_text(f"[after.switch]\nparcels = ['sh', '-c', '''{command}''']\n")
    settings.chmod(0o600)
    ran = kept("rotate", "parcels", "--grace", "0", "--json")
    assert "delivered" in ran.err
    assert told(ran)["outcome"] == ("hangs" if exits else "done"), ran.err
    assert ("it ended with 3" in ran.out) is bool(exits)
    assert list(parcels.keys) == (["k1", "k2"] if exits else ["k2"])
    settings.write_text("[after.switch]\nparcels = ['true']\n")
    if exits:
        assert (ran.code, kept("rotate", "--resume").code) == (5, 0)
        assert list(parcels.keys) == ["k2"]


def test_who_only_reads_rotates_nothing(kept: Opened, parcels: Parcels) -> None:
    rita = invite(kept, "rita", "--role", "member")
    guest = invite(kept, "ci", "--role", "reader")
    assert kept("share", "parcels", "--with", "rita", "--read").code == 0
    for words in (("parcels",), ("--resume", "parcels"), ("--undo", "parcels")):
        refused = rita("rotate", *words)
        assert refused.code == 10, refused.err
    assert guest("rotate", "--resume").code == 10
    assert list(parcels.keys) == ["k1"]


def test_who_names_nothing_is_told_how_all_that_is_due_is_rotated(opened: Opened) -> None:
    assert said_no(opened("rotate"), 2, "PATTERN is missing", "nexcred rotate --due")
    assert "--due" not in opened("rotate", "--undo").err


def test_a_plan_asks_nobody(kept: Opened, parcels: Parcels) -> None:
    before = len(parcels.received)
    ran = kept("rotate", "parc*", "--dry-run", "--json")
    assert (ran.code, told(ran)["outcome"], told(ran)["kind"]) == (0, "planned", "add")
    assert len(parcels.received) == before


def test_by_hand_needs_a_terminal_and_says_where(opened: Opened, parcels: Parcels) -> None:
    keep(opened, parcels, rotate="")
    ran = opened("rotate", "parcels")
    assert ran.code == 2
    assert "made by hand at Parcels" in ran.err
    assert "docs.parcels.test" not in ran.err  # the credential goes to another host than the page is for
    assert "nexcred update 'parcels' --set" in ran.err
    assert told(opened("rotate", "parcels", "--dry-run", "--json"))["kind"] == "by_hand"


def test_what_is_due_is_rotated_after_what_has_begun(kept: Opened, parcels: Parcels) -> None:
    assert kept("rotate", "parcels").code == 0
    waiting = kept("rotate", "--due", "--json")
    assert (waiting.code, told(waiting)["outcome"]) == (0, "waiting"), waiting.err
    assert kept("rotate", "--undo", "parcels").code == 0
    assert kept("rotate", "--due", "--json").out == "[]\n"
    vault = vault_of(kept)
    leaked = Exposure(1, "leaked", datetime.now(UTC), reason="in a log")
    vault.set_policy(vault.find("parcels"), lambda policy: policy._replace(exposures=(leaked,)))
    assert told(kept("rotate", "--exposed", "--dry-run", "--json"))["outcome"] == "planned"
    ended = kept("rotate", "--exposed", "--json")
    assert (ended.code, told(ended)["outcome"]) == (0, "done"), ended.err
    assert list(parcels.keys) == ["k3"]


@pytest.mark.parametrize("rotate", ["", REPLACE], ids=["hand", "in place"])
def test_many_at_once_are_rotated_neither_by_hand_nor_in_place(opened: Opened, parcels: Parcels, rotate: str) -> None:
    keep(opened, parcels, rotate)
    vault = vault_of(opened)
    leaked = Exposure(1, "leaked", datetime.now(UTC))
    vault.set_policy(vault.find("parcels"), lambda policy: policy._replace(exposures=(leaked,)))
    left = opened("rotate", "--exposed", "--yes", "--json")
    assert (left.code, told(left)["outcome"], told(left)["step"]) == (5, "hangs", None), left.err
    assert (list(parcels.keys), key(opened)) == (["k1"], "first-EXAMPLE")


def test_what_hangs_stands_on_the_board(kept: Opened, parcels: Parcels) -> None:
    assert kept("rotate", "parcels").code == 0
    assert "half_rotated" not in kept("status", "--json").out
    refuse_to_end(parcels, 403)
    assert kept("rotate", "--resume", "parcels", "--grace", "0").code == 5
    rows = json.loads(kept("status", "--json").out)["rows"]
    (row,) = [one for one in rows if one["trouble"] == "half_rotated"]
    assert (row["name"], row["command"]) == ("parcels", "nexcred rotate --resume 'parcels'")
    assert kept("status", "--fail").code == 7


def test_no_secret_lies_anywhere_outside_a_seal(kept: Opened, parcels: Parcels) -> None:
    said = "".join(ran.out + ran.err for ran in (kept("rotate", "parcels"), kept("--debug", "rotate", "--resume")))
    refuse_to_end(parcels, 403)
    said += "".join(
        ran.out + ran.err
        for ran in (
            kept("rotate", "--resume", "parcels", "--grace", "0", "--json"),
            kept("audit"),
            kept("history", "parcels"),
            kept("status"),
        )
    )
    secrets = ("first-EXAMPLE", "made-2-EXAMPLE")
    assert not any(secret in said for secret in secrets)
    files = [path for path in kept.home.rglob("*") if path.is_file() and path.suffix != ".toml"]
    assert len(files) > 5
    assert not [path for path in files for secret in secrets if secret.encode() in path.read_bytes()]
