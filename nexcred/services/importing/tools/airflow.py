"""Connections of Airflow (Apache Airflow, "Managing Connections"): what `airflow connections export` writes.

JSON, YAML, or lines of URIs; without a file, the variables AIRFLOW_CONN_… of this environment.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from nexcred.errors import InvalidData, UsageError
from nexcred.model import strict_json
from nexcred.model.text import make_visible
from nexcred.model.text_lines import text_of as decoded
from nexcred.services.importing.entries.candidates import reading_without_named
from nexcred.services.importing.entries.entry import PASSWORD, USERNAME, Entry, joined, public, secret
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.managers.json_shape import object_of, read_json, text_of
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.tools.yaml_document import read_yaml

_WHAT, _VARIABLE = "the file", "AIRFLOW_CONN_"
_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.+)$")
_PARTS = ("conn_type", "description", "host", "login", "password", "schema", "port", "extra")
# Airflow's types that nexcred calls otherwise.
_KINDS = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "redshift": "postgres",
    "mysql": "mysql",
    "aws": "s3",
    "google_cloud_platform": "gcs",
    "gcpbigquery": "bigquery",
    "snowflake": "snowflake",
    "databricks": "databricks",
    "http": "rest",
    "https": "rest",
}
_LABELS = {
    "s3": {
        "login": "access_key_id",
        PASSWORD: "secret_key",
        "aws_access_key_id": "access_key_id",
        "aws_secret_access_key": "secret_key",
        "aws_session_token": "session_token",
        "region_name": "region",
    },
    "gcs": {"keyfile_dict": "service_account_key"},
    "bigquery": {"keyfile_dict": "service_account_key", "project": "project_id"},
    "databricks": {PASSWORD: "access_token", "token": "access_token", "host": "base_url"},
    "snowflake": {"private_key_content": "private_key", PASSWORD: "private_key_passphrase"},
}
_SHOWN = frozenset({"host", "port", "schema", "database", "login", "region", "account", "warehouse", "role", "project"})
_OLD_PREFIX = re.compile(r"extra__[a-z0-9_]+?__")


def read_airflow(request: ImportRequest) -> Reading:
    """Read an export, else this environment; raise InvalidData, UsageError where there is nothing."""
    if request.files:
        return _reading_of(_connections_in(request.data))
    found = {
        name.removeprefix(_VARIABLE).lower(): value
        for name, value in request.environment.items()
        if name.startswith(_VARIABLE)
    }
    if not found:
        raise UsageError(f"no variable {_VARIABLE}… is set", hint="name the file of: airflow connections export FILE")
    return _reading_of(found.items())


def _reading_of(connections: Iterable[tuple[str, object]]) -> Reading:
    """Read those that hold a secret: Airflow makes some itself that hold nothing, or an address."""
    entries = ((name, _entry_of(name, value)) for name, value in connections)
    return reading_without_named((_or_name(name, one) for name, one in entries), "hold no secret")


def _or_name(name: str, entry: Entry | Unreadable) -> Entry | Unreadable | str:
    holds = isinstance(entry, Unreadable) or any(not one.public for one in entry.fields)
    return entry if holds else make_visible(name[:100])


def _connections_in(data: bytes) -> Iterator[tuple[str, object]]:
    text = decoded(data)
    first = next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), "")
    if text.lstrip()[:1] in ("{", "["):
        document = read_json(data, _WHAT)
    elif _LINE.match(first):
        yield from _lines_in(text)
        return
    else:
        document = read_yaml(data, _WHAT)
    if not isinstance(document, dict):
        raise InvalidData("the file holds no connections: an object of them by their ids is due")
    for name, value in document.items():
        several = value if isinstance(value, list) else [value]
        yield from ((str(name), one) for one in several)


def _lines_in(text: str) -> Iterator[tuple[str, object]]:
    for line in text.split("\n"):
        match = _LINE.match(line.strip().removeprefix("export "))
        if match:
            value = match[2].strip()
            quote = value[:1] if value[:1] in ("'", '"') and value.endswith(value[:1]) and len(value) > 1 else ""
            yield (
                match[1].removeprefix(_VARIABLE).lower() if quote or _VARIABLE in line else match[1],
                (value[1:-1] if quote else value),
            )


def _entry_of(name: str, value: object) -> Entry | Unreadable:
    place = f"connection {name[:100]}"
    try:
        parts = _parts_of(value)
    except ValueError:
        return Unreadable(place, "is neither a connection nor its URI", name[:255])
    kind = text_of(parts.get("conn_type")).lower().replace("-", "_")
    own = _KINDS.get(kind, kind)
    labels = _LABELS.get(own, {})
    extra = _extra_of(parts.get("extra"))
    given = {one: parts.get(one) for one in ("host", "port", "login", PASSWORD, "schema")} | extra
    if own == "rest" and given.get("host"):
        given = {"base_url": _address_of(given), **{one: given[one] for one in given if one not in ("host", "port")}}
        given.pop("schema", None)
    fields = joined(
        (public if label in _SHOWN or label == "base_url" else secret)(
            labels.get(label, _usual(own, label)), _plain(own, labels.get(label, label), one)
        )
        for label, one in given.items()
    )
    return Entry(place=place, name=name, fields=fields, kind=own, path=name)


def _usual(kind: str, label: str) -> str:
    if label == "login":
        return USERNAME
    return "database" if label == "schema" and kind in ("postgres", "mysql") else label


def _plain(kind: str, label: str, value: object) -> object:
    """Return a value as text: what is nested as JSON, and a workspace's name as its address."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if kind == "databricks" and label == "base_url" and isinstance(value, str) and value and "://" not in value:
        return f"https://{value}"
    return value


def _parts_of(value: object) -> Mapping[str, Any]:
    """Read a connection as an object, as JSON in a text, or as a URI; raise ValueError."""
    if isinstance(value, dict):
        return value
    text = text_of(value).strip()
    if text.startswith("{"):
        return object_of(strict_json.loads(text))
    if "://" not in text:
        raise ValueError
    scheme, _, rest = text.partition("://")
    url = urlsplit(f"airflow://{rest}")
    host = unquote(url.hostname or "")
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    extra = query.pop("__extra__", "") or query
    if "://" in rest.partition("?")[0]:  # http://https://host: the inner one is the host's
        inner, _, rest = rest.partition("://")
        url = urlsplit(f"airflow://{rest}")
        host = f"{inner}://{unquote(url.hostname or '')}"
    return {
        "conn_type": scheme,
        "host": host,
        "login": unquote(url.username or ""),
        PASSWORD: unquote(url.password or ""),
        "schema": unquote(url.path.lstrip("/")),
        "port": url.port,
        "extra": extra,
    }


def _extra_of(extra: object) -> dict[str, Any]:
    """Return what stands in `extra`; what is no JSON stays one text."""
    if isinstance(extra, str) and extra.strip():
        try:
            read = strict_json.loads(extra)
        except ValueError:
            return {"extra": extra}
        extra = read if isinstance(read, dict) else {"extra": extra}
    return {_OLD_PREFIX.sub("", str(name)): value for name, value in object_of(extra).items()}


def _address_of(given: Mapping[str, Any]) -> str:
    host, port = text_of(given.get("host")), given.get("port")
    scheme = text_of(given.get("schema")) or "http"
    address = host if "://" in host else f"{scheme}://{host}"
    return f"{address}:{port}" if port else address
