"""A new value of which nothing is proved never replaces one that is: it is kept sealed beside it until it is."""

import json

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.program import Ran
from tests.support.standins.faults import html_page, rate_limited, reset, server_error
from tests.support.standins.resci import Resci
from tests.support.terminal import Ended, Typed, lines_of, play

NEXT = "next-key-EXAMPLE"
UNPROVED = {
    "unreachable": reset(),
    "provider_error": server_error(),
    "rate_limited": rate_limited(("Retry-After", "60")),
    "blocked": html_page(403),
}


@pytest.fixture
def kept(opened: Opened, resci: Resci) -> Opened:
    added = opened.add(resci)
    assert added.code == 0, added.err
    return opened


def change(program: Opened, *more: str, secret: str = NEXT) -> Ran:
    return program("update", "resci", "--set", "api_key=env:NEXT", *more, environment={"NEXT": secret})


def known(program: Opened) -> dict[str, object]:
    shown = json.loads(program("show", "resci", "--json").out)
    return {key: shown[key] for key in ("credentials_version", "verified_status", "candidate")}


def value(program: Opened) -> str:
    return program("get", "resci/api_key").out


@pytest.mark.parametrize("status", UNPROVED)
def test_it_is_kept_and_the_old_one_stays(kept: Opened, resci: Resci, status: str) -> None:
    before = value(kept)
    resci.fault = UNPROVED[status]
    changed = change(kept)
    assert (changed.code, changed.out) == (5, "")
    assert "--retry" in changed.err
    assert value(kept) == before
    shown = known(kept)
    assert (shown["credentials_version"], shown["verified_status"]) == ("1", "VERIFIED")
    candidate = shown["candidate"]
    assert isinstance(candidate, dict)
    assert candidate["probe"]["status"] == status
    told = kept("show", "resci").out
    assert f"kept just now, not proved ({status})" in told
    assert "nexcred update 'resci' --retry" in told
    assert NEXT not in kept("show", "resci", "--reveal", "--json").out + changed.err


def test_what_else_was_asked_for_is_done(kept: Opened, resci: Resci) -> None:
    resci.fault = server_error()
    changed = change(kept, "--description", "for the warehouse", "--tag", "prod", "--json")
    assert changed.code == 5
    shown = json.loads(changed.out)
    assert (shown["description"], shown["tags"], shown["verified_status"]) == (
        "for the warehouse",
        ["prod"],
        "VERIFIED",
    )
    assert shown["candidate"]["probe"]["status"] == "provider_error"


@pytest.mark.parametrize("command", [("update", "resci", "--retry"), ("probe", "resci")])
def test_the_next_proof_switches_to_it(kept: Opened, resci: Resci, command: tuple[str, ...]) -> None:
    resci.fault = server_error()
    assert change(kept).code == 5
    resci.fault, resci.api_key = None, NEXT
    switched = kept(*command)
    assert switched.code == 0, switched.err
    assert value(kept) == NEXT
    assert known(kept) == {"credentials_version": "2", "verified_status": "VERIFIED", "candidate": None}


def test_what_is_refused_by_then_is_dropped_and_the_old_one_stays(kept: Opened, resci: Resci) -> None:
    before = value(kept)
    resci.fault = server_error()
    assert change(kept).code == 5
    resci.fault = None
    refused = kept("update", "resci", "--retry")
    assert (refused.code, "is dropped" in refused.err) == (4, True)
    assert (value(kept), known(kept)["candidate"]) == (before, None)
    nothing = kept("update", "resci", "--retry")
    assert (nothing.code, "no new value of" in nothing.err) == (2, True)


def test_a_probe_tells_of_one_that_is_not_accepted_and_leaves_it(kept: Opened, resci: Resci) -> None:
    resci.fault = server_error()
    assert change(kept).code == 5
    resci.fault = None
    probed = kept("probe", "resci")
    assert (probed.code, "is kept, but not proved yet" in probed.err) == (0, True)
    assert known(kept)["candidate"] is not None


