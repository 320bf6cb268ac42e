"""A key is revoked at its provider, and asked with until it is dead: what the provider says is not believed alone."""

import json
from collections.abc import Iterator

import pytest

from nexcred.model.lifecycle import Former, FormerState
from tests.support.opened import Opened
from tests.support.people import invite, said_no, vault_of
from tests.support.revoking import NEXT, asked, on, put_quick, quick, replaced, state
from tests.support.standins.exchange import Answer, Fault, Received, Script, json_answer
from tests.support.standins.faults import reset
from tests.support.standins.github import GitHub
from tests.support.standins.resci import Resci
from tests.support.standins.salesforce import Salesforce
from tests.support.standins.slack import Slack

__all__ = ["quick", "replaced"]


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub() as stand_in:
        yield stand_in


def test_a_revoked_key_is_asked_with_until_it_is_dead(quick: Opened, slack: Slack) -> None:
    assert quick.add(slack).code == 0
    revoked = quick("revoke", "slack", "--yes")
    assert (revoked.code, revoked.out) == (0, "revoked slack: the key of 'slack' is refused, and dead\n"), revoked.err
    assert "Slack revoked it" in revoked.err
    assert (asked(slack, "/api/auth.revoke"), asked(slack, "/api/auth.test")) == (1, 4)
    assert state(quick, "slack") == "dead"
    assert json.loads(quick("show", "slack", "--json").out)["verified_status"] == "FAILED"
    again = quick("revoke", "slack", "--yes")
    assert (again.code, "is dead already" in again.out) == (0, True)
    assert asked(slack, "/api/auth.revoke") == 1
    audit = quick("audit", "--json").out
    assert '"revoke"' in audit
    secret = slack.bot_token.encode()
    seen = (revoked.out + revoked.err + audit).encode()
    assert secret not in seen
    assert not any(secret in path.read_bytes() for path in quick.home.rglob("*") if path.is_file())


def test_taken_is_not_gone(quick: Opened, github: GitHub) -> None:
    """GitHub takes a revocation before it carries it out: a token that is accepted for a while is asked on."""
    assert quick.add(github).code == 0
    github.lingers = 2
    revoked = quick("revoke", "github", "--yes")
    assert revoked.code == 0, revoked.err
    assert "GitHub took the revocation" in revoked.err
    assert state(quick, "github") == "dead"
    (call,) = (request for request in github.received if request.path == "/credentials/revoke")
    assert "authorization" not in call.headers


def test_one_that_still_works_is_said(quick: Opened, slack: Slack) -> None:
    assert quick.add(slack).code == 0
    slack.ends_nothing = True
    revoked = quick("revoke", "slack", "--yes")
    assert said_no(revoked, 5, "still works, although it was revoked", "https://api.slack.com/apps")
    assert state(quick, "slack") == "present"
    slack.ends_nothing = False
    assert quick("revoke", "slack", "--yes").code == 0  # safe to repeat
    assert state(quick, "slack") == "dead"


FORBIDDEN = json_answer({"message": "Resource not accessible"}, 403)


@pytest.mark.parametrize(
    ("answer", "told"), [(FORBIDDEN, "did not revoke the key"), (reset(), "may have revoked the key, or not")]
)
def test_what_the_provider_did_not_do_is_not_said(
    quick: Opened, github: GitHub, answer: Answer | Fault, told: str
) -> None:
    assert quick.add(github).code == 0
    fault = answer if isinstance(answer, Answer) else answer(Received("", "", {}), FORBIDDEN)
    github.fault = on("/credentials/revoke", fault)
    refused = quick("revoke", "github", "--yes")
    assert said_no(refused, 5, told)
    if answer is FORBIDDEN:
        assert "https://github.com/settings/personal-access-tokens" not in refused.err  # of a GitHub at another address
        assert "Settings > Developer settings" in refused.err
    assert state(quick, "github") == "present"
    assert json.loads(quick("show", "github", "--json").out)["verified_status"] == "VERIFIED"


