"""Load connectors from their files."""

from functools import lru_cache
from pathlib import Path

from nexcred.connectors.decode import decode_connector
from nexcred.connectors.names import SEARCH_PATH, connector_names, find_connector
from nexcred.connectors.spec import Connector
from nexcred.errors import Problem, SpecError

_LARGEST_FILE = 256 * 1024


@lru_cache(maxsize=64)
def load_connector(name: str, search_path: tuple[Path, ...] = SEARCH_PATH) -> Connector:
    """Read one connector; raise UnknownConnector, or SpecError with every problem of its file."""
    return load_file(find_connector(name, search_path))


def load_all(search_path: tuple[Path, ...] = SEARCH_PATH) -> tuple[Connector, ...]:
    """Read every connector, sorted by name."""
    return tuple(load_connector(name, search_path) for name in connector_names(search_path))


def load_file(path: Path) -> Connector:
    """Read a connector from a file, whose name must be the connector's."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise SpecError(f"cannot read the connector {path.name}: {error.strerror}") from None
    if len(data) > _LARGEST_FILE:
        raise SpecError(f"the connector {path.name} is larger than {_LARGEST_FILE // 1024} KiB")
    connector = decode_connector(data, path.name)
    if connector.name != path.stem:
        problem = Problem(f"{path.name}: name", f"must be '{path.stem}', as the file is called")
        raise SpecError(f"the connector {path.name} has a problem", problems=(problem,))
    return connector