def test_probing_everything_switches_to_nothing(kept: Opened, resci: Resci) -> None:
    resci.fault = server_error()
    assert change(kept).code == 5
    resci.fault = None
    before = value(kept)
    assert kept("probe", "--all").code == 0
    assert value(kept) == before


@pytest.mark.parametrize("flag", ["--no-probe", "--save-unverified"])
def test_two_flags_save_over_anything(kept: Opened, resci: Resci, flag: str) -> None:
    resci.fault = server_error()
    assert change(kept, flag).code == 0
    assert value(kept) == NEXT


@pytest.mark.parametrize("flag", ["--no-probe", "--save-unverified"])
def test_two_flags_switch_without_a_proof(kept: Opened, resci: Resci, flag: str) -> None:
    resci.fault = server_error()
    assert change(kept).code == 5
    assert kept("update", "resci", "--retry", flag).code == 0
    assert (value(kept), known(kept)["candidate"]) == (NEXT, None)


def test_a_retry_that_proves_nothing_keeps_it(kept: Opened, resci: Resci) -> None:
    resci.fault = server_error()
    assert change(kept).code == 5
    resci.fault = rate_limited()
    assert kept("update", "resci", "--retry").code == 5
    candidate = known(kept)["candidate"]
    assert isinstance(candidate, dict)
    assert candidate["probe"]["status"] == "rate_limited"


def test_a_record_has_one_and_the_last_counts(kept: Opened, resci: Resci) -> None:
    resci.fault = server_error()
    assert change(kept).code == 5
    assert change(kept, secret="last-key-EXAMPLE").code == 5
    resci.fault, resci.api_key = None, "last-key-EXAMPLE"
    assert kept("update", "resci", "--retry").code == 0
    assert value(kept) == "last-key-EXAMPLE"


def test_a_proved_value_ends_it(kept: Opened, resci: Resci) -> None:
    resci.fault = server_error()
    assert change(kept).code == 5
    resci.fault, resci.api_key = None, "another-key-EXAMPLE"
    assert change(kept, secret="another-key-EXAMPLE").code == 0
    assert known(kept)["candidate"] is None


def test_a_refused_value_is_neither_kept_nor_saved(kept: Opened, resci: Resci) -> None:
    before = value(kept)
    assert change(kept).code == 4
    assert (value(kept), known(kept)["candidate"]) == (before, None)


@pytest.mark.parametrize("before", [("--no-probe",), ("--save-unverified",)])
def test_what_is_not_proved_is_replaced_with_a_warning(opened: Opened, resci: Resci, before: tuple[str, ...]) -> None:
    assert opened.add(resci, *before, secret="first-key-EXAMPLE").code == 0
    resci.fault = server_error()
    changed = change(opened)
    assert (changed.code, "saved, not verified" in changed.err) == (0, True)
    assert value(opened) == NEXT


def test_who_reads_it_only_probes_what_is_there(kept: Opened, resci: Resci) -> None:
    rita = invite(kept, "rita", "--role", "member")
    assert kept("share", "resci", "--with", "rita", "--read").code == 0
    resci.fault = server_error()
    assert change(kept).code == 5
    resci.fault = None
    assert rita("probe", "resci").code == 0
    assert rita("update", "resci", "--retry").code == 10
    assert known(rita)["candidate"] is not None


@pytest.mark.parametrize(
    "ends",
    [("member", "remove", "rita", "--yes"), ("share", "resci", "--with", "rita", "--read")],
    ids=["left", "reads"],
)
def test_nothing_switches_to_what_somebody_kept_who_may_not_change_it_any_more(
    kept: Opened, resci: Resci, ends: tuple[str, ...]
) -> None:
    rita = invite(kept, "rita", "--role", "member")
    assert kept("share", "resci", "--with", "rita").code == 0
    resci.fault = server_error()
    assert change(rita).code == 5
    before = value(kept)
    assert kept(*ends).code == 0
    resci.fault, resci.api_key = None, NEXT
    probed = kept("probe", "resci")
    assert "was kept by 'rita', who may not change it any more" in probed.err
    retried = kept("update", "resci", "--retry")
    assert (retried.code, retried.out) == (8, "")
    assert value(kept) == before
    assert change(kept).code == 0
    assert known(kept)["candidate"] is None


