"""Which connectors there are, by file name alone: completion asks this, so nothing slow is imported here."""

import re
from pathlib import Path

from nexcred.errors import UnknownConnector
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible

# Folders in order: the first that holds a name wins. The user's own folder is put before this one by the caller.
SEARCH_PATH: tuple[Path, ...] = (Path(__file__).with_name("catalog"),)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SUFFIX = ".toml"


def connector_names(search_path: tuple[Path, ...] = SEARCH_PATH) -> tuple[str, ...]:
    """Return the names of all connectors, sorted."""
    found = {path.stem for folder in search_path for path in folder.glob(f"*{_SUFFIX}") if NAME.fullmatch(path.stem)}
    return tuple(sorted(found))


def find_connector(name: str, search_path: tuple[Path, ...] = SEARCH_PATH) -> Path:
    """Return the file of a connector; raise UnknownConnector. A name with a path in it is never looked up."""
    if NAME.fullmatch(name):
        for folder in search_path:
            path = folder / f"{name}{_SUFFIX}"
            if path.is_file():
                return path
    raise _unknown(name, connector_names(search_path))


def _unknown(name: str, known: tuple[str, ...]) -> UnknownConnector:
    shown = make_visible(name[:64])
    close = suggest(name, known)
    hint = "see them with: nexcred connectors list"
    return UnknownConnector(f"no connector named '{shown}'", hint=f"did you mean '{close}'? {hint}" if close else hint)
