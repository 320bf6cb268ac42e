"""`nexcred audit`: what the vault proves, and what this user did here."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

KEY = "k-EXAMPLE-4711"
NAME = "Prod Events"


@pytest.fixture
def used(vaulted: Program) -> Program:
    fields = ("--set", "base_url=https://example.com", "--set", "api_key=-", "--no-probe")
    assert vaulted("add", "rest", NAME, *fields, stdin=KEY.encode()).code == 0
    assert vaulted("update", NAME, "--set", "api_key=-", "--no-probe", stdin=b"k-EXAMPLE-4712").code == 0
    assert vaulted("get", f"{NAME}/api_key").out == "k-EXAMPLE-4712"
    return vaulted


def _events(program: Program, *arguments: str) -> list[dict[str, object]]:
    ran = program("audit", *arguments, "--json")
    assert (ran.code, ran.err) == (0, "")
    events: list[dict[str, object]] = json.loads(ran.out)
    return events


def _told(events: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(event["source"], event["action"], event["name"], event["what"]) for event in events]


def _log(program: Program) -> Path:
    return program.home / ".local/state/nexcred/uses.jsonl"


def test_it_tells_changes_and_uses_newest_first(used: Program) -> None:
    assert _told(_events(used)) == [
        ("here", "get", NAME, ["api_key"]),
        ("vault", "changed", NAME, ["api_key"]),
        ("here", "update", NAME, ["api_key"]),
        ("vault", "added", NAME, ["base_url", "api_key"]),
        ("here", "identity show", None, []),
        ("vault", "founded", None, []),
    ]


def test_one_credential_and_a_span_of_time(used: Program) -> None:
    assert [event["action"] for event in _events(used, NAME)] == ["get", "changed", "update", "added"]
    assert _events(used, "--since", "1h") == _events(used)
    assert used("audit", "Prod Event").code == 3
    assert used("audit", "--since", "soon").code == 2


def test_tables_show_the_time_of_this_place_and_json_utc(used: Program) -> None:
    tokyo, utc = ({"TZ": zone} for zone in ("Asia/Tokyo", "UTC"))
    assert used("audit", "--json", environment=tokyo).out == used("audit", "--json", environment=utc).out
    there, here = (used("audit", environment=zone).out.splitlines()[1:] for zone in (tokyo, utc))
    assert [line[:20] for line in there] == [
        f"{datetime.fromisoformat(line[:16]) + timedelta(hours=9):%Y-%m-%d %H:%M} JST" for line in here
    ]
    assert all(line[16:20] == " UTC" for line in here)


def test_a_use_goes_by_the_credential_and_not_by_its_name(used: Program) -> None:
    assert used("rename", NAME, "Other").code == 0
    assert _events(used, "Other")[0]["name"] == "Other"
    assert used("remove", "Other", "--yes").code == 0
    gone = next(event for event in _events(used) if event["action"] == "get")
    assert gone["name"] == "Other"


def test_what_was_renamed_or_removed_here_is_told_by_name(used: Program) -> None:
    assert used("rename", NAME, "Other").code == 0
    assert used("rename", "Other", "other").code == 0
    renamed = [event for event in _events(used, "other") if event["action"] == "rename"]
    assert [(event["name"], event["what"]) for event in renamed] == [("other", ["Other"]), ("other", [NAME])]
    assert used("remove", "other", "--yes").code == 0
    removed = _events(used)[0]
    assert (removed["action"], removed["name"], removed["by"]) == ("remove", "other", renamed[0]["by"])
    assert "remove" in used("audit").out
    assert not [name for name in (NAME, "Other", "other") if name in _log(used).read_text()]


def test_names_that_another_identity_sealed_stay_hidden(used: Program) -> None:
    """A log that was copied, or planted, tells no names and breaks nothing."""
    assert used("remove", NAME, "--yes").code == 0
    lines = _log(used).read_text().splitlines()
    noted = json.loads(lines[-1])
    for names in ("", "AAAA", "x" * 200, noted["names"][:-8] + "AAAAAAA="):
        _log(used).write_text("\n".join([*lines[:-1], json.dumps(noted | {"names": names})]) + "\n")
        removed = next(event for event in _events(used) if event["action"] == "remove")
        assert removed["name"] is None
        assert f"(gone: {removed['id']})" in used("audit").out


def test_a_write_that_no_history_tells_of_is_told_too(used: Program) -> None:
    assert used("rename", NAME, "Other").code == 0
    newest = next(event for event in _events(used) if event["source"] == "vault")
    assert (newest["source"], newest["action"], newest["what"]) == ("vault", "wrote", ["credentials"])


def test_the_log_holds_no_secret_and_no_name(used: Program) -> None:
    assert used("show", NAME, "--reveal").code == 0
    assert used("update", NAME, "--set", f"{KEY}=1").code == 2
    assert used("restore", NAME, "--revision", "1").code == 0
    assert used("identity", "show", "--secret").code == 0
    text = _log(used).read_text()
    assert len(text.splitlines()) == 7
    assert not [word for word in (KEY, NAME, "EXAMPLE", "Prod", "NEXCRED-SECRET") if word in text]


def test_listing_and_showing_dots_are_no_uses(used: Program) -> None:
    before = _log(used).read_text()
    for arguments in (["list"], ["show", NAME], ["audit"], ["vault", "verify"]):
        assert used(*arguments).code == 0
    assert _log(used).read_text() == before


def test_it_can_be_switched_off(used: Program) -> None:
    before = _log(used).read_text()
    assert used("get", f"{NAME}/api_key", environment={"NEXCRED_AUDIT": "off"}).code == 0
    assert _log(used).read_text() == before


def test_a_log_that_cannot_be_written_is_a_warning(used: Program) -> None:
    _log(used).unlink()
    _log(used).mkdir()
    ran = used("get", f"{NAME}/api_key")
    assert (ran.code, ran.out) == (0, "k-EXAMPLE-4712")
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("nexcred: warning: what is read is not noted in ")