def test_a_lost_answer_is_asked_for_again(quick: Opened, slack: Slack) -> None:
    assert quick.add(slack).code == 0
    lost = reset()

    def lose_first(request: Received, proper: Answer) -> Answer | Script:
        is_first = request.path == "/api/auth.revoke" and asked(slack, "/api/auth.revoke") == 1
        return lost(request, proper) if is_first else proper

    slack.fault = lose_first
    assert quick("revoke", "slack", "--yes").code == 0
    assert (asked(slack, "/api/auth.revoke"), state(quick, "slack")) == (2, "dead")


def test_where_nobody_answers_it_is_revoked_and_not_proved(quick: Opened, slack: Slack) -> None:
    assert quick.add(slack).code == 0
    slack.fault = on("/api/auth.test", reset()(Received("POST", "/", {}), Answer(200)))
    assert said_no(quick("revoke", "slack", "--yes"), 5, "revoked, not yet proved", "--revision 1")
    assert state(quick, "slack") == "revoked"
    slack.fault = None
    for _ in range(2):  # it counts on
        assert quick("probe", "slack", "--revision", "1").code == 4
    assert state(quick, "slack") == "revoked"
    assert json.loads(quick("show", "slack", "--json").out)["verified_status"] == "FAILED"


def test_a_command_waits_for_no_more_than_a_minute(opened: Opened, slack: Slack) -> None:
    put_quick(opened, "slack", settle_s=1800)
    assert opened.add(slack).code == 0
    revoked = opened("revoke", "slack", "--yes")
    assert said_no(revoked, 5, "is refused", "2 more times, the last time not before 30 min have passed")
    assert asked(slack, "/api/auth.test") == 2
    assert said_no(opened("revoke", "slack", "--yes"), 5, "1 more time, the last time not before 30 min")  # counts on


def test_where_a_former_key_may_work_it_is_asked_which(replaced: Opened, slack: Slack) -> None:
    assert said_no(replaced("revoke", "slack", "--yes"), 2, "of revision 1", "--revision 2")
    assert said_no(replaced("revoke", "slack", "--revision", "1"), 2, "needs a yes")
    assert asked(slack, "/api/auth.revoke") == 0
    revoked = replaced("revoke", "slack", "--revision", "1", "--yes")
    assert (revoked.code, "revoked slack, revision 1: the old key" in revoked.out) == (0, True), revoked.err
    (call,) = (request for request in slack.received if request.path == "/api/auth.revoke")
    assert call.headers["authorization"] == f"Bearer {slack.bot_token}"
    assert (state(replaced, "slack", 1), state(replaced, "slack", 2)) == ("dead", "present")
    assert replaced("get", "slack/bot_token").out == NEXT


@pytest.mark.parametrize("said", ["dead", "gone"])
def test_what_a_member_says_is_dead_is_asked_all_the_same(replaced: Opened, slack: Slack, said: FormerState) -> None:
    """Who may write may note anything: that must keep nobody from revoking a key that still works."""
    vault = vault_of(replaced)
    vault.set_policy(vault.find("slack"), lambda policy: policy._replace(former=(Former(1, said),)))
    revoked = replaced("revoke", "slack", "--revision", "1", "--yes")
    assert (revoked.code, slack.is_revoked) == (0, True), revoked.out


def test_a_key_of_two_credentials_is_not_revoked_unseen(quick: Opened, slack: Slack) -> None:
    assert quick.add(slack).code == 0
    same = ("--set", "bot_token=env:KEY", "--no-probe")
    assert quick("add", "slack", "alerts", *same, environment={"KEY": slack.bot_token}).code == 0
    assert said_no(quick("revoke", "slack", "--yes"), 8, "is also that of 'alerts'")
    assert asked(slack, "/api/auth.revoke") == 0


BEARER = ("--method", "bearer", "--set", "base_url=https://api.example.com", "--set", "token=env:KEY", "--no-probe")


