"""Put values into the body of a request that is otherwise complete."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from nexcred.auth.flow import Request
from nexcred.model import strict_json
from nexcred.model.template import TemplateError

FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def body_adder(values: Mapping[str, str], content_type: str = _JSON) -> Callable[[Request], Request]:
    """Return what adds the values to a form or a JSON object; without a body, makes one of the content type."""
    return lambda request: _with_values(request, values, content_type)


def _with_values(request: Request, values: Mapping[str, str], content_type: str) -> Request:
    present = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    kind = present.partition(";")[0].strip().lower() if request.body else content_type
    if kind == FORM:
        body = b"&".join(part for part in (request.body, urlencode(values).encode()) if part)
    else:
        body = json.dumps(_object_of(request) | dict(values)).encode()
    headers = {name: value for name, value in request.headers.items() if name.lower() != "content-type"}
    return request._replace(headers=headers | {"Content-Type": kind}, body=body)


def _object_of(request: Request) -> dict[str, object]:
    try:
        document = strict_json.loads(request.body or b"{}")
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise TemplateError("the body", "is neither a form nor a JSON object, so that no key can be put into it")
    return document
