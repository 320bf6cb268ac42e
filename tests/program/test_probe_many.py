"""Probing many from the command line: JUnit files, and what a terminal shows meanwhile."""

import json
import signal
import subprocess
import threading
from pathlib import Path
from xml.etree import ElementTree

import pyte
import pytest

from nexcred.model.moments import took
from tests.support.opened import Opened
from tests.support.program import Program
from tests.support.standins import faults
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest
from tests.support.terminal import Typed, play

BAD = 'old <key> & "more"'


@pytest.fixture
def three(opened: Opened, aventri: Aventri, resci: Resci) -> Opened:
    """One that is accepted, one that is refused, one of a provider that cannot answer now."""
    assert opened.add(aventri, "--no-probe").code == 0
    body = {
        "name": BAD,
        "credentials_type": "aventri",
        "credentials": {"account_id": "4711", "api_key": "wrong-EXAMPLE", "base_url": aventri.base_url},
    }
    added = opened(*("add", "--from", "-", "--allow-host", aventri.host, "--no-probe"), stdin=json.dumps(body).encode())
    assert added.code == 0, added.err
    assert opened.add(resci, "--no-probe").code == 0
    return opened


def test_a_ci_system_reads_who_was_refused_and_who_was_not_proved(three: Opened, resci: Resci) -> None:
    resci.fault = faults.server_error(503)
    path = three.home / "probes.xml"
    path.write_text("an older one")
    done = three("probe", "--all", "--json", "--junit", str(path))
    assert done.code == 4, done.err
    suites = ElementTree.parse(path).getroot()
    (suite,) = suites
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "skipped": "0",
    }
    told = {
        case.get("name"): (case.get("classname"), [(part.tag, part.get("type")) for part in case]) for case in suite
    }
    assert told == {
        "aventri": ("nexcred probe.aventri", []),
        BAD: ("nexcred probe.aventri", [("failure", "rejected")]),
        "resci": ("nexcred probe.resci", [("error", "provider_error")]),
    }
    details = {one["name"]: one["detail"] for one in json.loads(done.out)}
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "rejected: " + details[BAD]


def test_what_a_provider_says_cannot_break_the_file(opened: Opened, resci: Resci) -> None:
    assert opened.add(resci, "--no-probe").code == 0
    resci.fault = faults.always(json_answer({"message": faults.ESCAPES}, 401))
    path = opened.home / "probes.xml"
    assert opened("probe", "resci", "--junit", str(path)).code == 4
    (failure,) = ElementTree.parse(path).getroot().iter("failure")
    assert "\\x1b[31mred" in (failure.get("message") or "")


def test_a_file_that_cannot_be_is_refused_before_anything_is_asked(three: Opened, resci: Resci) -> None:
    done = three("probe", "--all", "--junit", "nowhere/probes.xml")
    assert (done.code, done.out) == (2, "")
    assert "no folder for --junit nowhere/probes.xml" in done.err
    assert resci.received == []
    done = three("probe", "resci", "--junit", ".")
    assert done.code == 1
    assert "'.' is a folder, not a plain file" in done.err
    assert resci.received == []


def test_many_that_failed_alike_get_one_hint(opened: Opened, resci: Resci) -> None:
    for number in range(7):
        assert opened.add(resci, f"r{number}", "--no-probe", secret="wrong-EXAMPLE").code == 0
    hints = [line for line in opened("probe", "--all").err.splitlines() if "hint: " in line]
    assert len(hints) == 1
    assert hints[0].startswith("nexcred: hint: r0, r1, r2, r3, r4 and 2 more: ")
    assert hints[0].endswith(", then: nexcred update NAME")


def test_a_terminal_shows_who_failed_so_far_and_an_interrupt_keeps_what_is_known(
    three: Opened, aventri: Aventri, resci: Resci, tmp_path: Path
) -> None:
    for number in range(7):
        assert three.add(aventri, f"more {number}", "--no-probe").code == 0
    asked = threading.Event()

    def hang(request: Received, proper: Answer) -> Answer:
        asked.wait(timeout=60)
        return proper

    resci.fault = hang
    screen = pyte.Screen(100, 30)
    path = tmp_path / "probes.xml"
    try:
        ended = play(
            Program.command("probe", "--all", "--timeout", "60", "--junit", str(path)),
            [Typed("9/10  8 accepted, 1 rejected", "\x03")],
            screen,
            environment={**three.environment, "TERM": "xterm"},
            folder=three.home,
        )
    finally:
        asked.set()
    assert ended.code == 130
    assert b'  old <key> & "more": \x1b[31mrejected\x1b[0m, ' in ended.seen
    (suite,) = ElementTree.parse(path).getroot()
    assert [part.get("message") for part in suite.iter("skipped")] == ["interrupted before its turn"]
    shown = {one["name"]: one["probe"] for one in json.loads(three("list", "--json").out)}
    assert shown["aventri"]["status"] == "accepted"
    assert shown["resci"] is None


