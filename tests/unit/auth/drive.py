"""Drive a flow by hand."""

import base64
import json
from collections.abc import Generator
from typing import TypeVar
from urllib.parse import parse_qs

from nexcred.auth.flow import Request, Response

Result = TypeVar("Result")
JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html"}


def answer(document: object, status: int = 200, **headers: str) -> Response:
    """Return a JSON answer; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, JSON | named, json.dumps(document).encode())


def page(status: int) -> Response:
    return Response(status, HTML, b"<!DOCTYPE html><html><body>Sign in</body></html>")


def run(flow: Generator[Request, Response, Result], *responses: Response) -> tuple[list[Request], Result]:
    """Answer each request in turn; return the requests and the result. Every response must be wanted."""
    requests: list[Request] = []
    left = list(responses)
    try:
        request = next(flow)
        while True:
            requests.append(request)
            request = flow.send(left.pop(0))
    except StopIteration as end:
        assert not left
        result: Result = end.value
        return requests, result


def jwt(**claims: object) -> str:
    parts = ({"alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".x"


def form_of(request: Request) -> dict[str, list[str]]:
    return parse_qs((request.body or b"").decode(), keep_blank_values=True, strict_parsing=True)
