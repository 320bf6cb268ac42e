import io
import json
import re

import pytest

from nexcred.cli.render.style import BOLD, paint
from nexcred.cli.terminal.streams import Streams, to_json


def test_json_keeps_letters_and_escapes_what_a_terminal_would_obey_or_hide() -> None:
    value = {"name": "Überblick – 報告", "evil": "\x1b]52;c;x\x07 \x9b31m \u202e \u200b \x7f \U000e0041 \ud800"}
    text = to_json(value)
    assert "Überblick – 報告" in text
    assert all(character == "\n" or character.isprintable() for character in text)
    assert json.loads(text) == value


def test_json_of_plain_values_is_indented() -> None:
    assert to_json([{"a": 1}]) == '[\n  {\n    "a": 1\n  }\n]'


@pytest.fixture
def written() -> tuple[Streams, io.BytesIO, io.BytesIO]:
    out, err = io.BytesIO(), io.BytesIO()
    streams = Streams(
        io.BytesIO(), io.TextIOWrapper(out, "utf-8", newline=""), io.TextIOWrapper(err, "utf-8", newline="")
    )
    return streams, out, err


def test_whatever_is_printed_is_made_visible(written: tuple[Streams, io.BytesIO, io.BytesIO]) -> None:
    streams, out, err = written
    for say in (streams.line, streams.plain_error_line, streams.note, streams.warn, streams.error, streams.hint):
        say("a\x1b[31m\n\u202e")
    streams.prompt("a\x1b[31m\n\u202e")
    streams.stdout.flush()
    assert out.getvalue() == b"a\\x1b[31m\\x0a\\u202e\n"
    assert set(re.sub(rb"nexcred: (warning: |error: |hint: )?", b"", err.getvalue()).splitlines()) == {
        b"a\\x1b[31m\\x0a\\u202e"
    }


def test_styles_are_nexcreds_own_and_end_with_the_text_that_has_them(
    written: tuple[Streams, io.BytesIO, io.BytesIO],
) -> None:
    streams, out, _ = written
    painted = paint("a\x1b[0m", BOLD, colour=True)
    streams.line(painted, " b\x1b[1m")
    streams.line(f"{painted} is no longer known to be harmless")
    streams.stdout.flush()
    assert out.getvalue().splitlines() == [
        b"\x1b[1ma\\x1b[0m\x1b[0m b\\x1b[1m",
        b"\\x1b[1ma\\x1b[0m\\x1b[0m is no longer known to be harmless",
    ]
