"""`nexcred status`: one row for each trouble, the worst first, with the command that mends it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nexcred.model.lifecycle import Exposure, Former, Policy
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.vault.candidate import Candidate
from nexcred.vault.changes import Changes, NewRecord
from nexcred.vault.record import ROTATION
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.opened import Opened
from tests.support.people import invite, keep, vault_of
from tests.support.sample_vault import details

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def put(vault: Vault, name: str, status: ProbeStatus | None, days: int = 0, policy: Policy | None = None) -> None:
    """Keep a credential that was probed some days ago."""
    probe = None if status is None else ProbeResult(status, NOW - days * DAY, 1, detail=f"told {name}", version=1)
    vault.edit(lambda edit: edit.add(NewRecord(name, "", (), details(), probe=probe, policy=policy)))


def board(program: Opened, *options: str, code: int = 0) -> list[tuple[str, str | None, str]]:
    ran = program("status", *options, "--json")
    assert ran.code == code, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    rows = [(one["trouble"], one["name"], one["command"]) for one in found["rows"]]
    kinds = [kind for kind, _, _ in rows]
    assert found["counts"] == {kind: kinds.count(kind) for kind in kinds}
    return rows


def test_every_trouble_has_its_row_and_its_command_the_worst_first(opened: Opened) -> None:
    vault = vault_of(opened)
    put(vault, "superseded", ProbeStatus.ACCEPTED, policy=Policy(former=(Former(1, "revoked", revoked_at=NOW),)))
    put(vault, "works", ProbeStatus.ACCEPTED, policy=Policy(former=(Former(1, "alive", asked_at=NOW),)))
    left, leaked = Exposure(1, "left", NOW, "ab" * 16, "bob"), Exposure(1, "leaked", NOW, reason="in a log")
    put(vault, "exposed", ProbeStatus.ACCEPTED, policy=Policy(exposures=(left, leaked)))
    put(vault, "due", ProbeStatus.ACCEPTED, policy=Policy(rotate_every_days=5))
    rewrite_overview(vault, "due", lambda _: {"changed_at": NOW - 9 * DAY})
    put(vault, "ending", ProbeStatus.ACCEPTED, policy=Policy(expires_at=NOW + 20 * DAY))
    put(vault, "expired", ProbeStatus.REJECTED, policy=Policy(expires_at=NOW - DAY))
    put(vault, "told", ProbeStatus.EXPIRED)
    put(vault, "refused", ProbeStatus.REJECTED)
    put(vault, "fine", ProbeStatus.ACCEPTED)
    put(vault, "later", ProbeStatus.ACCEPTED, policy=Policy(expires_at=NOW + 50 * DAY, rotate_every_days=5))
    put(vault, "stale", ProbeStatus.ACCEPTED, days=40)
    put(vault, "waiting", ProbeStatus.ACCEPTED)
    candidate = Candidate(details("EXAMPLE-next"), 1, NOW, ProbeResult(ProbeStatus.UNREACHABLE, NOW, 1, version=1))
    vault.edit(lambda edit: edit.update(edit.find("waiting"), Changes(candidate=candidate)))
    assert board(opened) == [
        ("refused", "refused", "nexcred update 'refused'"),
        ("expired", "expired", "nexcred update 'expired'"),
        ("expired", "told", "nexcred update 'told'"),
        ("ending", "ending", "nexcred rotate 'ending'"),
        ("due", "due", "nexcred rotate 'due'"),
        ("exposed", "exposed", "nexcred rotate 'exposed'"),
        ("exposed", "exposed", "nexcred rotate 'exposed'"),
        ("candidate", "waiting", "nexcred update 'waiting' --retry"),
        ("superseded", "superseded", "nexcred probe 'superseded' --revision 1"),
        ("superseded", "works", "nexcred revoke 'works' --revision 1"),
        ("hint", None, "nexcred probe 'stale'"),
        ("hint", None, "nexcred vault recovery"),
        ("hint", None, "nexcred vault backup FILE"),
    ]
    ran = opened("status")
    first, _, *rows = ran.out.splitlines()
    assert first == "1 refused, 2 expired, 1 ending, 1 due, 2 exposed, 1 candidate, 2 superseded, 3 hints"
    assert all(row.split("  ")[-1].strip().startswith("nexcred ") for row in rows)
    assert "told refused, " in ran.out
    assert "left: bob (revision 1)" in ran.out
    assert "EXAMPLE-next" not in ran.out
    assert opened("status", "--fail").code == 7
    reader = invite(opened, "rea", "--role", "reader")  # to whom nothing is sealed
    assert [name for kind, name, _ in board(reader) if kind in ("refused", "candidate")] == ["refused"]


@pytest.mark.parametrize(
    ("policy", "status", "code"),
    [
        (Policy(), ProbeStatus.REJECTED, 7),
        (Policy(), ProbeStatus.EXPIRED, 7),
        (Policy(expires_at=NOW + 20 * DAY), ProbeStatus.ACCEPTED, 7),
        (Policy(exposures=(Exposure(1, "unshared", NOW),)), ProbeStatus.ACCEPTED, 7),
        (Policy(exposures=(Exposure(1, "unshared", NOW),), former=(Former(1, "dead"),)), ProbeStatus.ACCEPTED, 0),
        (Policy(former=(Former(1, "alive"),)), ProbeStatus.ACCEPTED, 0),
        (Policy(), ProbeStatus.UNREACHABLE, 0),
        (Policy(), None, 0),
    ],
)
def test_what_fails_a_job(opened: Opened, policy: Policy, status: ProbeStatus | None, code: int) -> None:
    put(vault_of(opened), "one", status, policy=policy)
    assert (opened("status").code, opened("status", "--fail").code) == (0, code)


def test_what_was_asked_just_now_is_not_said_to_be_old(opened: Opened) -> None:
    put(vault_of(opened), "old", ProbeStatus.ACCEPTED, days=40)
    assert "'old' is not proved for 30 days" in opened("status").out
    put(vault_of(opened), "down", ProbeStatus.UNREACHABLE)
    assert "2 credentials are not proved  " in opened("status").out


def test_an_empty_board_says_so_in_one_line(opened: Opened) -> None:
    assert opened("vault", "recovery").code == opened("vault", "backup", "copy.db").code == 0
    keep(opened, "fresh")  # and nobody has asked about it yet
    put(vault_of(opened), "fine", ProbeStatus.ACCEPTED)
    ran = opened("status", "--fail")
    assert (ran.code, ran.out, ran.err) == (0, "nothing to do for 2 credentials\n", "")
    assert board(opened) == []


def test_a_record_that_does_not_prove_itself_is_told_and_the_others_are_served(opened: Opened) -> None:
    vault = vault_of(opened)
    put(vault, "refused", ProbeStatus.REJECTED)
    put(vault, "spoilt", ProbeStatus.ACCEPTED)
    candidate = Candidate(details("EXAMPLE-next"), 1, NOW, None)
    vault.edit(lambda edit: edit.update(edit.find("spoilt"), Changes(candidate=candidate)))
    (part,) = overview_of(vault, "spoilt").parts
    assert part.statement is not None
    forged = part._replace(statement=part.statement._replace(serial=9))
    rewrite_overview(vault, "spoilt", lambda one: {"parts": one.with_part(ROTATION, forged).parts})
    ran = opened("status")
    assert ran.code == 9
    assert "told refused" in ran.out
    assert "'spoilt' is disputed" in ran.err
