"""The connection service file of libpq (PostgreSQL manual, The Connection Service File), as libpq reads it.

A name and its '=' have no blank between them, what follows belongs to the value, and the first of a name wins.
"""

from collections.abc import Iterator

from nexcred.model.text_lines import BLANKS, lines_of, text_of


class Service:
    """One service: its options, and what is wrong with it, "" where nothing is."""

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.options: dict[str, str] = {}
        self.problem = ""


def services_in(data: bytes) -> Iterator[Service]:
    """Yield the services of a file; raise InvalidData for what is no text."""
    service: Service | None = None
    for number, line in enumerate(lines_of(text_of(data)), start=1):
        text = line.strip(BLANKS)
        if not text or text.startswith("#"):
            continue
        if text.startswith("[") and "]" in text:
            if service is not None:
                yield service
            service = Service(text[1:].partition("]")[0], number)
        elif service is not None:
            _take(service, text, number)
    if service is not None:
        yield service


def _take(service: Service, text: str, number: int) -> None:
    name, equals, value = text.partition("=")
    if not equals or name != name.rstrip(BLANKS):
        service.problem = service.problem or f"line {number} is not NAME=VALUE, without a blank before the '='"
    service.options.setdefault(name, value)
