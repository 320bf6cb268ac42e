"""What `nexcred import` reads, and what it asks for on the way."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.cli.input.files import read_file, read_input
from nexcred.cli.prompt.passphrase import ask_passphrase, can_ask
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import Locked, UsageError
from nexcred.model.line_end import without_line_end
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.model.suggest import suggest
from nexcred.nexla.data_credentials import MAX_BODIES_BYTES
from nexcred.services.importing.files import LocalFiles, SourceFile, read_places
from nexcred.services.importing.found import Reading
from nexcred.services.importing.local_programs import LocalPrograms
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.selection import wants
from nexcred.services.importing.sources import SOURCES, ImportSource
from nexcred.unlock.secret_file import read_secret_file
from nexcred.unlock.sources import without_unlocking

PASSPHRASE_FILE, KEY_FILE = "--passphrase-file", "--key-file"
_MOST_TRIES = 3
_MOST_KEY_BYTES = 1024 * 1024


class SourceInput(NamedTuple):
    """What the command line says of the source. `only` is the pattern of --only."""

    name: str
    file: str | None = None
    passphrase_file: str | None = None
    key_file: str | None = None
    only: str | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name")


def read_source(context: Context, given: SourceInput) -> Reading:
    """Read the file that is named, or what the source's own tools would; raise UsageError, InvalidData, Locked."""
    source = _source(given.name)
    files, place = _files(context, source, given)
    asker = _Asker(context, given.passphrase_file)
    request = ImportRequest(
        files=files,
        beside=LocalFiles(is_named_by_another=True),
        place=place,
        environment=without_unlocking(context.environment),
        programs=LocalPrograms(context.environment),
        passphrase=asker.ask,
        key_file=Secret(read_file(given.key_file, KEY_FILE, _MOST_KEY_BYTES)) if given.key_file else None,
        wants=(lambda path: wants(given.only or "", path)) if given.only is not None else (lambda _: True),
    )
    while True:
        try:
            return _read_with_progress(context, source, request, is_watched=not files)
        except Locked as error:
            if not asker.may_ask_again:
                raise
            context.streams.warn(error.message)


def _files(context: Context, source: ImportSource, given: SourceInput) -> tuple[Sequence[SourceFile], str]:
    """Return the files to read, or else the place in the source that is named."""
    if given.file is not None:
        if source.takes_place and given.file != "-" and not Path(given.file).expanduser().is_file():
            return (), given.file
        path = Path.cwd() / (".env" if given.file == "-" else Path(given.file).expanduser())
        return [SourceFile("FILE", read_input(context, given.file, "FILE", MAX_BODIES_BYTES), path=str(path))], ""
    if source.asks:
        return (), ""
    if source.places is None:
        raise UsageError(f"name the file: nexcred import {given.name} FILE")
    texts = read_places(source.places(context.environment), LocalFiles(), given.name)
    context.streams.note(f"read {' and '.join(text.shown for text in texts)}")
    return texts, ""


def _source(name: str) -> ImportSource:
    if name in SOURCES:
        return SOURCES[name]
    meant = suggest(name, list(SOURCES))
    listed = ", ".join(SOURCES)
    raise UsageError("no source has that name", hint=f"did you mean '{meant}'?" if meant else f"it is one of: {listed}")


def _read_with_progress(context: Context, source: ImportSource, request: ImportRequest, *, is_watched: bool) -> Reading:
    """Read it; where each secret is asked of a program, say how far that is."""
    if not is_watched:
        return source.read_all(request)
    with Progress(context.streams, context.terminal, "reading", 0) as progress:
        return source.read_all(replace(request, tell=progress.show))


class _Asker:
    """Gives the passphrase of a source: of a file, or asked for at a terminal, again when it was wrong."""

    def __init__(self, context: Context, file: str | None) -> None:
        self._context = context
        self._file = file
        self._asked = 0

    @property
    def may_ask_again(self) -> bool:
        return 0 < self._asked < _MOST_TRIES

    def ask(self) -> Secret:
        """Return it; raise Locked where there is none to be had."""
        if self._file is not None:
            return Secret(without_line_end(read_secret_file(Path(self._file), PASSPHRASE_FILE)))
        if not can_ask(self._context.terminal):
            raise Locked("FILE asks for a passphrase", hint=f"give it in a file: {PASSPHRASE_FILE} FILE")
        self._asked += 1
        return Secret(ask_passphrase(self._context.terminal, "Passphrase of FILE"))
