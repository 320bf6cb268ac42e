"""How the tests of the tools read a file, and what they compare."""

from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import SomeFiles, plain


def read(source: str, text: str, role: str = "", *, files: SomeFiles | None = None, **environment: str) -> Reading:
    found = (SourceFile("FILE", text.encode(), role),)
    request = ImportRequest(found, beside=files or SomeFiles(), environment=environment)
    return SOURCES[source].read_all(request)


def told(reading: Reading) -> dict[str, tuple[str, dict[str, object]]]:
    """Return connector and plain values by name; texts that are not secret are those of a Secret too."""
    found = {}
    for one in reading.found:
        assert isinstance(one, ImportCandidate), one
        found[one.name or ""] = (one.connector, plain(one))
    return found
