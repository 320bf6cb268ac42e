"""Endpoints that keep what reached them, and the requests that are sent to them."""

import threading

from nexcred.errors import Locked
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.endpoint import Endpoint
from nexcred.services.access import Access

HEAD = b"POST /echo HTTP/1.1\r\nHost: localhost\r\n"
GET = b"GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = 8 * 1024 * 1024


class LockedSource:
    def access(self) -> Access:
        raise Locked("the vault is locked")


class Handled:
    """The bodies that reached a handler."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.may_go = threading.Event()
        self.has_come = threading.Event()

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint("GET", "/echo", "say what came", self.echo, {}),
            Endpoint("POST", "/echo", "say what came", self.echo, {}),
            Endpoint("GET", "/large", "say much", lambda _: Reply(200, bytes(LARGE)), {}),
            Endpoint("GET", "/slow", "take a while", self.wait, {}),
        ]

    def echo(self, call: Call) -> Reply:
        self.bodies.append(call.body)
        return json_reply({"read": call.body.decode()})

    def wait(self, call: Call) -> Reply:
        self.has_come.set()
        self.may_go.wait(60)
        return json_reply({"waited": True})


def with_headers(*lines: bytes, body: bytes = b"") -> bytes:
    return HEAD + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body
