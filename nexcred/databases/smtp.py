"""A login to a mail server, and a message that is sent over it, by smtplib (RFC 5321, RFC 4954).

TLS comes before all else: from the first byte at port 465 (RFC 8314), by STARTTLS (RFC 3207) elsewhere.
"""

import base64
import smtplib
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from nexcred.auth.database_login import Connect, DatabaseLogin
from nexcred.databases.bounded import bounded
from nexcred.databases.refusals import NOT_THE_PROTOCOL, Talk, broke_off, unreadable, wants_password_itself
from nexcred.databases.tls import login_context
from nexcred.errors import NotProved
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import GuardedSocket

_TLS_AT_ONCE = 465
_READY, _WELCOME, _GO_ON = 220, 235, 334
# Who has no name in the DNS gives an address (RFC 5321, 4.1.3).
_UNNAMED = "[127.0.0.1]"
_NO_LOGIN = "the server offers no login by password"
_LONGEST_REASON = 200


class MailRefused(NotProved):
    """The server did not take a message."""

    code = "mail_refused"


def log_in(connect: Connect, line: GuardedSocket, deadline: Deadline, environment: Mapping[str, str]) -> DatabaseLogin:
    """Return what the server says; raise TransportFailed when it says nothing that can be understood."""
    with _connected(connect, line, deadline, environment) as server:
        return _authenticated(server, connect)


def send(
    connect: Connect,
    line: GuardedSocket,
    deadline: Deadline,
    environment: Mapping[str, str],
    message: EmailMessage,
    recipients: Sequence[str],
) -> None:
    """Log in and send a message; raise MailRefused with the server's word, TransportFailed."""
    with _connected(connect, line, deadline, environment) as server:
        login = _authenticated(server, connect)
        if login.code:
            raise MailRefused(f"the mail server refuses the login: {login.message} ({login.code})")
        try:
            refused = server.send_message(message, to_addrs=list(recipients))
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPResponseException as error:
            raise MailRefused(f"the mail server does not take it: {_said(error.smtp_error)}") from None
        if refused:
            _, why = next(iter(refused.values()))
            raise MailRefused(f"the mail server does not take it for all recipients: {_said(why)}")


def _authenticated(server: "_MailServer", connect: Connect) -> DatabaseLogin:
    """Log in once, by the first way of RFC 4616 or its elder that is offered: a second try could lock the account."""
    if not connect.verifies:
        raise wants_password_itself()
    offered = server.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, said = server.docmd("AUTH", f"PLAIN {_coded(f'{chr(0)}{connect.username}{chr(0)}{connect.password}')}")
    elif "LOGIN" in offered:
        code, said = server.docmd("AUTH", f"LOGIN {_coded(connect.username)}")
        if code == _GO_ON:
            code, said = server.docmd(_coded(connect.password))
    else:
        raise TransportFailed.inconclusive(_NO_LOGIN)
    if code == _WELCOME:
        return DatabaseLogin(user=connect.username, version=server.banner, encrypted=True)
    return DatabaseLogin(code=str(code), message=_said(said), user=connect.username, encrypted=True)


@contextmanager
def _connected(
    connect: Connect, line: GuardedSocket, deadline: Deadline, environment: Mapping[str, str]
) -> "Iterator[_MailServer]":
    """Greet under TLS; raise TransportFailed, also for what is broken off while the caller talks."""
    context = login_context(connect, environment)
    plain: socket.socket = bounded(line.socket)
    server: _MailServer | None = None
    try:
        if connect.port == _TLS_AT_ONCE:
            plain = context.wrap_socket(plain, server_hostname=connect.host)
        server = _MailServer(plain, connect.host)
        if connect.port != _TLS_AT_ONCE:
            server.ehlo_or_helo_if_needed()
            if not server.has_extn("starttls"):
                raise TransportFailed.inconclusive("the server offers no TLS, and nothing is sent without")
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    except smtplib.SMTPResponseException as error:
        raise TransportFailed.unreachable(f"the server says {error.smtp_code}: {_said(error.smtp_error)}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise broke_off(error, deadline, was_cut=line.was_cut, talk=Talk("the mail")) from None
    except NOT_THE_PROTOCOL:
        raise unreadable("SMTP") from None
    finally:
        plain.close()
        if server is not None:
            server.close()  # whose socket is another one since STARTTLS


class _MailServer(smtplib.SMTP):
    """Speaks over a socket that is connected already. `banner` is the server's first line."""

    def __init__(self, connected: socket.socket, host: str) -> None:
        super().__init__(local_hostname=_UNNAMED)
        self.sock = connected
        self._host = host  # the name that STARTTLS looks for in the certificate
        code, said = self.getreply()
        if code != _READY:
            raise smtplib.SMTPConnectError(code, said)
        self.banner = _said(said)


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _said(words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:_LONGEST_REASON]
