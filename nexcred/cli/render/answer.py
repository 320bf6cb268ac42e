"""An HTTP answer: as it came where a program reads it, readable and harmless on a terminal."""

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.flow import Response
from nexcred.cli.render.json_layout import laid_out
from nexcred.cli.terminal.streams import Streams, json_text
from nexcred.cli.terminal.visible import visible_block


def print_head(streams: Streams, response: Response) -> None:
    """Print the status, each line of the headers, and an empty line."""
    streams.line(f"HTTP {response.status}")
    for name, value in response.lines or response.headers.items():
        streams.line(f"{name}: {_read(value)}")
    streams.line()


def print_body(streams: Streams, response: Response, *, readable: bool) -> None:
    """Print JSON indented and text made visible where people read; else the very bytes."""
    if not readable:
        streams.raw(response.body)
        return
    answer = ParsedResponse.read(response)
    if answer.is_json:
        streams.line(json_text(laid_out(response.body)))
        return
    try:
        text = response.body.decode()
    except UnicodeDecodeError:
        streams.note(f"{len(response.body):,} bytes that are not text: write them to a file with '>'")
        return
    if text:
        streams.line(visible_block(text.rstrip("\n")))


def _read(value: str) -> str:
    """Return the value as its server meant it: HTTP has bytes there, which many write in UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
