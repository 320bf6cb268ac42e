"""`nexcred request` hands on the bytes of an answer as they were sent."""

import gzip
import json
import zlib

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.standins import Aha, Answer
from tests.support.terminal import play

JSON = json.dumps({"n": 1}).encode()
PACKED = gzip.compress(JSON, mtime=0)


def _coded(body: bytes, coding: str, status: int = 200) -> Answer:
    return Answer(status, body, (("Content-Encoding", coding), ("Content-Type", "application/json")))


ANSWERS = {
    "an object that was stored packed": _coded(PACKED, "gzip"),
    "a slice of one": _coded(PACKED[4:12], "gzip", 206),
    "a wrong label": _coded(JSON, "gzip"),
    "a label that is no coding": _coded(JSON, "utf-8"),
    "a coding that was not asked for": _coded(b"\x0b\x02\x80", "br"),
    "a packed object that was cut off": _coded(PACKED[:-4], "gzip"),
    "deflate without its frame": _coded(zlib.compress(JSON)[2:-4], "deflate"),
    "nothing, packed": _coded(b"", "gzip"),
}


@pytest.fixture
def with_aha(opened: Opened, aha: Aha) -> Opened:
    assert opened.add(aha).code == 0
    return opened


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=list(ANSWERS))
def test_what_is_handed_on_is_what_was_sent(with_aha: Opened, aha: Aha, answer: Answer) -> None:
    """oven-sh/bun#35871: it was unpacked, and a slice or a wrong label was an error."""
    aha.fault = lambda _request, _proper: answer
    ran = with_aha.run_bytes("request", "aha", "me")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, answer.body, b"")
    assert aha.received[-1].headers["accept-encoding"] == "identity"


def test_a_packed_error_still_says_why(with_aha: Opened, aha: Aha) -> None:
    aha.fault = lambda _request, _proper: _coded(gzip.compress(b'{"message": "too large"}'), "gzip", 413)
    assert b"answered 413: too large" in with_aha.run_bytes("request", "aha", "me").stderr


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (ANSWERS["an object that was stored packed"], b'{\r\n  "n": 1\r\n}\r\n'),
        (ANSWERS["deflate without its frame"], b'{\r\n  "n": 1\r\n}\r\n'),
        (ANSWERS["a wrong label"], b'{\r\n  "n": 1\r\n}\r\n'),
        (ANSWERS["a slice of one"], b"nexcred: 8 bytes that are not text: write them to a file with '>'\r\n"),
        (
            ANSWERS["a packed object that was cut off"],
            f"nexcred: {len(PACKED) - 4} bytes that are not text: write them to a file with '>'\r\n".encode(),
        ),
        (ANSWERS["nothing, packed"], b""),
    ],
)
def test_a_terminal_is_shown_it_unpacked(with_aha: Opened, aha: Aha, answer: Answer, shown: bytes) -> None:
    aha.fault = lambda _request, _proper: answer
    screen, command = pyte.Screen(100, 30), with_aha.command("request", "aha", "me")
    assert play(command, [], screen, environment=with_aha.environment, folder=with_aha.home) == (0, shown)
