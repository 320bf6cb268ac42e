"""What answers a Digest challenge (RFC 7616): hashes of the password with the server's nonce and one of our own."""

import hashlib
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from nexcred.auth.challenge import Challenge
from nexcred.auth.flow import Request
from nexcred.auth.query import full_url
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS

# The strongest first; each also as `-sess`.
_HASHES = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}
# What the transport leaves as it is in a request target.
_AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"


class Answerable(NamedTuple):
    """A challenge that can be answered. `hash_name` is hashlib's; `qop` is auth, auth-int, or "" as before RFC 2617."""

    parameters: Mapping[str, str]
    hash_name: str
    is_session: bool
    qop: str

    @property
    def nonce(self) -> str:
        return self.parameters["nonce"]

    def __repr__(self) -> str:
        return f"Answerable({DOTS})"


def strongest(challenges: tuple[Challenge, ...]) -> Answerable | None:
    """Return the Digest challenge with the strongest hash that is known here; None without one."""
    known = [found for one in challenges if one.scheme.lower() == "digest" and (found := _known(one.parameters))]
    order = list(_HASHES.values())
    return min(known, key=lambda found: order.index(found.hash_name), default=None)


def answered(
    request: Request, known: Answerable, username: str, password: str, *, count: int = 1, cnonce: str = ""
) -> Request:
    """Return the request with what answers the challenge for its method, target and, where it is due, its body.

    `count` is how many requests have the challenge's nonce, this one included.
    """
    parts = urlsplit(full_url(request))
    target = quote(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/", safe=_AS_IT_IS)
    cnonce = cnonce or secrets.token_urlsafe(24)
    asked = known.parameters
    realm, nonce, nc = asked.get("realm", ""), known.nonce, f"{count:08x}"
    secret = _hashed(known, f"{username}:{realm}:{password}")
    if known.is_session:
        secret = _hashed(known, f"{secret}:{nonce}:{cnonce}")
    what = f"{request.method}:{target}"
    if known.qop == "auth-int":
        what += f":{hashlib.new(known.hash_name, request.body or b'', usedforsecurity=False).hexdigest()}"
    middle = f"{nonce}:{nc}:{cnonce}:{known.qop}" if known.qop else nonce
    response = _hashed(known, f"{secret}:{middle}:{_hashed(known, what)}")
    said = {"realm": realm, "uri": target, "nonce": nonce, "response": response, "opaque": asked.get("opaque", "")}
    words = [*_user(known, username, realm), *(f"{name}={_quoted(text)}" for name, text in said.items() if text)]
    words += [f"algorithm={asked['algorithm']}"] if "algorithm" in asked else []
    words += [f"qop={known.qop}", f"nc={nc}", f"cnonce={_quoted(cnonce)}"] if known.qop else []
    return request._replace(headers={**request.headers, "Authorization": f"Digest {', '.join(words)}"})


def _known(parameters: Mapping[str, str]) -> Answerable | None:
    algorithm = parameters.get("algorithm", "MD5").upper()
    hash_name = _HASHES.get(algorithm.removesuffix("-SESS"))
    offered = [word.strip().lower() for word in parameters.get("qop", "").split(",") if word.strip()]
    qop = next((word for word in ("auth", "auth-int") if word in offered), "")
    if hash_name is None or "nonce" not in parameters or (offered and not qop):
        return None
    return Answerable(parameters, hash_name, algorithm.endswith("-SESS"), qop)


def _user(known: Answerable, username: str, realm: str) -> list[str]:
    """Give the user name as it is, hashed if the server wants that, or encoded if a header cannot hold it."""
    if known.parameters.get("userhash", "").lower() == "true":
        return [f"username={_quoted(_hashed(known, f'{username}:{realm}'))}", "userhash=true"]
    if username.isascii():
        return [f"username={_quoted(username)}"]
    return [f"username*=UTF-8''{quote(username, safe='')}"]


def _hashed(known: Answerable, text: str) -> str:
    """MD5 is what many servers have, and no more is asked of it than they ask."""
    return hashlib.new(known.hash_name, text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
