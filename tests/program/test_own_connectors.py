"""Connectors of the user's own, at the command line: written, looked through, tried, and used like any other."""

import json
from pathlib import Path

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.program import Program, Ran
from tests.support.program_fixtures import nexcred
from tests.support.standins.rest import Rest
from tests.support.standins.salesforce import Salesforce
from tests.support.standins.server import StandIn
from tests.support.terminal import Typed, lines_of, play

__all__ = ["nexcred"]

FOLDER = ".config/nexcred/connectors"


@pytest.fixture
def acme(opened: Opened) -> Path:
    """Return the file of a new connector, filled in for the stand-in of any REST API."""
    ran = opened("connectors", "new", "acme")
    assert ran.code == 0, ran.err
    path = Path(ran.out.rstrip("\n"))
    assert path == opened.home / FOLDER / "acme.toml"
    path.write_text(path.read_text().replace("example.com", "acme.test"))
    return path


def values(stand_in: StandIn) -> tuple[str, ...]:
    to = ("--set", f"base_url={stand_in.base_url}/v1", "--allow-host", stand_in.host)
    return (*to, "--set", "api_key=env:KEY")


def check(program: Program, *arguments: str, key: str = Rest.api_key) -> Ran:
    return program("connectors", "check", *arguments, environment={"KEY": key})


def test_a_new_one_is_private_and_right_as_it_stands(nexcred: Program) -> None:
    path = Path(nexcred("connectors", "new", "acme").out.rstrip("\n"))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    schema = json.loads(nexcred("schema", "connector").out)
    beside = json.loads((path.parent / "connector.schema.json").read_text())
    assert (beside["$defs"], path.read_text().splitlines()[0]) == (schema["$defs"], "#:schema ./connector.schema.json")
    checked = nexcred("connectors", "check", "acme")
    assert checked.code == 0
    assert "acme: the file is right" in checked.out
    assert "it still sends keys to api.example.com, which is an example" in checked.err


def test_nothing_is_overwritten_and_no_built_in_one_is_hidden(nexcred: Program) -> None:
    assert nexcred("connectors", "new", "acme").code == 0
    again = nexcred("connectors", "new", "acme")
    assert (again.code, "already" in again.err) == (8, True)
    hidden = nexcred("connectors", "new", "aha")
    assert (hidden.code, "'aha' is a built-in connector" in hidden.err) == (8, True)
    assert not (nexcred.home / FOLDER / "aha.toml").exists()


def test_it_is_written_where_it_is_told(nexcred: Program) -> None:
    printed = nexcred("connectors", "new", "acme", "-o", "-").out
    assert nexcred("connectors", "new", "acme", "-o", "acme.toml").out == "acme.toml\n"
    assert (nexcred.home / "acme.toml").read_text() == printed
    assert nexcred("connectors", "new", "../acme", "-o", "-").code == 2


def test_all_problems_are_told_with_their_lines(nexcred: Program) -> None:
    text = nexcred("connectors", "new", "acme", "-o", "-").out
    wrong = text.replace("secret = true", "secert = true").replace("{api_key}", "{key}", 1)
    (nexcred.home / "acme.toml").write_text(wrong)
    one = nexcred("connectors", "check", "acme.toml")
    assert (one.code, one.out) == (2, "")
    assert "acme.toml:31: method[0].field[0].secert: unknown key; did you mean 'secret'?" in one.err
    (nexcred.home / "acme.toml").write_text(wrong.replace("title =", "titel ="))
    several = json.loads(nexcred("connectors", "check", "acme.toml", "--json").err)["error"]
    assert several["code"] == "invalid_connector"
    assert [field["field"] for field in several["fields"]] == [
        *("acme.toml:1", "acme.toml:5: titel", "acme.toml:31: method[0].field[0].secert")
    ]


def test_it_is_tried_with_values_and_with_made_up_ones(opened: Opened, acme: Path, rest: Rest) -> None:
    ran = check(opened, "acme", *values(rest))
    line = acme.read_text().partition("  expect =")[0].count("\n") + 1
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[3:] == [
        "with the values given",
        f"  GET {rest.url}/v1/me  200",
        f"  accepted, by method[0].probe.expect (line {line})",
        "with made-up secrets",
        f"  GET {rest.url}/v1/me  401",
        "  rejected, as its status means for every connector",
        "accepted, ada@example.com",
    ]
    rest.takes_junk = True
    careless = check(opened, "acme", *values(rest))
    assert careless.code == 5
    assert careless.out.endswith(
        "inconclusive, ada@example.com: the endpoint accepts a made-up secret too, so its yes proves nothing\n"
    )


def test_a_refused_key_exits_4_and_shows_nowhere(opened: Opened, acme: Path, rest: Rest) -> None:
    ran = check(opened, "acme", *values(rest), "--json", key="wrong-key-EXAMPLE")
    assert ran.code == 4
    said = json.loads(ran.out)
    assert (said["status"], said["control"], said["probe"]["decided_by"]) == ("rejected", None, None)
    assert said["probe"]["requests"] == [{"method": "GET", "url": f"{rest.url}/v1/me", "status": 401}]
    assert "EXAMPLE" not in ran.out + ran.err


def test_it_is_added_probed_and_listed_like_any_other(opened: Opened, acme: Path, rest: Rest) -> None:
    added = opened("add", "acme", *values(rest), environment={"KEY": Rest.api_key})
    assert (added.code, added.out) == (0, "added acme: accepted, ada@example.com\n")
    assert opened("probe", "acme").code == 0
    (shown,) = (one for one in json.loads(opened("connectors", "list", "--json").out) if one["name"] == "acme")
    assert shown["file"] == str(acme)
    assert str(acme) in opened("connectors", "show", "acme").out
    assert "acme" in opened("complete", "fish", "--", "add", "ac").out
    assert "base_url=" in opened("complete", "fish", "--", "connectors", "check", "acme", "--set", "").out
    tried = check(opened, "acme", "--credential", "acme", "--json")
    assert (tried.code, json.loads(tried.out)["control"]["status"]) == (0, "rejected")


