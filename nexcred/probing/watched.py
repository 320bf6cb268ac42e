"""Record the requests and answers of a probe to show them: no headers, no bodies, only the names of a query."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from nexcred.auth.flow import NoAnswer, ProbeFlow, Request, Response, Verdict
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS, repr_of
from nexcred.probing.redact import redact

# Shorter texts of an answer are words and numbers, which a path may hold without telling a token.
_SHORTEST_TOKEN = 8


class Asked(NamedTuple):
    """One request as it may be shown. `status` is None when nothing answered, or no HTTP server."""

    method: str
    url: str
    status: int | None


@dataclass(slots=True)
class Run:
    """One probe from its first request to its verdict, which is None when the network ended it."""

    exchanges: list[tuple[object, object]] = field(default_factory=list)
    verdict: Verdict | None = None

    def asked(self, fields: Mapping[str, Value]) -> list[Asked]:
        """Return what was asked, without the secrets of the credential and what earlier answers granted."""
        shown = []
        granted: list[str] = []
        for request, response in self.exchanges:
            if isinstance(request, Request):
                status = response.status if isinstance(response, Response) else None
                shown.append(Asked(request.method, _shown_url(request, fields, granted), status))
            if isinstance(response, Response):
                granted += _texts_in(response.body)
        return shown

    def __repr__(self) -> str:
        return repr_of(self)


class ExchangeWatch:
    """Follows every flow it is given: `runs` are what they did, the control last."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def __call__(self, flow: ProbeFlow) -> ProbeFlow:
        run = Run()
        self.runs.append(run)
        return _follow(flow, run)


def _follow(flow: ProbeFlow, run: Run) -> ProbeFlow:
    try:
        request = next(flow)
        while True:
            run.exchanges.append((request, None))
            try:
                response = yield request
            except NoAnswer as failed:
                request = flow.throw(failed)
                continue
            run.exchanges[-1] = (request, response)
            request = flow.send(response)
    except StopIteration as end:
        verdict: Verdict = end.value
        run.verdict = verdict
        return verdict
    finally:
        flow.close()


def _shown_url(request: Request, fields: Mapping[str, Value], granted: list[str]) -> str:
    parts = urlsplit(request.url)
    names = [*(word.partition("=")[0] for word in parts.query.split("&") if word), *(name for name, _ in request.query)]
    query = "&".join(f"{name}={DOTS}" for name in names)
    url = redact(f"{parts.scheme}://{parts.netloc}{parts.path}", fields, granted)
    return f"{url}?{redact(query, fields, granted)}" if query else url


def _texts_in(body: bytes) -> list[str]:
    try:
        return list(_leaves(json.loads(body)))
    except (ValueError, RecursionError):
        return []


def _leaves(document: object) -> Iterator[str]:
    """Yield the texts, however deep they lie, each in one step."""
    unseen = [document]
    while unseen:
        node = unseen.pop()
        if isinstance(node, str) and len(node) >= _SHORTEST_TOKEN:
            yield node
        elif isinstance(node, dict | list):
            unseen += node.values() if isinstance(node, dict) else node
