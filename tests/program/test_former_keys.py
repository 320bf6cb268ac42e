"""Of a former secret it is told whether it may still work: by asking with it, and by what is kept of the answers."""

import json
from datetime import timedelta

import pytest

from nexcred.model.lifecycle import Former
from nexcred.model.times import utc_now
from tests.support.opened import Opened
from tests.support.people import invite, said_no, vault_of
from tests.support.standins.faults import reset
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest

FIRST, SECOND = "first-key-EXAMPLE", "second-key-EXAMPLE"


@pytest.fixture
def changed(opened: Opened, resci: Resci) -> Opened:
    """A credential whose key was replaced by hand, and whose provider takes the new one."""
    resci.api_key = FIRST
    assert opened.add(resci).code == 0
    resci.api_key = SECOND
    assert opened("update", "resci", "--set", "api_key=env:NEXT", environment={"NEXT": SECOND}).code == 0
    return opened


def states(program: Opened, name: str = "resci") -> dict[int, str]:
    return {one["revision"]: one["state"] for one in json.loads(program("history", name, "--json").out)}


def refused_before(program: Opened, *seconds_ago: int) -> None:
    """Keep that the first key was refused earlier, as time alone would have it."""
    now, vault = utc_now(), vault_of(program)
    former = Former(1, "revoked", refused_at=tuple(now - timedelta(seconds=ago) for ago in seconds_ago))
    vault.set_policy(vault.find("resci"), lambda policy: policy._replace(former=(former,)))


def test_an_old_key_that_still_works_is_told(changed: Opened, resci: Resci) -> None:
    assert states(changed) == {2: "present", 1: "unknown"}
    assert (
        changed("add", "resci", "other", "--set", "api_key=env:KEY", "--no-probe", environment={"KEY": FIRST}).code == 0
    )
    assert [one["name"] for one in json.loads(changed("list", "--superseded", "--json").out)] == ["resci"]
    resci.api_key = FIRST
    asked = changed("probe", "resci", "--revision", "1")
    assert (asked.code, "the old key of 'resci', of revision 1, still works" in asked.err) == (0, True)
    assert states(changed) == {2: "present", 1: "alive"}
    shown = changed("show", "resci").out
    assert "revision 1: still works" in shown
    assert "nexcred probe 'resci' --revision 1" in shown
    (told,) = json.loads(changed("show", "resci", "--json").out)["superseded"]
    assert (told["revision"], told["state"], told["revoked_at"]) == (1, "alive", None)
    assert FIRST not in asked.out + asked.err + shown + changed("history", "resci").out


def test_what_was_proved_of_the_present_one_stays(changed: Opened, resci: Resci) -> None:
    resci.api_key = "nothing-EXAMPLE"
    asked = changed("probe", "resci", "--revision", "1", "--json")
    (told,) = json.loads(asked.out)
    assert (asked.code, told["status"], told["revision"]) == (4, "rejected", 1)
    assert json.loads(changed("show", "resci", "--json").out)["verified_status"] == "VERIFIED"
    resci.api_key = SECOND
    (present,) = json.loads(changed("probe", "resci", "--revision", "2", "--json").out)
    assert (present["status"], "revision" in present) == ("accepted", False)


@pytest.mark.parametrize(
    ("before_s", "state", "told"),
    [
        ((), "revoked", "2 more times, the last time not before 60 s have passed"),
        ((90, 30), "dead", "is refused, and dead"),
        ((40, 20), "revoked", "1 more time, the last time not before"),
        ((90,), "revoked", "1 more time:"),
    ],
)
def test_it_is_dead_when_it_was_refused_over_the_time(
    changed: Opened, before_s: tuple[int, ...], state: str, told: str
) -> None:
    refused_before(changed, *before_s)
    asked = changed("probe", "resci", "--revision", "1")
    assert (asked.code, told in asked.err) == (4, True), asked.err
    assert ("resci" in changed("list", "--superseded").out) is (state != "dead")
    assert states(changed)[1] == state
    assert ("superseded" in changed("show", "resci").out) is (state != "dead")


