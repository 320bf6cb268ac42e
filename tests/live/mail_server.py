"""aiosmtpd on a port of its own choice: its Controller wants to know the port before."""

import asyncio
import email.policy
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class MailBox:
    """What the server was given, and who may give it: one login. `says` answers the message."""

    password = "pässwörd of EXAMPLE"

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.logins: list[str] = []
        self.says = "250 taken"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        parsed = message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        if self.says.startswith("2"):
            self.messages.append(parsed)
            self.recipients += envelope.rcpt_tos
        return self.says

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _way: str, data: LoginPassword) -> AuthResult:
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password.decode() == self.password, handled=False)


@contextmanager
def serving(
    box: MailBox, *, at_once: ssl.SSLContext | None = None, later: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Serve, under TLS from the first byte or by STARTTLS, and give the port."""
    loop = asyncio.new_event_loop()

    def speak() -> SMTP:
        with warnings.catch_warnings(action="ignore"):  # it warns of a server without STARTTLS, which some tests mean
            return SMTP(
                box,
                hostname="localhost",
                tls_context=later,
                require_starttls=later is not None,
                auth_required=True,
                authenticator=box.authenticate,
                auth_require_tls=later is not None,
                loop=loop,
            )

    server = loop.run_until_complete(loop.create_server(speak, "127.0.0.1", 0, ssl=at_once))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
