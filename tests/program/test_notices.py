"""People are told once what changed, whoever found it: by Slack, and by a webhook that is signed."""

import base64
import hashlib
import hmac
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nexcred
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.program import Program, Ran
from tests.support.standins import faults
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.resci import Resci
from tests.support.standins.server import StandIn
from tests.support.standins.slack import Slack

REFUSED = faults.always(json_answer({"message": "no such key"}, 401))
WITH_ANOTHER_COMMIT = """
import os, signal, sys
from nexcred.cli.app.main import main
from nexcred.errors import StoreFailed
from nexcred.stores.sqlite.store import SqliteStore
commit = SqliteStore.commit
def die(self, *change):
    commit(self, *change)
    os.kill(os.getpid(), signal.SIGKILL)
def fail(self, *change):
    raise StoreFailed("the disk is full")
SqliteStore.commit = {commit}
sys.exit(main(sys.argv[1:]))
"""


class Hook(StandIn):
    """Takes what is signed with the secret, within five minutes, as a receiver of Standard Webhooks does."""

    secret = "whsec_" + base64.b64encode(b"twenty-four bytes EXAMPL").decode()

    def answer(self, request: Received) -> Answer:
        signed = b".".join(
            [request.headers["webhook-id"].encode(), request.headers["webhook-timestamp"].encode(), request.body]
        )
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return json_answer({}, 204 if hmac.compare_digest(request.headers["webhook-signature"], wanted) else 401)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as stand_in:
        yield stand_in


@pytest.fixture
def watched(opened: Opened, aventri: Aventri, resci: Resci, slack: Slack) -> Opened:
    """Two credentials that are accepted, and a webhook of Slack that is told of them."""
    assert opened.add(aventri).code == 0
    assert opened.add(resci).code == 0
    values = ["--method", "incoming_webhook", "--set", "webhook=env:HOOK", "--set", f"base_url={slack.url}"]
    added = opened(
        "add",
        "slack",
        "ops",
        *values,
        "--allow-host",
        slack.host,
        environment={"HOOK": f"https://hooks.slack.com/services/{slack.webhook}"},
    )
    assert added.code == 0, added.err
    slack.received.clear()
    return opened


def _own(program: Program) -> dict[str, str]:
    return {name: value for name, value in program.environment.items() if name.startswith("NEXCRED_")}


def _probe(program: Program, *more: str) -> Ran:
    return program("probe", "aventri", "resci", "--notify", "ops", *more)


