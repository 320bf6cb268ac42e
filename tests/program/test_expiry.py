"""When credentials end and secrets are due: as entered, as their provider says, by the settings of the vault."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nexcred.model.credential import Details
from nexcred.model.lifecycle import Exposure, Former
from nexcred.model.secret import Secret
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import Changes, NewRecord
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.people import invite, keep, refused, said_no, vault_file, vault_of
from tests.support.sample_vault import accepted

SOON = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()


def shown(program: Opened, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(program("show", name, "--json").out)
    return found


def lines(program: Opened, name: str) -> dict[str, str]:
    rows = (line.strip().partition("  ") for line in program("show", name).out.splitlines())
    return {label: told.strip() for label, _, told in rows}


def days_left(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)) / timedelta(days=1)


def listed(program: Opened, *options: str, code: int = 0) -> list[str]:
    ran = program("list", *options, "--json")
    assert ran.code == code, ran.err
    return [one["name"] for one in json.loads(ran.out)]


def keep_since(program: Opened, name: str, days: int, *, tags: tuple[str, ...] = ()) -> Callable[[int, Changes], None]:
    """Add a credential that many days ago; return what changes it so many days ago."""
    identity, store = Identity.parse(program.environment["NEXCRED_IDENTITY"]), SqliteStore(vault_file(program))

    def at(days: int) -> Vault:
        return Vault(store, identity, now=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(days=days))

    def change(days: int, changes: Changes) -> None:
        at(days).edit(lambda edit: edit.update(edit.find(name), changes))

    at(days).edit(lambda edit: edit.add(NewRecord(name, "", tags, details_of())))
    return change


def details_of(key: str = "EXAMPLE-key", **hosts: Any) -> Details:
    return Details("resci", "00" * 32, "api_key", (), {"api_key": Secret(key)}, **hosts)


@pytest.fixture
def kept(opened: Opened) -> Opened:
    keep(opened, "prod")
    return opened


def test_a_day_ends_at_its_end_here_and_a_span_counts_from_now(opened: Opened) -> None:
    words = ("add", "resci", "dated", "--set", "api_key=env:HELD", "--no-probe", "--expires", SOON)
    added = opened(*words, "--rotate-every", "2w", environment={"HELD": "EXAMPLE", "TZ": "Asia/Tokyo"})
    assert added.code == 0, added.err
    found = shown(opened, "dated")
    assert found["expires_at"] == found["expires_entered_at"] == f"{SOON}T14:59:59.999Z"
    assert (found["rotate_every_days"], found["superseded"], found["exposures"]) == (14, [], [])
    assert 13.9 < days_left(found["due_at"]) < 14
    told = lines(opened, "dated")
    assert told["expires"].endswith("days, as entered")
    assert told["rotate every"].startswith("14 days: due in 14 days")
    assert opened("update", "dated", "--expires", "90d", "--rotate-every", "never").code == 0
    found = shown(opened, "dated")
    assert 89.9 < days_left(found["expires_at"]) < 90
    assert (found["rotate_every_days"], found["due_at"]) == (None, None)
    assert opened("update", "dated", "--expires", "never").code == 0
    assert shown(opened, "dated")["expires_at"] is None


@pytest.mark.parametrize(
    ("flag", "value", "problem"),
    [
        ("--expires", "2020-01-31", "is not in the future"),
        ("--expires", "0d", "is not in the future"),
        ("--expires", "9999-12-31", ""),
        ("--expires", "999999w", "is beyond all days"),
        ("--expires", "2027-02-30", "takes a day"),
        ("--expires", "", "takes a day"),
        ("--rotate-every", "12h", "takes whole days"),
        ("--rotate-every", "0d", "takes whole days"),
        ("--rotate-every", "999999d", "takes whole days"),
        ("--rotate-every", "2027-01-31", "takes a number and a unit"),
    ],
)
def test_what_is_no_end_and_no_number_of_days_is_refused(kept: Opened, flag: str, value: str, problem: str) -> None:
    ran = kept("update", "prod", flag, value, environment={"TZ": "UTC"})
    assert ran.code == (2 if problem else 0)
    assert problem in ran.err
    assert (shown(kept, "prod")["expires_at"] is None) == bool(problem)


def test_the_nearer_end_counts_and_both_are_told(kept: Opened) -> None:
    vault = vault_of(kept)
    provided = datetime(2031, 5, 1, tzinfo=UTC)
    change = Changes(details=details_of("EXAMPLE-next"), expires_at=provided)
    vault.edit(lambda edit: edit.update(edit.find("prod"), change))
    assert lines(kept, "prod")["expires"] == "2031-05-01"
    assert kept("update", "prod", "--expires", "20d").code == 0
    found = shown(kept, "prod")
    assert found["expires_at"] == found["expires_entered_at"]
    shown_both = kept("show", "prod").out
    assert "in 20 days, as entered" in shown_both
    assert "2031-05-01, as the provider says" in shown_both
    assert listed(kept, "--expiring-within", "30d") == ["prod"]
    assert kept("list", "--expiring-within", "30d", "--fail").code == 7
    assert kept("update", "prod", "--expires", "2035-01-01").code == 0
    found = shown(kept, "prod")
    assert (found["expires_at"], found["expires_entered_at"][:4]) == ("2031-05-01T00:00:00.000Z", "2035")
    assert vault.find("prod").policy is not None


def test_an_end_that_is_over_is_told_before_a_deploy(kept: Opened) -> None:
    ended = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    vault = vault_of(kept)
    vault.set_policy(vault.find("prod"), lambda policy: policy._replace(expires_at=ended))
    assert "expired 24 h ago" in kept("list").out
    (finding,) = json.loads(kept("check", "-c", "prod", "--json").out)
    assert finding["status"] == "expired"
    assert kept("check", "-c", "prod").code == 4


def test_another_secret_keeps_the_end_that_was_entered_and_says_so(kept: Opened) -> None:
    assert kept("update", "prod", "--expires", SOON).code == 0
    words = ("update", "prod", "--set", "api_key=env:HELD", "--no-probe")
    ran = kept(*words, environment={"HELD": "EXAMPLE-2"})
    assert f"the end that was entered for the old secret stays, {SOON}" in ran.err
    ran = kept(*words, "--expires", "300d", environment={"HELD": "EXAMPLE-3"})
    assert (ran.code, "old secret" in ran.err) == (0, False)
    assert 299 < days_left(shown(kept, "prod")["expires_at"]) < 300
    assert shown(kept, "prod")["credentials_version"] == "3"


def test_many_are_dated_at_once_with_a_plan_and_no_value(opened: Opened) -> None:
    keep(opened, "prod-a", "prod-b", "test")
    words = ("update", "prod-*", "--expires", SOON, "--rotate-every", "90d")
    assert said_no(opened(*words), 2, "needs a yes", "--yes")
    assert opened(*words, "--yes").out == "updated prod-a\nupdated prod-b\n"
    again = opened(*words, "--yes")
    assert (again.out, again.err) == ("", "nexcred: nothing changed\n")
    assert listed(opened, "--expiring-within", "50d") == ["prod-a", "prod-b"]
    assert said_no(opened("update", "prod-*", "--rotator", "test", "--yes"), 2, "values are changed one by one")
    assert opened("update", "prod-a", "prod-b", "--tag", "x", "--rotator", "test").code == 2
    assert shown(opened, "prod-a")["tags"] == []


def test_a_rotator_is_another_credential_of_the_vault(kept: Opened) -> None:
    keep(kept, "admin")
    assert kept("update", "prod", "--rotator", "admin").code == 0
    assert lines(kept, "prod")["rotator"] == "admin"
    assert kept("rename", "admin", "root").code == 0
    assert lines(kept, "prod")["rotator"] == "root"
    assert said_no(kept("update", "prod", "--rotator", "prod"), 2, "cannot be its own rotator")
    assert said_no(kept("update", "prod", "--rotator", "nobody"), 3, "no credential named 'nobody'")
    assert said_no(kept("update", "prod", "--retry", "--rotator", "root"), 2, "--retry goes with no other change")
    assert kept("update", "prod", "--rotator", "").code == 0
    assert "rotator" not in lines(kept, "prod")


def test_who_may_not_write_enters_nothing(kept: Opened) -> None:
    reader = invite(kept, "rea", "--role", "reader")
    guest = invite(kept, "ci", "--grant", "prod")
    member = invite(kept, "mem", "--role", "member")
    for who in (reader, guest, member):
        assert refused(who("update", "prod", "--expires", "90d"))
    for who in (reader, guest, member):
        assert refused(who("vault", "settings", "--expires", "resci=5d"))
    assert shown(kept, "prod")["expires_at"] is None


def test_the_settings_of_the_vault_hold_where_nothing_was_entered(kept: Opened) -> None:
    keep_since(kept, "older", 100, tags=("prod",))
    change = keep_since(kept, "entered", 100, tags=("prod",))
    assert kept("update", "entered", "--expires", "never", "--rotate-every", "never").code == 0
    words = ("vault", "settings", "--rotate-every", "resci=400d", "--rotate-every", "tag:prod=90d")
    told = kept(*words, "--expires", "resci=130d", "--rotate-in-place")
    assert told.code == 0, told.err
    assert "resci: 130 days" in told.out
    settings = json.loads(kept("vault", "settings", "--json").out)
    assert settings == {
        "share_with": [],
        "expires_days": {"resci": 130},
        "rotate_every_days": {"resci": 400, "tag:prod": 90},
        "rotate_in_place": True,
    }
    assert listed(kept, "--due", "--fail", code=7) == ["older"]
    assert listed(kept, "--expiring-within", "31d") == ["older"]
    told_of = lines(kept, "older")
    assert told_of["expires"] == "in 30 days, as the vault's settings say"
    assert told_of["rotate every"].startswith("90 days, as the vault's settings say: due since ")
    assert shown(kept, "entered")["expires_at"] is shown(kept, "entered")["due_at"] is None
    assert kept("update", "older", "--rotate-every", "200d").code == 0
    assert listed(kept, "--due", "--fail") == []
    change(1, Changes(tags=()))
    unset = kept("vault", "settings", "--rotate-every", "tag:prod=never", "--expires", "resci=never", "--json")
    assert json.loads(unset.out)["rotate_every_days"] == {"resci": 400}
    assert shown(kept, "older")["expires_at"] is None


def test_what_is_no_default_is_refused(kept: Opened) -> None:
    assert said_no(kept("vault", "settings", "--expires", "resci"), 2, "takes CONNECTOR=DAYS")
    assert said_no(kept("vault", "settings", "--expires", "tag:=5d"), 2, "takes CONNECTOR=DAYS")
    assert said_no(kept("vault", "settings", "--expires", "rsci=5d"), 3, "no connector named 'rsci'")
    twice = ("--rotate-every", "resci=5d", "--rotate-every", "resci=6d")
    assert said_no(kept("vault", "settings", *twice), 2, "'resci' is given twice")


def test_due_is_the_age_of_the_secret_and_not_of_what_else_changed(opened: Opened) -> None:
    change = keep_since(opened, "prod", 100)
    change(95, Changes(description="described"))
    change(10, Changes(details=details_of()._replace(allowed_hosts=("api.example.com",))))
    change(5, Changes(details=details_of()._replace(allowed_hosts=("api.example.com", "b.example.com"))))
    assert opened("update", "prod", "--rotate-every", "99d").code == 0
    assert listed(opened, "--due") == ["prod"]
    change(4, Changes(details=details_of("EXAMPLE-2")))
    assert 94 < days_left(shown(opened, "prod")["due_at"]) < 96
    change(1, Changes(details=details_of("EXAMPLE-2")._replace(allowed_hosts=("api.example.com",))))
    assert 94 < days_left(shown(opened, "prod")["due_at"]) < 96
    assert listed(opened, "--due") == []


def test_what_is_due_is_told_before_a_deploy(opened: Opened) -> None:
    keep_since(opened, "prod", 100)
    assert opened("update", "prod", "--rotate-every", "90d").code == 0
    vault = vault_of(opened)
    vault.edit(lambda edit: edit.record_probe(edit.find("prod"), accepted()))
    ran = opened("check", "-c", "prod")
    assert ran.code == 7
    assert "its secret is older than it may become" in ran.out
    assert json.loads(opened("check", "-c", "prod", "--json").out)[0]["status"] == "due"


def test_who_knows_it_and_what_still_works_is_listed_and_shown(kept: Opened) -> None:
    keep(kept, "other")
    vault, now = vault_of(kept), datetime.now(UTC).replace(microsecond=0)
    exposed = (Exposure(1, "left", now, "ab" * 16, "bob"), Exposure(2, "leaked", now, reason="in a log"))
    former = (Former(1, "dead", now), Former(2, "alive", now), Former(3, "revoked", revoked_at=now))
    vault.set_policy(vault.find("prod"), lambda policy: policy._replace(exposures=exposed, former=former))
    assert listed(kept, "--exposed") == listed(kept, "--superseded") == ["prod"]
    found = shown(kept, "prod")
    assert [(one["revision"], one["why"], one["who"], one["reason"]) for one in found["exposures"]] == [
        (2, "leaked", None, "in a log")  # what is dead is nobody's to use
    ]
    assert [(one["revision"], one["state"]) for one in found["superseded"]] == [(3, "revoked"), (2, "alive")]
    told = kept("show", "prod").out
    assert "leaked: in a log (revision 2)" in told
    assert "revision 3: revoked" in told
    assert kept("list", "--exposed", "--fail").code == 2


def test_what_is_added_again_takes_what_was_entered(kept: Opened) -> None:
    words = ("add", "resci", "prod", "--set", "api_key=env:HELD", "--no-probe")
    held = {"HELD": "key-prod-EXAMPLE"}
    again = kept(*words, "--replace", "--expires", SOON, "--rotate-every", "90d", environment=held)
    assert (again.code, again.out[:12]) == (0, "updated prod")
    assert shown(kept, "prod")["rotate_every_days"] == 90
    assert shown(kept, "prod")["credentials_version"] == "1"
    assert kept(*words, "--if-missing", "--rotate-every", "5d", environment=held).code == 0
    assert shown(kept, "prod")["rotate_every_days"] == 90


def test_an_owner_to_whom_nothing_is_sealed_says_when_it_ends(kept: Opened) -> None:
    member = invite(kept, "mem", "--role", "member")
    keep(member, "theirs")
    assert kept("update", "theirs", "--expires", SOON).code == 0
    assert "as entered" in lines(member, "theirs")["expires"]
    assert refused(kept("update", "theirs", "--rotator", "prod"))  # which takes the values for one's own
    assert refused(kept("update", "theirs", "--set", "api_key=env:HELD", environment={"HELD": "EXAMPLE"}))