def test_an_earlier_revision_is_proved_before_it_is_back(kept: Opened, resci: Resci) -> None:
    first = value(kept)
    resci.api_key = NEXT
    assert change(kept).code == 0
    refused = kept("restore", "resci", "--revision", "1")
    assert (refused.code, value(kept)) == (4, NEXT)
    resci.fault = server_error()
    unproved = kept("restore", "resci", "--revision", "1")
    assert (unproved.code, value(kept)) == (5, NEXT)
    resci.fault, resci.api_key = None, first
    back = kept("restore", "resci", "--revision", "1")
    assert (back.code, value(kept)) == (0, first)
    assert known(kept) == {"credentials_version": "3", "verified_status": "VERIFIED", "candidate": None}
    assert kept("restore", "resci", "--revision", "2", "--no-probe").code == 0
    assert (value(kept), known(kept)["verified_status"]) == (NEXT, None)


def at_terminal(program: Opened, typed: list[Typed], *words: str) -> tuple[Ended, list[str]]:
    environment = {**program.environment, "TERM": "xterm", "NEXT": NEXT}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(100, 60)
    ended = play(program.command(*words), typed, screen, environment=environment, folder=program.home)
    return ended, lines_of(screen)


ANSWERS = {"keep": ("\r", 5, False), "use": ("\x1b[B\r", 0, True), "discard": ("\x1b[A\r", 5, False)}


@pytest.mark.parametrize("answer", ANSWERS)
def test_at_a_terminal_it_is_asked(kept: Opened, resci: Resci, answer: str) -> None:
    keys, code, is_used = ANSWERS[answer]
    before = value(kept)
    resci.fault = server_error()
    words = ("update", "resci", "--set", "api_key=env:NEXT")
    ended, shown = at_terminal(kept, [Typed("discard the new one", keys)], *words)
    assert ended.code == code, shown
    assert value(kept) == (NEXT if is_used else before)
    assert (known(kept)["candidate"] is not None) is (answer == "keep")


@pytest.mark.parametrize("words", [("update", "resci", "api_key"), ("update", "resci", "--set", "api_key=-")])
def test_one_field_is_asked_for_alone_and_hidden(kept: Opened, resci: Resci, words: tuple[str, ...]) -> None:
    resci.api_key = NEXT
    ended, shown = at_terminal(kept, [Typed("Enter keeps", f"{NEXT}\r")], *words)
    assert ended.code == 0, shown
    assert value(kept) == NEXT
    assert NEXT.encode() not in ended.seen
    assert not any("Description" in line for line in shown)


def test_one_field_of_several_is_asked_for_with_what_the_flags_say(opened: Opened) -> None:
    values = ("--set", "account_id=4711", "--set", "api_key=env:KEY", "--no-probe")
    assert opened("add", "aventri", *values, environment={"KEY": "k-EXAMPLE"}).code == 0
    typed = [Typed("Account ID", "\x7f\x7f\x7f\x7f4712\r")]
    ended, shown = at_terminal(opened, typed, "update", "aventri", "account_id", "--tag", "prod", "--no-probe")
    assert ended.code == 0, shown
    told = json.loads(opened("show", "aventri", "--json").out)
    assert (told["credentials_non_secure_data"]["account_id"], told["tags"]) == ("4712", ["prod"])
    assert opened("get", "aventri/api_key").out == "k-EXAMPLE"


def test_where_nobody_can_be_asked_a_field_is_refused(kept: Opened) -> None:
    refused = kept("update", "resci", "api_key")
    assert (refused.code, "--set FIELD=-" in refused.err) == (2, True)


def test_what_is_no_field_is_told_and_not_repeated(kept: Opened) -> None:
    ended, shown = at_terminal(kept, [], "update", "resci", "pasted-secret-EXAMPLE")
    assert ended.code == 2
    assert "api_key" in " ".join(shown)
    assert b"pasted-secret" not in ended.seen
