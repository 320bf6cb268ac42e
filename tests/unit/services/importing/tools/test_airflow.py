"""Connections of Apache Airflow, as its documentation describes them."""

import json
from typing import Any

import pytest

from nexcred.errors import UsageError
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import problem
from tests.unit.services.importing.tools.reading import read, told

POSTGRES = {"host": "db.example.com", "username": "u", "password": "p/w-EXAMPLE", "port": "5433", "database": "d"}

JSON: dict[str, Any] = {
    "pg": {
        "conn_type": "postgres",
        "description": "",
        "host": "db.example.com",
        "login": "u",
        "password": "p/w-EXAMPLE",
        "schema": "d",
        "port": 5433,
        "extra": "",
    },
    "aws": {
        "conn_type": "aws",
        "login": "AKIAIOSFODNN7EXAMPLE",
        "password": "s-EXAMPLE",
        "extra": '{"region_name": "eu-west-1"}',
    },
    "api": {"conn_type": "http", "host": "https://api.example.com", "login": "ada", "password": "p-EXAMPLE"},
    "other": {"conn_type": "ftp", "host": "h", "login": "ada", "password": "p-EXAMPLE", "extra": {"passive": True}},
    "uri": "postgresql://u:p%2Fw-EXAMPLE@db.example.com:5433/d",
}

AIRFLOW = {
    "pg": ("postgres", POSTGRES),
    "aws": (
        "s3",
        {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_key": "s-EXAMPLE", "region": "eu-west-1"},
    ),
    "api": ("rest", {"base_url": "https://api.example.com", "username": "ada", "password": "p-EXAMPLE"}),
    "other": ("secret", {"host": "h", "username": "ada", "password": "p-EXAMPLE", "passive": "true"}),
    "uri": ("postgres", POSTGRES),
}


def test_connections_without_a_secret_keep_no_others_away() -> None:
    """Airflow makes some itself, such as fs_default, which hold nothing, or an address."""
    more = {
        "fs_default": {"conn_type": "fs", "host": "", "login": None, "password": None, "extra": ""},
        "http_default": {"conn_type": "http", "host": "https://www.example.com/", "extra": "{}"},
    }
    reading = read("airflow", json.dumps({**JSON, **more}))
    assert told(reading) == AIRFLOW
    assert reading.notes == ("left out, since they hold no secret: fs_default, http_default",)


def test_airflow_as_json_and_yaml() -> None:
    assert told(read("airflow", json.dumps(JSON))) == AIRFLOW
    text = "pg: {conn_type: postgres, host: db.example.com, login: u, password: p/w-EXAMPLE, schema: d, port: 5433}\n"
    assert told(read("airflow", text)) == {"pg": AIRFLOW["pg"]}


def test_airflow_as_lines_and_variables() -> None:
    uri = JSON["uri"]
    assert told(read("airflow", f"# c\npg={uri}\nAIRFLOW_CONN_MAIN='{uri}'\n")) == {
        "pg": AIRFLOW["pg"],
        "main": AIRFLOW["pg"],
    }
    request = ImportRequest(environment={"AIRFLOW_CONN_PG": uri, "AIRFLOW_CONN_J": json.dumps(JSON["pg"]), "X": "y"})
    assert told(SOURCES["airflow"].read_all(request)) == {"pg": AIRFLOW["pg"], "j": AIRFLOW["pg"]}
    with pytest.raises(UsageError, match="AIRFLOW_CONN_"):
        SOURCES["airflow"].read_all(ImportRequest())


def test_a_connection_of_airflow_that_is_none_is_named() -> None:
    assert "neither a connection" in problem(read("airflow", '{"x": "nonsense"}'))
    assert "neither a connection" in problem(read("airflow", '{"x": "a://h:port/"}'))
