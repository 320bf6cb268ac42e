"""A server that takes Digest alone, by another reading of RFC 7616 than the program's writing of it."""

import re
import secrets
from hashlib import new

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

_PAIR = re.compile(r'(\w+\*?)=(?:"([^"]*)"|([^,\s]+))')
_PAGES = 3


class Digest(StandIn):
    """Knows one user, and counts: of each nonce a request has to have the count after the one before.

    `uses` is how many requests a nonce is good for, and `same_nonce` that everybody is given the same one; what comes
    after is told that its nonce is `said_stale`, or nothing. With `gives_next` each answer brings the next request's
    nonce. `stale` says of every request that it comes too late. `/pages` has three of them.
    """

    username = "ada"
    password = "pw-EXAMPLE"
    algorithm = "SHA-256"
    stale = False
    said_stale = True
    same_nonce = False
    gives_next = False
    uses = 1

    def answer(self, request: Received) -> Answer:
        self._counts: dict[str, int] = getattr(self, "_counts", {})
        self.session_key = getattr(self, "session_key", "")
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        said = {name: quoted or plain for name, quoted, plain in _PAIR.findall(rest)}
        is_proof = scheme == "Digest" and self._is_right(request, said)
        if is_proof and not self.stale and self._counted(said):
            return self._page(request)
        stale = ", stale=true" if (self.stale and said) or (is_proof and self.said_stale) else ""
        quoted = f'qop="auth", algorithm={self.algorithm}, nonce="{self._new_nonce()}"'
        return Answer(401, b"", (("WWW-Authenticate", f'Digest realm="devices", {quoted}{stale}'),))

    def forget(self) -> None:
        """Count anew, as a server that was started again."""
        self._counts = {}

    def _page(self, request: Received) -> Answer:
        said: dict[str, object] = {"user": self.username}
        headers = []
        if request.path == "/pages":
            said["page"] = page = int(request.query.get("page", "1"))
            if page < _PAGES:
                headers.append(("Link", f'</pages?page={page + 1}>; rel="next"'))
        if self.gives_next:
            headers.append(("Authentication-Info", f'qop=auth, nextnonce="{self._new_nonce()}"'))
        return json_answer(said, headers=tuple(headers))

    def _new_nonce(self) -> str:
        nonce = "the same" if self.same_nonce else secrets.token_hex(8)
        self._counts.setdefault(nonce, 0)
        return nonce

    def _counted(self, said: dict[str, str]) -> bool:
        """Take the next count of a nonce, and no other."""
        count = int(said["nc"], 16)
        if count != self._counts[said["nonce"]] + 1 or count > self.uses:
            return False
        self._counts[said["nonce"]] = count
        return True

    def _is_right(self, request: Received, said: dict[str, str]) -> bool:
        if said.get("nonce") not in self._counts or said.get("uri") != request.target:
            return False
        name = "sha256" if self.algorithm.startswith("SHA-256") else "md5"
        who = self._who(name, said)
        what = new(name, f"{request.method}:{request.target}".encode()).hexdigest()
        due = new(name, f"{who}:{said['nonce']}:{said['nc']}:{said['cnonce']}:auth:{what}".encode()).hexdigest()
        return said.get("username") == self.username and said.get("response") == due

    def _who(self, name: str, said: dict[str, str]) -> str:
        """Return the hash that stands for the user: of a session it is made once, with its first request."""
        who = new(name, f"{self.username}:devices:{self.password}".encode()).hexdigest()
        if not self.algorithm.endswith("-sess"):
            return who
        if said["nc"] == "00000001":
            self.session_key = new(name, f"{who}:{said['nonce']}:{said['cnonce']}".encode()).hexdigest()
        return self.session_key
