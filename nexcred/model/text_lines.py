"""Files of lines, as several tools keep their logins."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from nexcred.errors import InvalidData

_MOST_LINES = 1_000_000
BLANKS = " \t\r\f\v"


def text_of(data: bytes) -> str:
    """Decode a file; raise InvalidData when it is no text, or of more lines than are read."""
    if data.count(b"\n") > _MOST_LINES:
        raise InvalidData(f"the file has more than {_MOST_LINES:,} lines", hint="import it in parts")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise InvalidData("the file is UTF-16", hint="make it UTF-8: iconv -f UTF-16 -t UTF-8 FILE > NEW")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise InvalidData(f"line {line} of the file holds a NUL: it is not text, or not UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidData(f"line {line} of the file is not UTF-8") from None


def lines_of(text: str) -> list[str]:
    """Return the lines as programs in C part them: what else Unicode calls a line break may be in a password."""
    return [line.removesuffix("\r") for line in text.split("\n")]
