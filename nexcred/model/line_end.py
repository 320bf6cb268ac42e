"""The end of the last line, which belongs to the file and not to what it holds."""

from typing import AnyStr


def without_line_end(text: AnyStr) -> AnyStr:
    """Drop one trailing LF or CRLF, which editors and `echo` add."""
    if isinstance(text, bytes):
        return text.removesuffix(b"\n").removesuffix(b"\r") if text.endswith(b"\n") else text
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
