"""An HTTP answer: as it came where a program reads it, readable and harmless on a terminal."""

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.flow import Response
from nexcred.cli.terminal.streams import Streams, to_json
from nexcred.cli.terminal.visible import visible_block


def print_head(streams: Streams, response: Response) -> None:
    """Print the status and the headers, which are one line each, and an empty line."""
    streams.line(f"HTTP {response.status}")
    for name, value in response.headers.items():
        streams.line(f"{name}: {value}")
    streams.line()


def print_body(streams: Streams, response: Response, *, readable: bool) -> None:
    """Print JSON indented and text made visible where people read; else the very bytes."""
    if not readable:
        streams.raw(response.body)
        return
    answer = ParsedResponse.read(response)
    if answer.is_json:
        streams.line(to_json(answer.document))
        return
    try:
        text = response.body.decode()
    except UnicodeDecodeError:
        streams.note(f"{len(response.body):,} bytes that are not text: write them to a file with '>'")
        return
    if text:
        streams.line(visible_block(text.rstrip("\n")))
