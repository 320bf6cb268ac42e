"""What is read instead of the TOML of a built-in connector."""

from pathlib import Path

import msgspec

from nexcred.connectors.language.extending import whole_document
from nexcred.connectors.language.file_digest import file_digest
from nexcred.connectors.language.toml import read_toml
from nexcred.connectors.load.by_toml import bases_in
from nexcred.connectors.load.names import CATALOGUE, Folders, connector_names
from nexcred.connectors.load.read_ahead import WHOLE


def whole_connectors() -> list[tuple[Path, str]]:
    """Return each file with its text."""
    folders = Folders(CATALOGUE)
    return [(WHOLE / f"{name}.json", whole_text(name, folders)) for name in connector_names(folders)]


def whole_text(name: str, folders: Folders) -> str:
    """Return what the file of a connector says, with what it takes from another, and the digest of both."""
    data = (folders.built_in / f"{name}.toml").read_bytes()
    document, base = whole_document(read_toml(data, name)[1], bases_in(folders))
    return f"{msgspec.json.encode({'digest': file_digest(data, base), 'connector': document}).decode()}\n"
