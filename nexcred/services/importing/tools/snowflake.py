"""Connections of Snowflake's programs: connections.toml, config.toml (Snowflake CLI, "Managing connections"), SnowSQL.

Where there is a connections.toml its programs read no connection of config.toml, and so does nexcred.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nexcred.connectors.language.toml import NotToml, read_toml
from nexcred.errors import InvalidData
from nexcred.model.text_lines import lines_of
from nexcred.model.text_lines import text_of as decoded
from nexcred.services.importing.entries.candidates import reading_without_named
from nexcred.services.importing.entries.entry import PASSWORD, USERNAME, Entry, joined, public, secret
from nexcred.services.importing.files import FilePlace, NotRead, SourceFile
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.ini import read_ini
from nexcred.services.importing.managers.json_shape import object_of, text_of
from nexcred.services.importing.request import ImportRequest

_HOME, _CONNECTIONS, _CONFIG = "SNOWFLAKE_HOME", "connections.toml", "config.toml"
_SECTION = "connections"
_LABELS = {
    "user": USERNAME,
    "accountname": "account",
    "rolename": "role",
    "warehousename": "warehouse",
    "dbname": "database",
    "schemaname": "schema",
    "private_key_raw": "private_key",
    "private_key_file_pwd": "private_key_passphrase",
}
_FILES = ("private_key_file", "private_key_path", "token_file_path")
_SHOWN = frozenset({USERNAME, "account", "role", "warehouse", "database", "schema", "host", "region", "authenticator"})
_SETTINGS = frozenset(
    [
        "client_session_keep_alive",
        "login_timeout",
        "network_timeout",
        "ocsp_fail_open",
        "port",
        "protocol",
        "client_store_temporary_credential",
        "authenticator",
        "database",
        "schema",
    ]
)


def snowflake_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    """Return the files of the folder that the programs choose, and SnowSQL's."""
    folder, variable = environment.get(_HOME, ""), _HOME
    if not folder:
        variable = ""
        folder = "~/.snowflake"
        if not Path(folder).expanduser().is_dir():
            folder = "~/Library/Application Support/snowflake" if sys.platform == "darwin" else "~/.config/snowflake"
    named = [FilePlace(f"{folder}/{name}", variable, name) for name in (_CONNECTIONS, _CONFIG)]
    return (*named, FilePlace("~/.snowsql/config", role="snowsql"))


def read_snowflake(request: ImportRequest) -> Reading:
    files = list(request.files)
    if any(one.role == _CONNECTIONS for one in files):
        files = [one for one in files if one.role != _CONFIG]
    found = (entry for file in files for entry in _entries_in(file, request))
    return reading_without_named(found, "hold no secret")


def _entries_in(file: SourceFile, request: ImportRequest) -> Iterator[Entry | Unreadable | str]:
    for name, options in _connections_in(file).items():
        if not isinstance(options, dict):
            continue
        try:
            entry = _entry_of(str(name), options, request)
        except NotRead as error:
            yield Unreadable(f"connection {name}", f"names a file that cannot be read: {error}", str(name)[:255])
        else:
            yield entry if any(not one.public for one in entry.fields) else str(name)


def _connections_in(file: SourceFile) -> Mapping[str, Any]:
    try:
        _, document = read_toml(file.data, "line")
    except NotToml as error:
        old = _of_snowsql(decoded(file.data))
        if old:
            return old
        raise InvalidData(f"{error.problem.field} {error.problem.problem}") from None
    if file.role != _CONNECTIONS and (_SECTION in document or file.role == _CONFIG):
        return object_of(document.get(_SECTION))
    return document


def _of_snowsql(text: str) -> dict[str, dict[str, str]]:
    """Read SnowSQL's own file: sections [connections] and [connections.NAME], values in quotes or without."""
    found = {}
    for name, section in read_ini(lines_of(text)).sections.items():
        if name == _SECTION or name.startswith(f"{_SECTION}."):
            own = name.partition(".")[2] or "snowsql"
            found[own] = {option: _unquoted(one.value) for option, one in section.options.items()}
    return {name: options for name, options in found.items() if options}


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _entry_of(name: str, options: Mapping[str, Any], request: ImportRequest) -> Entry:
    fields, left_out = [], []
    is_key_pair = any(key.startswith("private_key") for key in options)
    for key, value in options.items():
        label = _LABELS.get(key, key)
        if label in _SETTINGS and (is_key_pair or label not in _SHOWN):
            left_out += [key] if label != "authenticator" else []
            continue
        if key in _FILES and text_of(value):
            label = "token" if key.startswith("token") else "private_key"
        given = request.beside.read(value) if key in _FILES and text_of(value) else value
        text = str(given).lower() if isinstance(given, bool) else given
        fields.append((public if label in _SHOWN else secret)(label, text))
    return Entry(
        place=f"connection {name[:100]}",
        name=name,
        fields=joined(fields),
        kind="" if PASSWORD in options and not is_key_pair else "snowflake",
        path=name,
        left_out=tuple(left_out),
    )
