"""The standard streams: results on stdout, all else on stderr, and nothing that can surprise a terminal."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, BinaryIO

from nexcred.cli.terminal.capabilities import Ttys
from nexcred.cli.terminal.visible import Visible, visible
from nexcred.errors import UsageError
from nexcred.model.text import is_unsafe

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LONGEST_LINE = 1024 * 1024
_BOLD_RED, _BOLD_YELLOW, _BOLD, _PLAIN = "\x1b[1;31m", "\x1b[1;33m", "\x1b[1m", "\x1b[0m"


class Streams:
    """What commands write to. Colour, quiet and the pager's command are decided once the options are known."""

    def __init__(self, stdin: BinaryIO, stdout: io.TextIOWrapper, stderr: io.TextIOWrapper) -> None:
        self._stdin = stdin
        self._stdin_used_for = ""
        self.stdout = stdout
        self.stderr = stderr
        self.quiet = False
        self.colour_err = False
        self.pager = ""
        # What makes of a text of stderr what is told.
        self.retell: Callable[[str], str] = str

    @property
    def ttys(self) -> Ttys:
        return Ttys(self._stdin.isatty(), self.stdout.isatty(), self.stderr.isatty())

    @property
    def refusal(self) -> OSError | None:
        """Why standard output could not be written to."""
        return getattr(getattr(self.stdout.buffer, "raw", None), "refusal", None)

    def read_stdin(self, purpose: str, limit: int) -> bytes:
        """Read standard input to its end or the limit; raise UsageError when something has read it before."""
        if self._stdin_used_for:
            raise UsageError(f"standard input can be used once: both {self._stdin_used_for} and {purpose} ask for it")
        self._stdin_used_for = purpose
        return self._stdin.read(limit)

    def read_line(self) -> str:
        """Read one typed line, without its end; raise EOFError at the end of input."""
        line = self._stdin.readline(_LONGEST_LINE)
        if not line:
            raise EOFError
        return line.decode(errors="surrogateescape").rstrip("\r\n")

    def line(self, *parts: str) -> None:
        """Print a line of a result; what is not `Visible` is made so."""
        self.stdout.write(f"{visible(*parts)}\n")

    def json(self, value: Any) -> None:
        """Print one document, as UTF-8 whatever the locale."""
        self.raw(f"{to_json(value)}\n".encode())

    def json_lines(self, lines: Iterable[str]) -> None:
        """Print an array of values that `to_json_line` encoded, each on a line of its own."""
        self.stdout.flush()
        write, before = self.stdout.buffer.write, "["
        for line in lines:
            write(f"{before}\n{line}".encode())
            before = ","
        write(b"[]\n" if before == "[" else b"\n]\n")

    def raw(self, data: bytes) -> None:
        """Write exactly these bytes."""
        self.stdout.flush()
        self.stdout.buffer.write(data)

    def note(self, text: str) -> None:
        """Say what was done, unless --quiet."""
        if not self.quiet:
            self._say("", self.retell(text))

    def always(self, text: str) -> None:
        """Say what somebody else says, such as a program that waits for a finger on a key: --quiet or not."""
        self._say("", text)

    def warn(self, text: str) -> None:
        self._say("warning: ", self.retell(text), _BOLD_YELLOW)

    def error(self, text: str) -> None:
        self._say("error: ", self.retell(text), _BOLD_RED)

    def hint(self, text: str) -> None:
        self._say("hint: ", self.retell(text), _BOLD)

    def plain_error_line(self, *parts: str) -> None:
        """Print a line of stderr without a prefix; where stderr is gone, there is nobody to tell."""
        for stream, written in ((self.stdout, ""), (self.stderr, f"{visible(*parts)}\n")):
            with suppress(OSError):
                stream.write(written)
                stream.flush()

    def prompt(self, *parts: str) -> None:
        """Print what something is typed behind."""
        self.stderr.write(visible(*parts))
        self.stderr.flush()

    def error_block(self, prefix: str, text: str, *, hang: int, style: str = "") -> None:
        """Print a text of stderr behind a prefix, on a terminal in lines that end between words."""
        shown, lines = visible(prefix), [visible(text)]
        if self.stderr.isatty():
            from nexcred.cli.terminal.wrapping import behind

            lines = [Visible(line) for line in behind(shown, lines[0], self.stderr, hang=hang)]
        self.plain_error_line(self._styled(shown, style), *lines[:1])
        for line in lines[1:]:
            self.plain_error_line(line)

    def _say(self, prefix: str, text: str, style: str = "") -> None:
        self.error_block(f"nexcred: {prefix}", text, hang=2, style=style)

    def _styled(self, text: Visible, style: str) -> Visible:
        if not (style and self.colour_err):
            return text
        return Visible(text.replace("nexcred: ", f"nexcred: {style}", 1) + _PLAIN)


def to_json(value: Any) -> Visible:
    """Encode readably; what a terminal would obey or hide is written as an escape, so nothing is lost."""
    return Visible(_escaped(json.dumps(value, ensure_ascii=False, indent=2)))


def json_text(text: str) -> Visible:
    """Return what is JSON already, readably: what a terminal would obey or hide is written as an escape."""
    return Visible(_escaped(text))


def to_json_line(value: Any) -> Visible:
    """Encode compactly, on one line."""
    return Visible(_escaped(_COMPACT.encode(value)))


def to_ascii_json(value: Any) -> Visible:
    """Encode on one line that any terminal and any locale can take."""
    return Visible(json.dumps(value))


def quick_json_lines() -> Callable[[Any], str]:
    """Return what encodes as `to_json_line` does in a tenth of its time: for values that come by the thousand.

    msgspec is imported only then, since that takes longer than encoding a few.
    """
    import msgspec

    encode = msgspec.json.Encoder().encode
    # Text of its own class would take ten times as long to bring from one process to another.
    return lambda value: _escaped(encode(value).decode())


def _escaped(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    # Structure is ASCII and printable, or a newline: whatever is unsafe above that stands inside a string.
    return "".join(json.dumps(c)[1:-1] if ord(c) > 0x7E and is_unsafe(c) else c for c in text)


def open_streams() -> Streams:
    """Take the standard streams; a closed one is replaced, so that no file of ours gets its number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # Opened for reading, so that writing a result there fails as it should.
            os.open(os.devnull, os.O_RDONLY)
    stdin = sys.stdin.buffer if sys.stdin else open(0, "rb", closefd=False)  # noqa: SIM115
    sys.stdout, sys.stderr = _writer(sys.stdout, 1), _writer(sys.stderr, 2)
    return Streams(stdin, sys.stdout, sys.stderr)


class _Standard(io.FileIO):
    """A standard stream that keeps why it could not be written to: no other file's failure is taken for it."""

    refusal: OSError | None = None

    def write(self, data: Any) -> int | None:  # type: ignore[override]
        try:
            return super().write(data)
        except OSError as error:
            self.refusal = error
            raise


def _writer(stream: Any, number: int) -> io.TextIOWrapper:
    encoding = stream.encoding if isinstance(stream, io.TextIOWrapper) else "utf-8"
    raw = _Standard(number, "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, errors="backslashreplace", line_buffering=number == 2 or raw.isatty()
    )


def abandon_stdout() -> None:
    """Point stdout at nothing, so that Python's last flush finds a willing reader."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
