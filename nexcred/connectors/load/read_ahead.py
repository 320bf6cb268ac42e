"""What a built-in connector's file says, as JSON that `make docs` made of it: read in a fiftieth of its time."""

from pathlib import Path

import msgspec
from msgspec import Struct

from nexcred.connectors.language.file_digest import file_digest
from nexcred.connectors.language.inherit import completed
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.names import Folders, built_in_file
from nexcred.connectors.load.user_file import read_bounded

# A file for each built-in connector.
WHOLE = Path(__file__).with_name("whole")


class ReadAhead(Struct, frozen=True, forbid_unknown_fields=True):
    """What was read, with what it takes from another file, and the digest of the files that it was read from."""

    digest: str
    connector: Connector


def read_ahead(name: str, data: bytes, folders: Folders) -> Connector | None:
    """Return the connector of a built-in file; None where what was read ahead is not of the file as it is."""
    try:
        made = msgspec.json.decode((WHOLE / f"{name}.json").read_bytes(), type=ReadAhead)
    except (OSError, msgspec.MsgspecError):
        return None
    base = b""
    if made.connector.extends:
        path = built_in_file(made.connector.extends, folders)
        base = read_bounded(path) if path is not None else b""
    return completed(made.connector, data, base) if made.digest == file_digest(data, base) else None
