"""The index of the built-in connectors, made from their files."""

import json
from pathlib import Path

from nexcred.connectors.load.index import INDEX
from nexcred.connectors.load.index_by_spec import entry_of
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders


def connector_index() -> tuple[Path, str]:
    """Return the file with its text: a line for each, without what is not said of it."""
    entries = [entry_of(connector)._asdict() for connector in load_all(Folders(CATALOGUE))]
    lines = [
        json.dumps({key: value for key, value in one.items() if value not in ("", (), False)}, ensure_ascii=False)
        for one in entries
    ]
    return INDEX, "[\n" + ",\n".join(lines) + "\n]\n"
