"""Profiles of dbt (docs.getdbt.com, "profiles.yml"): each output of each profile is a login."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nexcred.errors import InvalidData
from nexcred.services.importing.entries.candidates import reading_without_named
from nexcred.services.importing.entries.entry import PASSWORD, USERNAME, Entry, joined, public, secret
from nexcred.services.importing.files import FilePlace, NotRead
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.managers.json_shape import object_of, text_of
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.tools.yaml_document import read_yaml

_NAME, _VARIABLE = "profiles.yml", "DBT_PROFILES_DIR"
# {{ env_var('NAME') }} and {{ env_var('NAME', 'default') }}, also behind a filter such as as_number.
_DEFAULT = r"(?:,\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\")\s*)?"
_JINJA = re.compile(rf"\{{\{{\s*env_var\(\s*(['\"])(?P<name>\w+)\1\s*{_DEFAULT}\)\s*(?:\|\s*[\w.]+\s*)?\}}\}}")
_KINDS = {"redshift": "postgres", "mysql5": "mysql", "mariadb": "mysql", "postgresql": "postgres"}
_LABELS = {
    "user": USERNAME,
    "pass": PASSWORD,
    "dbname": "database",
    "server": "host",
    "keyfile_json": "service_account_key",
    "keyfile": "service_account_key",
    "project": "project_id",
    "sslrootcert": "ca_certificate",
}
_FILES = {"keyfile": "service_account_key", "private_key_path": "private_key", "sslrootcert": "ca_certificate"}
# How dbt works with the login, and no part of it.
_SETTINGS = frozenset(
    [
        "type",
        "method",
        "threads",
        "retries",
        "connect_retries",
        "connect_timeout",
        "login_timeout",
        "keepalives_idle",
        "search_path",
        "schema",
        "query_tag",
        "client_session_keep_alive",
        "reuse_connections",
        "connect_retry_on_database_errors",
        "retry_on_database_errors",
        "retry_all",
        "priority",
        "location",
        "job_execution_timeout_seconds",
        "job_retries",
        "dataset",
        "maximum_bytes_billed",
        "http_path",
        "catalog",
        "extensions",
        "settings",
        "authenticator",
        "autocommit",
        "ra3_node",
        "ra3",
        "region_name",
        "compute",
        "session_properties",
        "timeout_seconds",
    ]
)
_SHOWN = frozenset({"host", "port", USERNAME, "database", "account", "role", "warehouse", "project_id", "sslmode"})


def dbt_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    """Return the file that dbt reads: in the folder of its variable, else here, else at home."""
    if environment.get(_VARIABLE):
        return (FilePlace(str(Path(environment[_VARIABLE]) / _NAME), _VARIABLE),)
    return (FilePlace(_NAME) if Path(_NAME).is_file() else FilePlace(f"~/.dbt/{_NAME}"),)


def read_dbt(request: ImportRequest) -> Reading:
    document = read_yaml(request.data, _NAME)
    if not isinstance(document, dict):
        raise InvalidData(f"{_NAME} holds no profiles")
    variables = _Variables(request.environment)
    reading = reading_without_named(_entries_in(document, request, variables), "hold no secret")
    if not variables.used:
        return reading
    return reading._replace(notes=(*reading.notes, f"filled in from this environment: {', '.join(variables.used)}"))


class _NotFilled(Exception):
    """Something that a profile refers to is not there."""


class _Variables:
    """What templates are filled in from; `used` names what was: the file chose it, and where it goes."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.used: dict[str, None] = {}

    def value_of(self, name: str, default: str | None) -> str:
        """Return it; raise _NotFilled."""
        if name in self._environment:
            self.used[name] = None
            return self._environment[name]
        if default is None:
            raise _NotFilled(f"needs the variable {name}, which an import is not given here")
        return default


def _entries_in(
    document: Mapping[Any, Any], request: ImportRequest, variables: _Variables
) -> Iterator[Entry | Unreadable | str]:
    """Yield a login for each output, and the name of each that holds no secret."""
    for profile, about in document.items():
        outputs = object_of(object_of(about).get("outputs"))
        for target, output in outputs.items():
            name = str(profile) if len(outputs) == 1 else f"{profile} {target}"
            place = f"{profile}/{target}"
            try:
                entry = _entry_of(name, place, object_of(output), request, variables)
            except _NotFilled as error:
                yield Unreadable(place, str(error), name)
            else:
                yield entry if any(not one.public for one in entry.fields) else place


def _entry_of(name: str, place: str, output: Mapping[str, Any], request: ImportRequest, variables: _Variables) -> Entry:
    filled = {str(key): _filled(value, variables) for key, value in output.items()}
    kind = text_of(filled.get("type")).lower()
    own = _KINDS.get(kind, kind)
    fields, left_out = [], []
    for key, value in filled.items():
        label = _FILES.get(key) or _LABELS.get(key, key)
        if key in _SETTINGS and not (own == "mysql" and key == "schema"):
            left_out += [key] if key not in ("type", "threads", "method") else []
            continue
        label = "database" if key == "schema" else label
        content = _content(key, value, request)
        if own == "databricks" and key == "host":
            label, content = "base_url", f"https://{content}" if "://" not in str(content) else content
        fields.append((public if label in _SHOWN or label == "base_url" else secret)(label, content))
    return Entry(place, name, joined(fields), kind=own, path=place, left_out=tuple(left_out))


def _content(key: str, value: object, request: ImportRequest) -> object:
    if key in _FILES and isinstance(value, str) and value:
        try:
            return request.beside.read(value)
        except NotRead as error:
            raise _NotFilled(f"names a file ({key}) that cannot be read: {error}") from None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else value


def _filled(value: object, variables: _Variables) -> object:
    """Fill in variables as dbt does; raise _NotFilled for one that is not set, and for other templates."""
    if isinstance(value, dict):
        return {key: _filled(one, variables) for key, one in value.items()}
    if not isinstance(value, str) or "{{" not in value:
        return value

    def replaced(match: "re.Match[str]") -> str:
        default = match["single"] if match["double"] is None else match["double"]
        return variables.value_of(match["name"], default)

    text = _JINJA.sub(replaced, value)
    if "{{" in _JINJA.sub("", value):
        raise _NotFilled("holds a template that only dbt can fill in")
    return text
