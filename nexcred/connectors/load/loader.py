"""Load connectors from their files: the catalogue's, and the user's own."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.load.names import Folders, connector_names, find_connector, known_folders
from nexcred.connectors.load.read_ahead import read_ahead
from nexcred.connectors.load.user_file import read_bounded, read_own
from nexcred.errors import Problem, SpecError
from nexcred.model.template import names_in
from nexcred.model.text import make_visible


def load_connector(name: str, folders: Folders | None = None) -> Connector:
    """Read one connector; raise UnknownConnector, or SpecError with every problem of its file.

    A file of the user's own that has the name of a built-in connector is refused unless it says that it replaces it.
    """
    return _load(name, folders or known_folders())


def load_all(
    folders: Folders | None = None, on_refused: Callable[[SpecError], None] | None = None
) -> tuple[Connector, ...]:
    """Read every connector, sorted by name. One that is refused is told and left out; without `on_refused`, raised."""
    folders = folders or known_folders()
    found = []
    for name in connector_names(folders):
        try:
            found.append(_load(name, folders))
        except SpecError as error:
            if on_refused is None:
                raise
            on_refused(error)
    return tuple(found)


def load_file(path: Path, folders: Folders | None = None) -> Connector:
    """Read a connector from a file, whose name must be the connector's."""
    return _decode(path, read_bounded(path), folders or known_folders())


def load_own(path: Path, folders: Folders | None = None) -> Connector:
    """Read a connector of the user's own, which nobody else may write."""
    return replace(_decode(path, read_own(path), folders or known_folders()), file=str(path))


def load_to_check(path: Path) -> Connector:
    """Read a connector that is being written, as it would be read in the user's folder."""
    folders = known_folders()
    built_in = folders.built_in / path.name
    if built_in.exists() and path.exists() and path.samefile(built_in):
        return load_file(path)
    is_own = folders.own is not None and path.absolute().parent == folders.own
    connector = load_own(path) if is_own else replace(load_file(path), file=str(path))
    if built_in.exists():
        _refuse_reuse(connector)
    return connector


def hosts_to_keep(connector: Connector, method: Method, folders: Folders | None = None) -> tuple[str, ...]:
    """Return the hosts that a new credential may go to without being asked about, placeholders unfilled.

    What replaces a built-in connector has the hosts of that one, and no others, nor does it fill them in by defaults of
    its own: a file that somebody slipped in must not be where the keys of a well-known system go.
    """
    if not connector.file or not connector.replaces_built_in:
        return declared_hosts(method)
    built_in = find_connector(connector.name, folders).built_in
    replaced = load_file(built_in, folders).methods if built_in else ()
    hosts = (host for former in replaced for host in declared_hosts(former) if _is_filled_alike(host, former, method))
    return tuple(dict.fromkeys(hosts))


def _is_filled_alike(host: str, former: Method, method: Method) -> bool:
    """True where no field of the host has a default of the method's own."""
    fields = ((former.find(name), method.find(name)) for name in names_in(host))
    return all(now is None or _unsaid(now) == _unsaid(then) for then, now in fields)


def _unsaid(field: Field | None) -> tuple[object, ...]:
    """Return what a field has for a value where none is given."""
    return () if field is None else (field.kind, field.default, field.default_by, field.defaults)


@lru_cache(maxsize=1024)
def _load(name: str, folders: Folders) -> Connector:
    files = find_connector(name, folders)
    if files.own is None:
        assert files.built_in is not None
        return _load_built_in(files.built_in, folders)
    connector = load_own(files.own, folders)
    if files.built_in:
        _refuse_reuse(connector)
    return connector


def _refuse_reuse(connector: Connector) -> None:
    if not connector.replaces_built_in:
        problem = Problem("name", f"'{connector.name}' is a built-in connector", "replaces_built_in = true")
        raise SpecError(
            f"{make_visible(connector.file)} has the name of the built-in connector '{connector.name}'",
            hint="give it another name; or, to replace the built-in one, write into it: replaces_built_in = true",
            problems=(problem,),
        )


def _load_built_in(path: Path, folders: Folders) -> Connector:
    """Read a connector of the catalogue, whose files are checked before they are shipped."""
    data = read_bounded(path)
    return read_ahead(path.stem, data, folders) or _decode(path, data, folders)


def _decode(path: Path, data: bytes, folders: Folders) -> Connector:
    # What reads and checks a file takes a third of the start-up of `request`, and is for files of the user's own.
    from nexcred.connectors.load.by_toml import decode

    return decode(path, data, folders)
