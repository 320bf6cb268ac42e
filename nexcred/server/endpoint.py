"""What the service answers: routes and `openapi.json` are both made of these."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from nexcred.model.named_tuple import NamedTuple
from nexcred.server.call import Call, Reply

Handler = Callable[[Call], Reply]
# What proves who asks: a token behind `Bearer`, the token alone, one behind `Basic` as it stands; nothing; or the
# cookie of the page.
Scheme = Literal["bearer", "raw", "basic", "open", "page"]


class Endpoint(NamedTuple):
    """One method of one path. `path` is a template: `/v1/credentials/{name}`.

    `handle` runs in a thread, and asks the call's principal for what it needs. `takes` is the shape of a JSON body,
    None without one; `query` tells what each key is for; `answers` has the shape of each status, None where there is no
    body; failures of every endpoint are added to them. `is_slow` where it waits for a provider: those do not hold up
    the others.
    """

    method: str
    path: str
    summary: str
    handle: Handler
    answers: Mapping[int, Any]
    takes: Any = None
    query: Mapping[str, str] = MappingProxyType({})
    is_slow: bool = False
    scheme: Scheme = "bearer"