def test_what_proves_nothing_changes_nothing(changed: Opened, resci: Resci) -> None:
    resci.fault = reset()
    asked = changed("probe", "resci", "--revision", "1")
    assert (asked.code, "is not proved" in asked.err, states(changed)[1]) == (5, True, "unknown")
    refused_before(changed, 90, 30)
    assert changed("probe", "resci", "--revision", "1").code == 5
    assert states(changed)[1] == "revoked"
    resci.fault, resci.api_key = None, FIRST
    assert changed("probe", "resci", "--revision", "1").code == 0
    resci.api_key = SECOND
    assert changed("probe", "resci", "--revision", "1").code == 4
    assert states(changed)[1] == "revoked"  # accepted between: they begin anew


def test_the_same_secret_is_no_former_one(opened: Opened, rest: Rest) -> None:
    given = ("--set", f"base_url={rest.base_url}", "--set", "token=env:KEY", "--allow-host", rest.host, "--no-probe")
    assert opened("add", "rest", "api", "--method", "bearer", *given, environment={"KEY": rest.api_key}).code == 0
    for path in ("/health", "/other"):
        assert opened("update", "api", "--set", f"health_path={path}", "--no-probe").code == 0
    assert states(opened, "api") == {3: "present", 2: "same", 1: "same"}
    changed = ("update", "api", "--set", "token=env:KEY", "--no-probe")
    assert opened(*changed, environment={"KEY": SECOND}).code == 0
    assert states(opened, "api") == {4: "present", 3: "unknown", 2: "unknown", 1: "unknown"}
    # It works beside one of the paths that it stood with, and so it works.
    asked = json.loads(opened("probe", "api", "--revision", "2", "--json").out)
    assert asked[0]["status"] == "accepted"
    assert states(opened, "api") == {4: "present", 3: "alive", 2: "alive", 1: "alive"}
    (told,) = json.loads(opened("show", "api", "--json").out)["superseded"]
    assert told["revision"] == 3


def test_who_only_reads_asks_and_keeps_nothing(changed: Opened, resci: Resci) -> None:
    rita = invite(changed, "rita", "--role", "member")
    assert changed("share", "resci", "--with", "rita", "--read").code == 0
    changed("update", "resci", "--set", "api_key=env:NEXT", "--no-probe", environment={"NEXT": "third-key-EXAMPLE"})
    asked = rita("probe", "resci", "--revision", "2")
    assert (asked.code, "is not kept in the vault" in asked.err) == (0, True)
    assert states(changed) == {3: "present", 2: "unknown", 1: "unknown"}
    assert said_no(rita("probe", "resci", "--revision", "1"), 10)
    assert states(rita)[2] == "unknown"


@pytest.mark.parametrize(
    "words", [("--all",), ("resci", "other"), ("resci", "--max-age", "1h"), ("resci", "--tag", "x"), ()]
)
def test_a_revision_goes_with_one_name(changed: Opened, words: tuple[str, ...]) -> None:
    assert said_no(changed("probe", *words, "--revision", "1"), 2, "--revision goes with one NAME")


def test_one_that_is_not_kept_is_not_found(changed: Opened) -> None:
    assert said_no(changed("probe", "resci", "--revision", "7"), 3, "has no revision 7")


def test_a_former_refresh_token_is_never_asked(opened: Opened) -> None:
    values = ("my_domain=acme", "client_id=id-EXAMPLE", "client_secret=env:KEY", "refresh_token=env:KEY")
    given = [word for value in values for word in ("--set", value)]
    added = opened("add", "salesforce", "-m", "refresh_token", *given, "--no-probe", environment={"KEY": FIRST})
    assert added.code == 0, added.err
    changed = ("update", "salesforce", "--set", "refresh_token=env:KEY", "--no-probe")
    assert opened(*changed, environment={"KEY": SECOND}).code == 0
    asked = opened("probe", "salesforce", "--revision", "1", "--json")
    (told,) = json.loads(asked.out)
    assert (asked.code, told["status"], "taken for stolen" in told["detail"]) == (5, "unsupported", True)