def test_a_former_revision_with_the_present_key_is_not_revoked(opened: Opened) -> None:
    """What opens a client's certificate is a secret too, and no key of the provider's."""
    held = {"KEY": "token-of-EXAMPLE", "ONE": "first-words-EXAMPLE", "TWO": "other-words-EXAMPLE"}
    assert opened("add", "rest", "api", *BEARER, environment=held).code == 0
    for words in ("ONE", "TWO"):
        changed = ("update", "api", "--set", f"client_key_passphrase=env:{words}", "--no-probe")
        assert opened(*changed, environment=held).code == 0
    assert [state(opened, "api", revision) for revision in (1, 2, 3)] == ["same", "unknown", "present"]
    assert said_no(opened("revoke", "api", "--revision", "2", "--yes"), 8, "the present key")
    assert said_no(opened("revoke", "api", "--revision", "1", "--yes"), 2, "has the present key")


def test_two_logins_of_one_client_are_two_keys(opened: Opened) -> None:
    with Salesforce() as salesforce:
        values = {"my_domain": "acme", "base_url": salesforce.url, "client_id": salesforce.client_id}
        given = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
        given += ["--set", "client_secret=env:SECRET", "--set", "refresh_token=env:REFRESH", "--no-probe"]
        for name, token in (("ada", salesforce.refresh_token), ("bob", "refresh-of-bob-EXAMPLE")):
            held = {"SECRET": salesforce.client_secret, "REFRESH": token}
            to = ("--method", "refresh_token", "--allow-host", salesforce.host)
            assert opened("add", "salesforce", name, *to, *given, environment=held).code == 0
        revoked = opened("revoke", "ada", "--yes")
        assert (revoked.code, salesforce.is_revoked) == (0, True), revoked.err


def test_who_only_reads_revokes_nothing(quick: Opened, slack: Slack) -> None:
    assert quick.add(slack).code == 0
    rita = invite(quick, "rita", "--role", "member")
    assert quick("share", "slack", "--with", "rita", "--read").code == 0
    assert said_no(rita("revoke", "slack", "--yes"), 10)
    assert asked(slack, "/api/auth.revoke") == 0


def test_a_login_by_oauth_is_ended_by_its_provider_s_word(opened: Opened) -> None:
    with Salesforce() as salesforce:
        values = {"my_domain": "acme", "base_url": salesforce.url, "client_id": salesforce.client_id}
        given = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
        given += ["--set", "client_secret=env:SECRET", "--set", "refresh_token=env:REFRESH"]
        held = {"SECRET": salesforce.client_secret, "REFRESH": salesforce.refresh_token}
        to = ("--method", "refresh_token", "--allow-host", salesforce.host)
        added = opened("add", "salesforce", *to, *given, environment=held)
        assert (added.code, "accepted" in added.out) == (0, True), added.err
        vault = vault_of(opened)
        assert vault.session(vault.find("salesforce")) is not None
        revoked = opened("revoke", "salesforce", "--yes")
        assert (revoked.code, revoked.out) == (0, "revoked salesforce: gone, as Salesforce says\n"), revoked.err
        assert salesforce.is_revoked
        vault = vault_of(opened)
        assert vault.session(vault.find("salesforce")) is None
        assert state(opened, "salesforce") == "gone"
        assert opened("token", "salesforce").code == 4
        assert salesforce.refresh_token not in revoked.out + revoked.err


def test_what_is_removed_is_revoked_before(opened: Opened, slack: Slack, resci: Resci) -> None:
    assert opened.add(slack).code == 0
    assert opened.add(resci).code == 0
    slack.fault = on("/api/auth.revoke", json_answer({"ok": False, "error": "not_allowed_token_type"}))
    assert said_no(opened("remove", "slack", "--revoke", "--yes"), 5, "did not revoke the key")
    assert said_no(opened("remove", "slack", "--revoke"), 2, "needs a yes")
    assert opened.names == ["resci", "slack"]
    slack.fault = None
    removed = opened("remove", "slack", "resci", "--revoke", "--yes")
    assert (removed.code, removed.out) == (5, "removed slack\n")
    assert "'resci' is kept: no call revokes a key of ReSci" in removed.err
    assert "still works" not in removed.err
    assert (opened.names, slack.is_revoked) == (["resci"], True)
    assert opened("trash", "restore", "slack").code == 0
    assert state(opened, "slack") == "revoked"
