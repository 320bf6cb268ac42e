"""A server that takes Digest alone, by another reading of RFC 7616 than the program's writing of it."""

import re
import secrets
from hashlib import new

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

_PAIR = re.compile(r'(\w+\*?)=(?:"([^"]*)"|([^,\s]+))')


class Digest(StandIn):
    """Knows one user; a nonce is good for one request. `stale` says of every answer that it comes too late."""

    username = "ada"
    password = "pw-EXAMPLE"
    algorithm = "SHA-256"
    stale = False

    def answer(self, request: Received) -> Answer:
        self._nonces: set[str] = getattr(self, "_nonces", set())
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        said = {name: quoted or plain for name, quoted, plain in _PAIR.findall(rest)}
        if scheme == "Digest" and not self.stale and self._is_right(request, said):
            return json_answer({"user": self.username})
        nonce = secrets.token_hex(8)
        self._nonces.add(nonce)
        stale = ", stale=true" if self.stale and said else ""
        challenge = f'Digest realm="devices", qop="auth", algorithm={self.algorithm}, nonce="{nonce}"{stale}'
        return Answer(401, b"", (("WWW-Authenticate", challenge),))

    def _is_right(self, request: Received, said: dict[str, str]) -> bool:
        if said.get("nonce") not in self._nonces or said.get("uri") != request.target:
            return False
        self._nonces.discard(said["nonce"])
        name = "sha256" if self.algorithm == "SHA-256" else "md5"
        who = new(name, f"{self.username}:devices:{self.password}".encode()).hexdigest()
        what = new(name, f"{request.method}:{request.target}".encode()).hexdigest()
        due = new(name, f"{who}:{said['nonce']}:{said['nc']}:{said['cnonce']}:auth:{what}".encode()).hexdigest()
        return said.get("username") == self.username and said.get("response") == due
