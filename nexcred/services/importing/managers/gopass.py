"""gopass (gopass.pw): its secrets as `gopass show` writes them, unparsed. Debian's package of that name is another."""

from nexcred.errors import NexcredError, UsageError
from nexcred.model.text_lines import lines_of
from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.found import Reading
from nexcred.services.importing.managers.password_store import shown_by
from nexcred.services.importing.request import ImportRequest, ProgramFailed, operand


def read_gopass(request: ImportRequest) -> Reading:
    """Show each secret that gopass lists, below the path that is named; raise NexcredError when it lists none."""
    if request.files:
        raise UsageError("gopass keeps its secrets in stores of its own", hint="leave the file out, or name a folder")
    request.require_program("gopass")
    where = (request.place,) if request.place else ()
    try:
        listed = request.programs.run(("gopass", "ls", "--flat", *where)).decode(errors="replace")
    except ProgramFailed as error:
        raise NexcredError(f"gopass lists no secrets: {error}") from None
    names = [name for name in lines_of(listed) if name.strip() and request.wants(name)]

    def show(name: str) -> bytes:
        return request.programs.run(("gopass", "show", "--unsafe", "--noparsing", operand(name)))

    return reading_of(shown_by(names, request, show, "gopass"))
