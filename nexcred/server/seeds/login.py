"""A service key for an access token, and the end of that."""

from typing import Protocol

from nexcred.server.call import Call, Reply, json_reply
from nexcred.wire.data_credentials import SECONDS_OF_A_TOKEN, AccessTokenShape, DoneShape


class TokenIssuer(Protocol):
    """Issues access tokens; each may do what its key may, and ends with it."""

    def issue(self, key: str, /) -> str:
        """Return a new access token for a service key that the gate has let in."""

    def end(self, text: str, /) -> None:
        """Let an access token end now; a service key stays what it is."""


def log_in(tokens: TokenIssuer, call: Call) -> Reply:
    """Answer `POST /token`. Where it ends within the hour, Nexla's SDK logs in before every call."""
    answer: AccessTokenShape = {
        "access_token": tokens.issue(_given(call)),
        "token_type": "Bearer",
        "expires_in": SECONDS_OF_A_TOKEN,
    }
    return json_reply(answer)


def log_out(tokens: TokenIssuer, call: Call) -> Reply:
    """Answer `POST /token/logout`."""
    tokens.end(_given(call))
    done: DoneShape = {"status": "ok", "message": "this access token has ended"}
    return json_reply(done)


def _given(call: Call) -> str:
    """Return what stands behind the scheme, which the gate has proved."""
    return call.headers.get("authorization", "").partition(" ")[2].strip()
