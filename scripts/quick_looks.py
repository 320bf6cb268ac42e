"""What `get`, `token`, `run` and the helpers look at instead of a built-in connector's whole file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.fast_reader import QUICK, QuickField, QuickPart
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.load.quick_by_spec import quick_tables

# What `quick_method_of` reads of a field, and what it takes where nothing is said; all the rest is for others.
_FIELD = {**QuickField._field_defaults, "name": None, "env_absent": "", "part": ()}
_PART = {**QuickPart._field_defaults, "name": None}


def quick_looks() -> list[tuple[Path, str]]:
    """Return each file with its text."""
    return [(QUICK / f"{connector.name}.json", _text(connector)) for connector in load_all(Folders(CATALOGUE))]


def _text(connector: Connector) -> str:
    methods = {method.name: quick_tables(method) for method in connector.methods}
    for tables in methods.values():
        tables["field"] = [_only(field, _FIELD) for field in tables["field"]]
    extends = {"extends": connector.extends} if connector.extends else {}
    said = {"title": connector.title, "about": connector.about, "description": connector.description}
    made = {"digest": connector.digest, **extends, **said, "method": methods}
    return f"{json.dumps(made, ensure_ascii=False, indent=1)}\n"


def _only(table: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not read, and what is as it is where nothing is said."""
    kept = {name: value for name, value in table.items() if name in defaults and _plain(value) != defaults[name]}
    if "part" in kept:
        kept["part"] = [_only(part, _PART) for part in kept["part"]]
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value
