"""What is asked of a Nexla: its credentials, page by page, and to make or replace one."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from nexcred.auth.flow import Response, Verdict
from nexcred.connectors.guidance import mending_verb, remedy_for, way_out
from nexcred.errors import Conflict, NexcredError, NotProved, Rejected
from nexcred.model import strict_json
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.network.failures import TransportFailed
from nexcred.nexla.at_nexla import AtNexla, read_at_nexla
from nexcred.services.requests.request import Requester, RequestInput, readable

PER_PAGE = 100
MOST_PAGES = 1_000
_PATH = "/data_credentials"
_PAGE_COUNT = "x-page-count"
# An error that is longer is a page, and says nothing.
_LONGEST_ERROR = 64 * 1024


class LostAnswer(NotProved):
    """Whether Nexla did what it was asked for is not known."""


class NexlaClient:
    """Asks as one credential of the vault. Nothing that it raises holds a secret of what was sent."""

    def __init__(self, requester: Requester, now: Callable[[], datetime]) -> None:
        self._requester = requester
        self._now = now

    def credentials(self) -> list[AtNexla]:
        """Return all that this Nexla shows, each once.

        Raises Rejected, NotProved, and NexcredError for an answer that is no list.
        """
        found: dict[int, AtNexla] = {}
        for page in range(1, MOST_PAGES + 1):
            query = (("page", str(page)), ("per_page", str(PER_PAGE)))
            response = self._asked(RequestInput(_PATH, query=query), {})
            listed = _read_list(response)
            new = [one for one in listed if one.id not in found]
            found |= {one.id: one for one in new}
            # Some lists name no pages, and one that knows none gives everything each time.
            if not new or response.headers.get(_PAGE_COUNT, "").strip() == str(page):
                return [self._named(one) for one in found.values()]
        raise NexcredError(f"Nexla's list of credentials does not end after {MOST_PAGES:,} pages")

    def create(self, body: Mapping[str, object], secrets: Mapping[str, Value]) -> AtNexla:
        """Make one; raise LostAnswer where it may be there all the same, and as `credentials` does."""
        return self._written("POST", _PATH, body, secrets)

    def replace(self, number: int, body: Mapping[str, object], secrets: Mapping[str, Value]) -> AtNexla:
        """Replace one, name and values; raise LostAnswer where it may have been, and as `credentials` does."""
        return self._written("PUT", f"{_PATH}/{number}", body, secrets)

    def _named(self, one: AtNexla) -> AtNexla:
        """Return it with its name, which a list may leave out."""
        if one.name is not None:
            return one
        return _read_one(self._asked(RequestInput(f"{_PATH}/{one.id}"), {}))

    def _written(self, method: str, path: str, body: Mapping[str, object], secrets: Mapping[str, Value]) -> AtNexla:
        sent = json.dumps(body, ensure_ascii=False).encode()
        wanted = RequestInput(path, method, {"Content-Type": "application/json"}, body=sent)
        try:
            response = self._asked(wanted, secrets)
        except TransportFailed as failed:
            if not failed.may_have_arrived:
                raise
            raise LostAnswer(failed.message) from None
        try:
            return _read_one(response)
        except NexcredError as error:
            raise LostAnswer(error.message) from None

    def _asked(self, wanted: RequestInput, secrets: Mapping[str, Value]) -> Response:
        """Return a success; raise what any other answer proves."""
        response = readable(self._requester.send(self._requester.request_for(wanted)))
        verdict = self._requester.told(_short_enough(response), self._now(), secrets)
        if verdict is None:
            return response
        raise self._failure(verdict, response.status, changes=wanted.body is not None)

    def _failure(self, verdict: Verdict, status: int, *, changes: bool) -> NexcredError:
        name, method = self._requester.credential.name, self._requester.method
        said = make_visible(f"{self._requester.connector.title} answered {status}: {verdict.detail}")
        if verdict.status.is_refusal:
            remedy = remedy_for(self._requester.connector, method, verdict.status)
            hint = way_out(remedy, f"{mending_verb(method)} {shell_word(name)}")
            return Rejected(f"'{make_visible(name)}' is refused: {said}", hint=hint)
        if changes and 500 <= status < 600:
            return LostAnswer(said)
        if status == 409:
            return Conflict(said)
        if verdict.status is ProbeStatus.INCONCLUSIVE:
            return NexcredError(said)
        wait = f"wait {verdict.retry_after_s:.0f} s" if verdict.retry_after_s else ""
        return NotProved(said, hint=wait)


def _short_enough(response: Response) -> Response:
    """Return an error that is a page without its text."""
    is_page = not 200 <= response.status < 300 and len(response.body) > _LONGEST_ERROR
    return response._replace(body=b"") if is_page else response


def _read_list(response: Response) -> list[AtNexla]:
    document = _document(response)
    if not isinstance(document, list):
        raise NexcredError("Nexla's answer is no list of credentials")
    return [_read(one) for one in document]


def _read_one(response: Response) -> AtNexla:
    return _read(_document(response))


def _read(document: object) -> AtNexla:
    try:
        return read_at_nexla(document)
    except ValueError as error:
        raise NexcredError(f"Nexla's answer holds what is no credential: {error}") from None


def _document(response: Response) -> object:
    try:
        return strict_json.loads(response.body)
    except ValueError as error:
        raise NexcredError(f"Nexla's answer is not JSON: {error}") from None
