"""Servers that speak just enough of a database's protocol to say what a row has them say."""

import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

from tests.unit.databases.hostile import Script, message, packet

_TLS = 0x0800
# Protocol 10: version, thread, salt, capabilities in two halves with the character set and status between, plugin.
_CAPABILITIES = 0x0008_8200 | 0x0000_0001


def script_of(said: Mapping[str, Any]) -> Script:
    """Return what to say on each connection."""
    return _mysql(said) if "number" in said else _postgresql(said)


def _postgresql(said: Mapping[str, Any]) -> Script:
    """Send an ErrorResponse, or ask for a way to prove oneself (protocol, 55.7)."""
    if "asks" in said:
        words = b"".join(word.encode() + b"\0" for word in said.get("mechanisms", ()))
        return _after_hello(message(b"R", struct.pack("!i", said["asks"]) + words + (b"\0" if words else b"")))
    fields = {"S": "FATAL", "V": "FATAL", "C": said["code"], "M": said["message"]}
    told = b"".join(name.encode() + text.encode() + b"\0" for name, text in fields.items())
    return _after_hello(message(b"E", told + b"\0"))


def _after_hello(answer: bytes) -> Callable[[socket.socket], None]:
    def say(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)
        connection.recv(4096)

    return say


def _mysql(said: Mapping[str, Any]) -> Script:
    """Greet, hear the login, and send an ERR packet; with `early` the error comes in place of the greeting."""
    state = said.get("state", "HY000")
    error = b"\xff" + struct.pack("<H", said["number"])
    if said.get("early"):
        return lambda connection: connection.sendall(packet(error + said["message"].encode()))
    capabilities = _CAPABILITIES | (_TLS if said.get("offers_tls") else 0)
    halves = struct.pack("<I", capabilities)
    version = said.get("version", "8.4.0").encode()
    greeting = b"\x0a" + version + b"\0\x01\0\0\0saltsalt\0" + halves[:2] + b"\x21\x02\x00" + halves[2:] + b"\x15"
    greeting += b"\0" * 10 + b"saltsaltsalt\0mysql_native_password\0"

    def say(connection: socket.socket) -> None:
        connection.sendall(packet(greeting))
        connection.recv(4096)
        connection.sendall(packet(error + b"#" + state.encode() + said["message"].encode(), 2))
        connection.recv(4096)

    return say
