"""Files of sections and of lines, as several tools keep their logins."""

from collections.abc import Iterator

from nexcred.errors import InvalidData
from nexcred.model.named_tuple import NamedTuple

_MOST_LINES = 1_000_000
BLANKS = " \t\r\f\v"


class Section(NamedTuple):
    """One `[name]` and its options, the last of a name winning."""

    name: str
    options: dict[str, str]

    def __repr__(self) -> str:
        return f"Section({self.name!r})"


def text_of(data: bytes) -> str:
    """Decode a file; raise InvalidData when it is no text, or of more lines than are read."""
    if data.count(b"\n") > _MOST_LINES:
        raise InvalidData(f"the file has more than {_MOST_LINES:,} lines", hint="import it in parts")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidData(f"line {line} of the file is not UTF-8") from None


def lines_of(text: str) -> list[str]:
    """Return the lines as programs in C part them: what else Unicode calls a line break may be in a password."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def sections_of(text: str, comments: str) -> Iterator[Section]:
    """Yield the sections in order; an option is `name = value`, or a name alone, and a line with a comment is none."""
    section: Section | None = None
    for line in lines_of(text):
        stripped = line.strip(BLANKS)
        if not stripped or stripped[0] in comments:
            continue
        if stripped.startswith("[") and "]" in stripped:
            if section is not None:
                yield section
            section = Section(stripped[1 : stripped.rindex("]")].strip(BLANKS), {})
        elif section is not None:
            name, _, value = stripped.partition("=")
            section.options[name.strip(BLANKS)] = value.strip(BLANKS)
    if section is not None:
        yield section