def test_a_file_that_leads_elsewhere_gets_no_credential_unasked(opened: Opened, acme: Path, rest: Rest) -> None:
    assert opened("add", "acme", "--set", "api_key=env:KEY", "--no-probe", environment={"KEY": "k-EXAMPLE"}).code == 0
    acme.write_text(acme.read_text().replace("api.acme.test", "api.evil.test"))
    for arguments in (
        ("connectors", "check", "acme", "--credential", "acme"),
        ("update", "acme", "--unset", "base_url"),
    ):
        refused = opened(*arguments, "--json")
        assert (refused.code, json.loads(refused.err)["error"]["code"]) == (2, "host_refused")
        assert "--allow-host api.evil.test" in refused.err
    probed = json.loads(opened("probe", "acme", "--json").out)
    assert probed[0]["status"] == "inconclusive"
    assert probed[0]["detail"].endswith("allow it with: nexcred update 'acme' --allow-host api.evil.test")
    accepted = opened("update", "acme", "--allow-host", "api.evil.test", "--no-probe", "--json")
    assert (accepted.code, json.loads(accepted.out)["allowed_hosts"]) == (0, ["api.evil.test"])


@pytest.mark.parametrize("answer", ["y", "n"])
def test_at_a_terminal_a_changed_host_is_asked_about(opened: Opened, acme: Path, rest: Rest, answer: str) -> None:
    assert opened("add", "acme", *values(rest), environment={"KEY": Rest.api_key}).code == 0
    acme.write_text(acme.read_text().replace("{base_url}/me", "https://files.acme.test/me"))
    environment = {**opened.environment, "HTTPS_PROXY": "http://127.0.0.1:1", "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(160, 40)
    typed = [Typed("Allow files.acme.test for this credential?", answer)]
    ended = play(opened.command("probe", "acme"), typed, screen, environment=environment, folder=opened.home)
    assert ended.code == 5
    shown = "\n".join(lines_of(screen))
    assert ("not sent" in shown) == (answer == "n")
    allowed = json.loads(opened("show", "acme", "--json").out)["allowed_hosts"]
    assert ("files.acme.test" in allowed) == (answer == "y")


def test_a_broken_one_is_in_nobodys_way(opened: Opened, acme: Path, rest: Rest) -> None:
    assert opened("add", "acme", *values(rest), environment={"KEY": Rest.api_key}).code == 0
    acme.write_text("name = ")
    assert opened("list").code == 0
    assert opened("get", "acme/api_key").out == Rest.api_key
    listed = opened("connectors", "list")
    assert (listed.code, "left out: acme.toml:1: is not TOML" in listed.err) == (0, True)
    assert opened("add", "resci", "--set", "api_key=env:KEY", "--no-probe", environment={"KEY": "r-EXAMPLE"}).code == 0
    assert json.loads(opened("probe", "acme", "--json").out)[0]["status"] == "unsupported"
    found = {check["check"]: check for check in json.loads(opened("doctor", "--json").out)}["connectors"]
    assert (found["status"], found["hint"]) == ("problem", "run: nexcred connectors check acme")


def test_case_56_a_file_that_others_can_write_is_not_used(opened: Opened, acme: Path) -> None:
    acme.chmod(0o666)
    refused = opened("add", "acme", "--set", "api_key=env:KEY", environment={"KEY": "k-EXAMPLE"})
    assert (refused.code, f"others can write {acme}" in refused.err) == (2, True)
    assert f"chmod go-w {acme}" in refused.err


def test_a_credential_of_another_connector_is_not_lent(opened: Opened, acme: Path) -> None:
    assert opened("add", "resci", "--set", "api_key=env:KEY", "--no-probe", environment={"KEY": "r-EXAMPLE"}).code == 0
    refused = check(opened, "acme", "--credential", "resci")
    assert (refused.code, "belongs to the connector 'resci', not to 'acme'" in refused.err) == (2, True)
    both = check(opened, "acme", "--credential", "resci", "--set", "api_key=env:KEY")
    assert (both.code, "do not go together" in both.err) == (2, True)


def test_what_lives_in_a_session_is_tried_as_a_credential_alone(opened: Opened) -> None:
    with Salesforce() as salesforce:
        settings = (
            *(
                "--method",
                "refresh_token",
                "--set",
                "my_domain=mycompany",
                "--set",
                f"client_id={salesforce.client_id}",
            ),
            *("--set", "client_secret=env:SECRET", "--set", "refresh_token=env:TOKEN"),
            *("--set", f"base_url={salesforce.base_url}", "--allow-host", salesforce.host),
        )
        secrets = {"SECRET": salesforce.client_secret, "TOKEN": salesforce.refresh_token}
        used_up = opened("connectors", "check", "salesforce", *settings, environment=secrets)
        assert (used_up.code, "would use up what it is given" in used_up.err, salesforce.received) == (2, True, [])
        assert opened("add", "salesforce", *settings, environment=secrets).code == 0
        tried = opened("connectors", "check", "salesforce", "--credential", "salesforce", "--json")
    said = json.loads(tried.out)
    assert (tried.code, said["status"], said["identity"]) == (0, "accepted", salesforce.identity)
    assert (said["probe"]["requests"][-1]["status"], said["control"]["status"]) == (200, "rejected")
