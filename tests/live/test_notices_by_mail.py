"""Notices by mail, to aiosmtpd: the login is proved, and a message arrives as it was meant."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from nexcred.auth.database_login import Connect
from nexcred.databases.smtp import log_in
from nexcred.network.deadline import Deadline
from nexcred.network.guarded_socket import connect_guarded
from tests.live.mail_server import MailBox, serving
from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.standins import faults
from tests.support.standins.authority import Authority
from tests.support.standins.exchange import json_answer
from tests.support.standins.resci import Resci

REFUSED = faults.always(json_answer({"message": "no such key"}, 401))


@pytest.fixture
def box() -> MailBox:
    return MailBox()


@pytest.fixture
def port(box: MailBox, authority: Authority) -> Iterator[int]:
    with serving(box, later=authority.server_context()) as port:
        yield port


def _add(program: Opened, port: int, authority: Authority, password: str = MailBox.password) -> Ran:
    sets = {
        "host": "localhost",
        "port": port,
        "username": "ops@example.com",
        "password": "env:MAIL",
        "from": "ops@example.com",
        "to": "ada@example.com, team@example.com",
        "ca_certificate": f"@{authority.bundle}",
    }
    words = [word for name, value in sets.items() for word in ("--set", f"{name}={value}")]
    return program("add", "smtp", "mail", *words, environment={"MAIL": password})


def test_the_login_is_proved_and_a_wrong_one_refused_with_one_try(
    opened: Opened, box: MailBox, port: int, authority: Authority
) -> None:
    refused = _add(opened, port, authority, "wrong-EXAMPLE")
    assert refused.code == 4, refused.err
    assert "535" in refused.err
    assert box.logins == ["ops@example.com"]
    added = _add(opened, port, authority)
    assert added.code == 0, added.err
    assert added.out.startswith("added mail: accepted, ops@example.com at localhost ")


def test_a_message_arrives_and_one_that_is_not_taken_waits(
    opened: Opened, box: MailBox, port: int, authority: Authority, resci: Resci
) -> None:
    assert opened.add(resci).code == 0
    assert _add(opened, port, authority).code == 0
    assert opened("rename", "resci", "Schlüssel für ReSci").code == 0
    resci.fault, box.says = REFUSED, "451 not now"
    done = opened("probe", "Schlüssel für ReSci", "--notify", "mail")
    assert done.code == 4
    assert "the notice waits here" in done.err
    assert "the mail server does not take it: not now\n" in done.err
    assert box.messages == []
    box.says = "250 taken"
    assert opened("probe", "Schlüssel für ReSci", "--notify", "mail").code == 4
    (message,) = box.messages
    assert message["Subject"] == "nexcred: 1 credential of the vault personal changed"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "- Schlüssel für ReSci: is refused by ReSci (no such key)" in message.get_content()
    assert box.recipients == ["ada@example.com", "team@example.com"]


def test_nothing_is_sent_without_tls(opened: Opened, box: MailBox, authority: Authority) -> None:
    with serving(box) as port:
        done = _add(opened, port, authority)
    assert "the server offers no TLS, and nothing is sent without" in done.err
    assert box.logins == []


def test_port_465_begins_with_tls(box: MailBox, authority: Authority) -> None:
    """By the line to another port: nobody but root listens at that one."""
    deadline = Deadline.after(30)
    with serving(box, at_once=authority.server_context()) as port:
        line = connect_guarded([ip_address("127.0.0.1")], port, deadline)
        trusted = authority.bundle.read_text()
        connect = Connect("smtp", "localhost", 465, "", "ops@example.com", box.password, "verify-full", trusted)
        login = log_in(connect, line, deadline, {})
        line.close()
    assert (login.code, login.user, login.encrypted) == ("", "ops@example.com", True)