def _probe_with(program: Program, commit: str) -> subprocess.CompletedProcess[bytes]:
    """Probe in a process of its own, whose commits are these."""
    script = WITH_ANOTHER_COMMIT.replace("{commit}", commit)
    return subprocess.run(
        [sys.executable, "-c", script, "probe", "resci", "--notify", "ops"],
        env=program.environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_what_changed_is_told_once_whoever_finds_it(watched: Opened, resci: Resci, slack: Slack) -> None:
    assert _probe(watched).code == 0
    assert slack.told == []
    resci.fault = REFUSED
    assert _probe(watched).code == 4
    (told,) = slack.told
    assert told == (
        "nexcred: 1 credential of the vault personal changed\n"
        "- resci: is refused by ReSci (no such key). Mend it with: nexcred update 'resci'"
    )
    elsewhere = Program(watched.home, **_own(watched), XDG_STATE_HOME=str(watched.home / "another machine"))
    assert _probe(elsewhere).code == 4
    resci.fault = faults.server_error(503)  # which proves nothing
    assert _probe(watched).code == 5
    resci.fault = REFUSED
    assert _probe(watched).code == 4
    assert len(slack.told) == 1
    resci.fault = None
    assert _probe(elsewhere).code == 0
    assert slack.told[1:] == [
        "nexcred: 1 credential of the vault personal changed\n- resci: is accepted by ReSci again"
    ]


def test_names_are_not_told_and_are_no_markup(watched: Opened, resci: Resci, slack: Slack) -> None:
    assert watched("rename", "resci", "<!channel> & co").code == 0
    resci.fault = REFUSED
    assert watched("probe", "--all", "--notify", "ops").code == 4
    assert "- &lt;!channel&gt; &amp; co: is refused" in slack.told[0]
    resci.fault = None
    assert watched("probe", "--all", "--notify", "ops", "--no-names").code == 0
    assert slack.told[1].splitlines()[1:] == ["- is accepted by ReSci again"]


def test_a_notice_that_nobody_takes_waits_and_changes_no_verdict(watched: Opened, resci: Resci, slack: Slack) -> None:
    resci.fault, slack.fault = REFUSED, faults.server_error(500)
    done = _probe(watched, "--json")
    assert done.code == 4
    assert [one["status"] for one in json.loads(done.out)] == ["accepted", "rejected"]
    assert "warning: the notice waits here, and is sent with the next one: Slack did not take the notice" in done.err
    kept = b"".join(path.read_bytes() for path in (watched.home / ".local/state").rglob("*") if path.is_file())
    assert b"waiting" in kept
    assert b"is refused by" not in kept
    slack.fault = None
    assert _probe(watched).code == 4
    assert len(slack.told) == 2  # the try that was answered with 500, and the one that was taken
    assert slack.told[0] == slack.told[1]
    assert _probe(watched).code == 4
    assert len(slack.told) == 2


def test_what_was_found_by_a_run_that_was_killed_is_told_by_the_next(
    watched: Opened, resci: Resci, slack: Slack
) -> None:
    resci.fault = REFUSED
    killed = _probe_with(watched, "die")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert slack.told == []
    for _ in range(2):
        assert _probe(watched).code == 4
        assert [told.splitlines()[1].split(" by ")[0] for told in slack.told] == ["- resci: is refused"]


def test_a_commit_that_fails_makes_no_second_message(watched: Opened, resci: Resci, slack: Slack) -> None:
    resci.fault = REFUSED
    done = _probe_with(watched, "fail")
    assert (done.returncode, len(slack.told)) == (4, 1)
    assert b"the results are not kept in the vault: the disk is full" in done.stderr
    kept = (watched.home / ".local/state").rglob("notices/*.json")
    assert [json.loads(path.read_bytes())["waiting"] for path in kept] == [[]]


def test_who_may_not_write_is_told_once_too(watched: Opened, resci: Resci, slack: Slack) -> None:
    new = watched("identity", "new", "ci", "--grant", "resci", "--grant", "ops")
    assert new.code == 0, new.err
    guest = Program(watched.home, NEXCRED_IDENTITY=new.out.strip(), NEXCRED_NO_INPUT="1")
    resci.fault = REFUSED
    for _ in range(2):
        done = guest("probe", "resci", "--notify", "ops")
        assert done.code == 4, done.err
    assert len(slack.told) == 1
    resci.fault = None
    assert guest("probe", "resci", "--notify", "ops").code == 0
    assert len(slack.told) == 2


def test_a_webhook_gets_a_signed_message_and_the_same_one_again(watched: Opened, resci: Resci, hook: Hook) -> None:
    added = watched(
        *("add", "webhook", "hook", "--set", f"base_url={hook.url}", "--set", "signing_secret=env:KEY"),
        *("--allow-host", hook.host),
        environment={"KEY": hook.secret},
    )
    assert added.code == 0, added.err
    resci.fault, hook.fault = REFUSED, faults.hang_up()
    done = watched("probe", "resci", "--notify", "hook")
    assert done.code == 4
    assert "the notice waits here" in done.err
    hook.fault = None
    assert watched("probe", "resci", "--notify", "hook").code == 4
    first, second = hook.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert json.loads(second.body)["text"].startswith("nexcred: 1 credential of the vault personal changed\n- resci: ")
    assert watched("probe", "resci", "--notify", "hook").code == 4
    assert len(hook.received) == 2


def test_a_webhook_is_signed_with_a_key_that_is_more_than_one_field(watched: Opened, resci: Resci, hook: Hook) -> None:
    shipped = (Path(nexcred.__file__).parent / "connectors/catalog/webhook.toml").read_text()
    named = shipped.replace('name = "webhook"', 'name = "mine"', 1)
    put_connector(watched, "mine", named.replace('signing_key = "{', 'signing_key = "whsec_{'))
    added = watched(
        *("add", "mine", "hook", "--set", f"base_url={hook.url}", "--set", "signing_secret=env:KEY"),
        *("--allow-host", hook.host),
        environment={"KEY": hook.secret.removeprefix("whsec_")},
    )
    assert added.code == 0, added.err
    resci.fault = REFUSED
    done = watched("probe", "resci", "--notify", "hook")
    assert (done.code, len(hook.received)) == (4, 1)
    assert "the notice waits" not in done.err


def test_what_cannot_tell_is_refused_before_anybody_is_asked(watched: Opened, resci: Resci) -> None:
    resci.received.clear()
    done = watched("probe", "resci", "--notify", "aventri")
    assert (done.code, done.out) == (2, "")
    assert "'aventri' cannot send notices" in done.err
    assert "hint: use a credential of one of these: discord, ntfy, opsgenie, pagerduty, slack, smtp, teams" in done.err
    assert watched("probe", "resci", "--no-names").code == 2
    assert resci.received == []
