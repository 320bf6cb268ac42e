"""A stand-in of MySQL 8's protocol and its two passwords an account, as its manual has them; no such server is at hand.

Sources: MySQL's internals, "Connection Phase" and "Text Resultset"; its reference manual, 8.2.15 "Password Management",
13.7.1.1 "ALTER USER". It logs in by mysql_native_password, over TLS where that is asked for.
"""

import hashlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

_SCRAMBLE = b"EXAMPLE-scramble-20B"
_SSL = 0x0800
# LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH.
_CAPABILITIES = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000
_OK = b"\0\0\0\x02\0\0\0"
_CHANGE = re.compile(r"ALTER USER USER\(\) IDENTIFIED BY '((?:[^'\\]|''|\\.)*)'( RETAIN CURRENT PASSWORD)?")


class MysqlStandIn:
    """One account. `second` is its old password where it keeps one; `lose_answer_to` cuts once, after it was done."""

    def __init__(self, context: ssl.SSLContext | None, password: str) -> None:
        self._context = context
        self.username, self.password, self.second = "ada", password, ""
        self.version, self.comment = "8.0.36", "MySQL Community Server - GPL"
        self.grants = "GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO `ada`@`%`"
        self.statements: list[str] = []
        self.process_told = 8
        self.lose_answer_to = ""
        self.port = 0

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                with ExitStack() as lines, suppress(OSError, EOFError):
                    self._talk(lines.enter_context(line), lines)

    def _talk(self, plain: socket.socket, lines: ExitStack) -> None:
        packets = _Packets(plain)
        capabilities = _CAPABILITIES | (_SSL if self._context else 0)
        greeting = b"\x0a" + self.version.encode() + b"\0" + struct.pack("<I", 8) + _SCRAMBLE[:8] + b"\0"
        greeting += struct.pack("<HBHHB", capabilities & 0xFFFF, 45, 2, capabilities >> 16, 21) + bytes(10)
        packets.send(greeting + _SCRAMBLE[8:] + b"\0mysql_native_password\0")
        asked = packets.receive()
        if len(asked) == 32 and self._context:  # SSLRequest: the answer without a user, before TLS
            encrypted = lines.enter_context(self._context.wrap_socket(plain, server_side=True))
            packets = _Packets(encrypted, packets.number)
            asked = packets.receive()
        user, rest = asked[32:].split(b"\0", 1)
        proof = rest[1 : 1 + rest[0]]
        if user.decode() != self.username or not any(
            _proves(proof, one) for one in (self.password, self.second) if one
        ):
            packets.send(_error(1045, "Access denied for user"))
            return
        packets.send(_OK)
        while True:
            packets.number = 0
            asked = packets.receive()
            if asked[:1] != b"\x03":
                return
            statement = asked[1:].decode()
            self.statements.append(statement)
            answers = self._answer(statement)
            if self.lose_answer_to and self.lose_answer_to in statement:
                self.lose_answer_to = ""
                return
            for answer in answers:
                packets.send(answer)

    def _answer(self, statement: str) -> list[bytes]:
        if statement.startswith("SELECT version()"):
            return _row(self.version, self.comment, f"{self.username}@%", str(self.process_told), "0")
        if statement.casefold().startswith("select current_user()"):
            return _row(f"{self.username}@%", self.version)
        if statement == "SHOW GRANTS":
            return _row(self.grants)
        if statement.startswith("SET "):
            return [_OK]
        if ("RETAIN" in statement or "DISCARD" in statement) and "APPLICATION_PASSWORD_ADMIN" not in self.grants:
            return [
                _error(1227, "Access denied; you need (at least one of) the APPLICATION_PASSWORD_ADMIN privilege(s)")
            ]
        if statement == "ALTER USER USER() DISCARD OLD PASSWORD":
            self.second = ""
            return [_OK]
        if change := _CHANGE.fullmatch(statement):
            self.second = self.password if change[2] else self.second
            self.password = re.sub(r"\\(.)", r"\1", change[1].replace("''", "'"))
            return [_OK]
        return [_error(1064, f"You have an error in your SQL syntax near '{statement}'")]


class _Packets:
    """Packets are numbered within an exchange, and the numbers are checked."""

    def __init__(self, line: socket.socket, number: int = 0) -> None:
        self._line, self.number = line, number

    def send(self, payload: bytes) -> None:
        self._line.sendall(struct.pack("<I", len(payload))[:3] + bytes([self.number]) + payload)
        self.number += 1

    def receive(self) -> bytes:
        head = self._exactly(4)
        assert head[3] == self.number
        self.number += 1
        return self._exactly(int.from_bytes(head[:3], "little"))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._line.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data


def _proves(proof: bytes, password: str) -> bool:
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    kept = hashlib.sha1(once, usedforsecurity=False).digest()
    mask = hashlib.sha1(_SCRAMBLE + kept, usedforsecurity=False).digest()
    return proof == bytes(one ^ other for one, other in zip(once, mask, strict=True))


def _row(*values: str) -> list[bytes]:
    column = b"".join(_counted(one) for one in ("def", "", "", "", "column", "column"))
    column += b"\x0c" + struct.pack("<HIBHB", 45, 1024, 0xFD, 0, 0) + b"\0\0"
    end = b"\xfe\0\0\x02\0"
    return [bytes([len(values)]), *[column] * len(values), end, b"".join(_counted(one) for one in values), end]


def _counted(text: str) -> bytes:
    data = text.encode()
    assert len(data) < 251
    return bytes([len(data)]) + data


def _error(number: int, sentence: str) -> bytes:
    return b"\xff" + struct.pack("<H", number) + b"#HY000" + sentence.encode()


@contextmanager
def serving(stand_in: MysqlStandIn) -> Iterator[MysqlStandIn]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stand_in.port = listening.getsockname()[1]
        thread = threading.Thread(target=stand_in.serve, args=(listening,))
        thread.start()
        try:
            yield stand_in
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(20)
