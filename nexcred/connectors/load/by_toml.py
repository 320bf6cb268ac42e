"""Read a connector's file itself: one of the user's own, or one of the catalogue that was changed."""

from pathlib import Path
from typing import Any

from nexcred.connectors.language.extending import Bases, no_base, whole_document
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.language.toml import read_toml
from nexcred.connectors.lint.decode import decode_connector, spec_error
from nexcred.connectors.load.names import Folders, built_in_file, connector_names, known_folders
from nexcred.connectors.load.user_file import read_bounded
from nexcred.errors import Problem


def documents_of(data: bytes, source: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a file says, and that with what it takes from another; raise NotToml or BadBase."""
    own = read_toml(data, source)[1]
    return own, whole_document(own, bases_in(known_folders()))[0]


def decode(path: Path, data: bytes, folders: Folders) -> Connector:
    """Read a connector whose name must be that of its file; raise SpecError with every problem that it has."""
    connector = decode_connector(data, path.name, bases_in(folders))
    if connector.name != path.stem:
        raise spec_error(path.name, [Problem(f"{path.name}: name", f"must be '{path.stem}', as the file is called")])
    return connector


def bases_in(folders: Folders) -> Bases:
    """Return the built-in files, which alone can be extended."""

    def read(name: str) -> bytes:
        path = built_in_file(name, folders)
        if path is None:
            raise no_base(name, connector_names(Folders(folders.built_in)))
        return read_bounded(path)

    return read