def test_a_terminal_says_of_a_few_only_how_many_failed(three: Opened, resci: Resci) -> None:
    asked = threading.Event()

    def hang(request: Received, proper: Answer) -> Answer:
        asked.wait(timeout=60)
        return proper

    resci.fault = hang
    try:
        ended = play(
            Program.command("probe", "--all", "--timeout", "60"),
            [Typed("2/3  1 accepted, 1 rejected", "\x03")],
            pyte.Screen(100, 30),
            environment={**three.environment, "TERM": "xterm"},
            folder=three.home,
        )
    finally:
        asked.set()
    assert ended.code == 130
    assert b'\n  old <key> & "more": ' not in ended.seen
    assert b'\x1b[K  old <key> & "more": ' not in ended.seen


def test_an_interrupted_program_still_gets_one_document(three: Opened, resci: Resci) -> None:
    """What is known on standard output, whole, and why there is no more as the last line of the other."""
    goes_on = threading.Event()

    def interrupt(request: Received, proper: Answer) -> Answer:
        process.send_signal(signal.SIGINT)
        goes_on.wait(timeout=60)
        return proper

    resci.fault = interrupt
    process = subprocess.Popen(
        Program.command("probe", "--all", "--json", "--jobs", "1", "--timeout", "60"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=three.environment,
        cwd=three.home,
    )
    try:
        out, err = process.communicate(timeout=60)
    finally:
        goes_on.set()
        process.kill()
    assert process.returncode == 130
    assert {one["name"]: one["status"] for one in json.loads(out)} == {"aventri": "accepted", BAD: "rejected"}
    error = json.loads(err.splitlines()[-1])["error"]
    assert (error["code"], error["message"]) == ("interrupted", "interrupted: 2 of 3 were probed")


def test_nothing_is_drawn_in_a_pipe(three: Opened) -> None:
    done = three("probe", "--all")
    assert "\x1b" not in done.err + done.out
    assert "2/3" not in done.err


def test_a_table_begins_with_what_failed_and_ends_with_totals(three: Opened, resci: Resci) -> None:
    resci.fault = faults.server_error(503)
    done = three("probe", "--all")
    assert [line.split("  ")[0] for line in done.out.splitlines()] == ["NAME", BAD, "resci", "aventri"]
    assert "nexcred: 3 probed: 1 rejected, 1 provider_error, 1 accepted\n" in done.err
    assert "probed" not in three("probe", "resci").err


def test_who_asks_to_wait_says_how_long(three: Opened, resci: Resci) -> None:
    resci.fault = faults.rate_limited(("Retry-After", "7200"))
    probed = three("probe", "resci")
    assert probed.code == 5
    assert "too many requests; again in 2 h" in probed.out


def test_a_vault_with_nothing_in_it_says_so(opened: Opened) -> None:
    done = opened("probe", "--all")
    assert (done.code, done.out, done.err) == (0, "", "nexcred: no credential yet: nexcred add\n")


@pytest.mark.parametrize(
    ("milliseconds", "said"), [(0, "0 ms"), (999, "999 ms"), (1234, "1.2 s"), (9949, "9.9 s"), (10004, "10 s")]
)
def test_a_time_is_told_as_exactly_as_anybody_cares(milliseconds: int, said: str) -> None:
    assert took(milliseconds) == said


def test_a_server_that_takes_any_key_proves_nothing_later_either(opened: Opened, rest: Rest) -> None:
    """An endpoint that says yes to everybody does not become a proof by being asked again."""
    rest.takes_junk = True
    added = opened.add(rest, "--json")
    assert (added.code, json.loads(added.out)["probe"]["status"]) == (0, "inconclusive")
    (again,) = json.loads(opened("probe", rest.name, "--json").out)
    assert (again["status"], json.loads(opened("show", rest.name, "--json").out)["verified_status"]) == (
        "inconclusive",
        "UNVERIFIED",
    )
    rest.takes_junk = False
    assert opened("probe", "--all").code == 0
    assert json.loads(opened("show", rest.name, "--json").out)["verified_status"] == "VERIFIED"
