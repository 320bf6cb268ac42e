"""Lets in one browser of this machine: no other page, no other port's, no name that was led here by DNS."""

from collections.abc import Collection, Mapping

from starlette.types import Scope

from nexcred.server.call import Reply
from nexcred.server.edge import Refusal
from nexcred.server.endpoint import Scheme
from nexcred.server.failures import refusal
from nexcred.server.page.session import PageSession
from nexcred.server.principal import Allowance, Principal

ENTRY = "/open/"
_OF_THIS_PAGE = ("same-origin", "none")
_NOBODY = Principal("nobody", ())
# All but read and token: what hands out secrets is at the terminal.
_PERSON = Principal(
    "page",
    (
        Allowance("list", None),
        Allowance("show", None),
        Allowance("probe", None),
        Allowance("write", None),
        Allowance("delete", None),
        Allowance("share", None),
    ),
)


class PageGate:
    """`hosts` are the names under which the page is served, with their ports, in lower case."""

    def __init__(self, session: PageSession, hosts: Collection[str]) -> None:
        self._session = session
        self._hosts = frozenset(hosts)

    def check_origin(self, scope: Scope, headers: Mapping[str, str]) -> None:
        """Refuse what a browser sends for a page that is not this one, and what is no browser of today."""
        if scope["method"] not in ("GET", "POST"):
            raise Refusal(
                refusal(405, "method_not_allowed", "the page takes GET and POST", headers={"allow": "GET, POST"})
            )
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            raise Refusal(refusal(421, "wrong_host", "this page does not go by that name"))
        site = headers.get("sec-fetch-site", "")
        if site not in _OF_THIS_PAGE and not _is_entry(scope, headers):
            raise Refusal(refusal(403, "foreign_origin", "no other page may ask this one"))
        # A form of a page that tells nobody where it is comes without its origin: `null`, as foreign ones do.
        own = (f"http://{host}", "null") if site == "same-origin" else (f"http://{host}",)
        if "origin" in headers and headers["origin"].lower() not in own:
            raise Refusal(refusal(403, "foreign_origin", "no other page may ask this one"))

    def principal_of(self, scope: Scope, headers: Mapping[str, str], scheme: Scheme) -> Principal:
        """Return the person who opened the page, or nobody where that is enough."""
        if scheme == "open":
            return _NOBODY
        if scheme != "page" or not self._session.is_known(
            scope["path_params"].get("key", ""), headers.get("cookie", "")
        ):
            raise Refusal(_closed())
        return _PERSON


def _is_entry(scope: Scope, headers: Mapping[str, str]) -> bool:
    """True where a browser is led to the link by a file or a terminal: its word alone opens anything."""
    is_led = headers.get("sec-fetch-mode", "navigate") == "navigate" and "sec-purpose" not in headers
    return scope["method"] == "GET" and scope["path"].startswith(ENTRY) and is_led


def _closed() -> Reply:
    """Return the same for every path and cookie that opens nothing."""
    return refusal(404, "no_such_path", "there is nothing at this path")
