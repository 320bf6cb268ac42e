"""What a reading of an import amounts to, for tests that compare it."""

from nexcred.model.secret import Secret
from nexcred.model.text_lines import text_of
from nexcred.services.importing.dotenv import recognise
from nexcred.services.importing.dotenv_values import parse_dotenv
from nexcred.services.importing.files import NotRead
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable


def told(reading: Reading) -> list[tuple[str, str, dict[str, object]] | str]:
    """Return name, connector and plain values of what was found, and the problem of what was not."""
    return [
        one.problem if isinstance(one, Unreadable) else (one.name or "", one.connector, plain(one))
        for one in reading.found
    ]


def plain(one: ImportCandidate) -> dict[str, object]:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in one.values.items()}


def only(reading: Reading) -> dict[str, object]:
    """Return the plain values of the one credential that was found."""
    (one,) = reading.found
    assert isinstance(one, ImportCandidate), one
    return plain(one)


def problem(reading: Reading) -> str:
    """Return why the one credential cannot be."""
    (one,) = reading.found
    assert isinstance(one, Unreadable), one
    return one.problem


class SomeFiles:
    """Files that are here, by their paths."""

    def __init__(self, **texts: str) -> None:
        self.texts: dict[str, bytes] = {path: text.encode() for path, text in texts.items()}

    def read(self, path: str, /) -> bytes:
        if path not in self.texts:
            raise NotRead("no such file or directory")
        return self.texts[path]

    def names_in(self, folder: str, /) -> list[str]:
        names = sorted(path.removeprefix(f"{folder}/") for path in self.texts if path.startswith(f"{folder}/"))
        if not names:
            raise NotRead("no such file or directory")
        return names


def read_dotenv(data: bytes) -> Reading:
    """Read what connectors know of a `.env` file, and name what they cannot take."""
    return recognise(parse_dotenv(text_of(data)), takes_rest=False)
