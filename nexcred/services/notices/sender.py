"""Sending a notice as one credential, by what its connector says under `notify`."""

from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.flow import Request
from nexcred.auth.pick import is_true
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.language.lifecycle_spec import Notify
from nexcred.connectors.language.status_words import status_matches
from nexcred.connectors.load.index import known_systems
from nexcred.errors import NexcredError, NotProved, UsageError
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.template import TemplateContext, TemplateError, render, render_optional
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.probing.redact import redact
from nexcred.services.grants.sessions import Sessions
from nexcred.services.notices.message import Notice
from nexcred.services.notices.signed import signing_headers
from nexcred.services.requests.request import Requester, readable
from nexcred.services.timeouts import REQUEST_TIMEOUT_S
from nexcred.services.values.decoded import open_details
from nexcred.services.values.hosts import check_login
from nexcred.vault.vault import Vault

# What Slack reads as markup (docs.slack.dev/messaging/formatting-message-text): a name could call for everybody.
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def _address(text: str) -> Address:
    """Return an address that reads as it is written; raise ValueError for one in code, which would read otherwise."""
    if "=?" in text:
        raise ValueError("a coded word")
    return Address(addr_spec=text)


class NoticeSender:
    """Made before anything is probed, so that what cannot be told is known before anybody is asked."""

    def __init__(
        self, vault: Vault, credential: Credential, sessions: Sessions, environment: Mapping[str, str]
    ) -> None:
        """Raise UsageError for a credential that tells nobody anything, and what open_details does."""
        decoded = open_details(vault, credential)
        if decoded.method.notify is None:
            raise UsageError(
                f"'{credential.name}' cannot send notices",
                hint=f"use a credential of one of these: {', '.join(connectors_that_notify())}",
            )
        self.credential = credential
        self._notify = decoded.method.notify
        self._method, self._details, self._environment = decoded.method, decoded.details, environment
        self._title = decoded.connector.title
        self._values = text_values(self._method, self._details.fields)
        self._requester = (
            None if isinstance(self._method.auth, LoginAuth) else Requester(vault, credential, sessions, environment)
        )
        if self._notify.mail:
            self._refuse_incomplete(self._notify)

    def send(self, message: Notice, message_id: str, moment_s: int) -> None:
        """Raise NexcredError, with what the other side said, where the message was not taken.

        `message_id` is the same for each try of one message, `moment_s` seconds since 1970.
        """
        if self._requester is None:
            self._mail(message, message_id)
            return
        request = self._request(message, message_id, moment_s)
        response = readable(self._requester.send(request))
        answer = ParsedResponse.read(response)
        is_taken = status_matches(self._notify.accept_status, response.status)
        if not is_taken or (self._notify.expect and not is_true(self._notify.expect, answer.document)):
            where = self._method.probe.message if self._method.probe else ""
            said = redact(answer.message(where), self._details.fields)
            raise NotProved(f"{self._title} did not take the notice: {said or f'HTTP {response.status}'}")

    def _request(self, message: Notice, message_id: str, moment_s: int) -> Request:
        notify = self._notify
        assert notify.request is not None
        told = {"message": message.text, "subject": message.subject}
        if notify.kind == "slack":
            told = {name: text.translate(_SLACK) for name, text in told.items()}
        try:
            request = notify.request.build({**self._values, **told})
            key = render_optional(notify.signing_key, self._values, TemplateContext.TEXT)
        except TemplateError as error:
            raise UsageError(
                f"'{self.credential.name}' cannot send notices: {error.name} {error.problem}",
                hint=f"set it with: nexcred update {shell_word(self.credential.name)} --set {error.name}=…",
            ) from None
        if not key:
            return request
        signed = signing_headers(key, message_id, moment_s, request.body or b"")
        return request._replace(headers={**request.headers, **signed})

    def _mail(self, message: Notice, message_id: str) -> None:
        from nexcred.databases.log_in import addresses_of
        from nexcred.databases.smtp import send
        from nexcred.network.guarded_socket import connect_guarded

        check_login(self._method, self._details)
        assert isinstance(self._method.auth, LoginAuth)
        connect = self._method.auth.connect(self._values)
        sender, recipients = self._mail_addresses(self._notify)
        mail = EmailMessage()
        try:
            mail["From"], mail["To"] = _address(sender), [_address(one) for one in recipients]
        except (ValueError, LookupError, MessageError):  # a record may hold what no header takes
            raise NotProved(f"'{make_visible(self.credential.name)}' names what is no mail address") from None
        mail["Subject"] = message.subject
        mail["Message-ID"] = f"<{message_id}@nexcred.invalid>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer of a holiday to this one
        mail.set_content(message.text)
        deadline = Deadline.after(REQUEST_TIMEOUT_S)
        line = connect_guarded(addresses_of(connect.address or connect.host, deadline, resolve), connect.port, deadline)
        try:
            send(connect, line, deadline, self._environment, mail, recipients)
        except NexcredError as error:
            raise NotProved(redact(error.message, self._details.fields)) from None
        finally:
            line.close()

    def _mail_addresses(self, notify: Notify) -> tuple[str, list[str]]:
        assert notify.mail is not None
        sender = render(notify.mail.sender, self._values, TemplateContext.TEXT)
        to = render(notify.mail.recipient, self._values, TemplateContext.TEXT)
        return sender, [one.strip() for one in to.split(",")]

    def _refuse_incomplete(self, notify: Notify) -> None:
        try:
            self._mail_addresses(notify)
        except TemplateError as error:
            name = self.credential.name
            raise UsageError(
                f"'{name}' does not say who is told",
                hint=f"set it with: nexcred update {shell_word(name)} --set {error.name}=…",
            ) from None


def connectors_that_notify() -> list[str]:
    """Name the connectors of which some method can tell people something."""
    return [one.name for one in known_systems() if one.notifies]
