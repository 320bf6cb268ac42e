"""Connections that data tools keep: their files, as each tool's documentation describes them."""

import json
from typing import Any

import pytest

from nexcred.errors import InvalidData, UsageError
from nexcred.model.secret import Secret
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.sources import SOURCES
from nexcred.services.importing.tools.yaml_document import read_yaml
from tests.support.import_readings import SomeFiles, problem
from tests.support.made_values import private_key, service_account

PEM = private_key()
GITHUB = "dapi" + "0123456789abcdef" * 2


def read(source: str, text: str, role: str = "", *, files: SomeFiles | None = None, **environment: str) -> Reading:
    found = (SourceFile("FILE", text.encode(), role),)
    request = ImportRequest(found, beside=files or SomeFiles(), environment=environment)
    return SOURCES[source].read_all(request)


def told(reading: Reading) -> dict[str, tuple[str, dict[str, object]]]:
    """Return connector and plain values by name; texts that are not secret are those of a Secret too."""
    found = {}
    for one in reading.found:
        assert isinstance(one, ImportCandidate), one
        values = {name: value.reveal() if isinstance(value, Secret) else value for name, value in one.values.items()}
        found[one.name or ""] = (one.connector, values)
    return found


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


PROFILES = """
config: {{send_anonymous_usage_stats: false}}
base: &base
  outputs: {{}}
shop:
  target: dev
  outputs:
    dev: &dev
      type: postgres
      host: db.example.com
      user: u
      pass: "{{{{ env_var('DBT_PASS') }}}}"
      port: "{{{{ env_var('DBT_PORT', '5433') | as_number }}}}"
      dbname: d
      schema: analytics
      threads: 4
    prod:
      <<: *dev
      host: prod.example.com
lake:
  outputs:
    dev: {{type: databricks, host: dbc-a1b2345c-d6e7.cloud.databricks.com, http_path: /1, token: {token}, schema: s}}
snow:
  outputs:
    keys: {{type: snowflake, account: myorg-acc1, user: ada, private_key_path: /k.p8, role: R, warehouse: W}}
    sso: {{type: snowflake, account: a, user: ada, authenticator: externalbrowser}}
bq:
  outputs:
    dev: {{type: bigquery, method: service-account, project: my-project-1, dataset: x, keyfile: /key.json}}
"""


def test_profiles_of_dbt() -> None:
    files = SomeFiles()
    account = service_account()
    files.texts = {"/k.p8": PEM.encode(), "/key.json": account.encode()}
    reading = read("dbt", PROFILES.format(token=GITHUB), files=files, DBT_PASS="p-EXAMPLE")
    postgres = {"host": "db.example.com", "username": "u", "password": "p-EXAMPLE", "port": "5433", "database": "d"}
    assert told(reading) == {
        "shop dev": ("postgres", postgres),
        "shop prod": ("postgres", {**postgres, "host": "prod.example.com"}),
        "lake": (
            "databricks",
            {"base_url": "https://dbc-a1b2345c-d6e7.cloud.databricks.com", "access_token": GITHUB},
        ),
        "snow keys": (
            "snowflake",
            {"account": "myorg-acc1", "username": "ada", "private_key": PEM, "role": "R", "warehouse": "W"},
        ),
        "bq": ("bigquery", {"service_account_key": account, "project_id": "my-project-1"}),
    }
    assert reading.notes == ("left out, since they hold no secret: snow/sso",)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("\"{{ env_var('NONE') }}\"", "needs the variable NONE"),
        ("\"{{ var('x') }}\"", "template that only dbt"),
    ],
)
def test_what_dbt_would_fill_in_is_not_guessed(value: str, why: str) -> None:
    assert why in problem(read("dbt", f"p: {{outputs: {{d: {{type: postgres, password: {value}}}}}}}"))


def test_a_key_file_that_is_not_there_is_named() -> None:
    text = "p: {outputs: {d: {type: bigquery, keyfile: /none.json}}}"
    assert "keyfile" in problem(read("dbt", text))


CONNECTIONS = """
[keys]
account = "myorg-acc1"
user = "ada"
authenticator = "SNOWFLAKE_JWT"
private_key_file = "/k.p8"
private_key_file_pwd = "x-EXAMPLE"
database = "D"
[typed]
account = "myorg-acc1"
user = "ada"
password = "p-EXAMPLE"
[sso]
account = "a"
user = "ada"
authenticator = "externalbrowser"
"""


def test_connections_of_snowflake() -> None:
    files = SomeFiles()
    files.texts = {"/k.p8": PEM.encode()}
    reading = read("snowflake", CONNECTIONS, "connections.toml", files=files)
    assert told(reading) == {
        "keys": (
            "snowflake",
            {"account": "myorg-acc1", "username": "ada", "private_key": PEM, "private_key_passphrase": "x-EXAMPLE"},
        ),
        "typed": ("secret", {"account": "myorg-acc1", "username": "ada", "password": "p-EXAMPLE"}),
    }
    assert reading.notes == ("left out, since they hold no secret: sso",)


def test_config_of_snowflake_and_snowsql() -> None:
    config = '[connections.a]\naccount = "x"\nuser = "u"\npassword = "p-EXAMPLE"\n[cli.logs]\nsave_logs = true\n'
    wanted = {"a": ("secret", {"account": "x", "username": "u", "password": "p-EXAMPLE"})}
    assert told(read("snowflake", config, "config.toml")) == wanted
    assert told(read("snowflake", config)) == wanted
    old = "[connections]\n#comment\n[connections.a]\naccountname = x\nusername = u\npassword = 'p-EXAMPLE'\n"
    assert told(read("snowflake", old)) == wanted
    with pytest.raises(InvalidData, match="line:1 is not TOML"):
        read("snowflake", "= nonsense")


def test_where_there_is_a_connections_file_its_tools_read_no_other() -> None:
    files = (
        SourceFile("a", b'[x]\naccount="a"\npassword="p-EXAMPLE"\n', "connections.toml"),
        SourceFile("b", b'[connections.y]\naccount="a"\npassword="p-EXAMPLE"\n', "config.toml"),
    )
    assert list(told(SOURCES["snowflake"].read_all(ImportRequest(files)))) == ["x"]


def test_profiles_of_databricks() -> None:
    text = (
        f"[DEFAULT]\nhost = https://adb-1.7.azuredatabricks.net/\ntoken = {GITHUB}\n"
        "[m2m]\nhost = dbc-a1b2345c-d6e7.cloud.databricks.com\nclient_id = c\nclient_secret = s-EXAMPLE\n"
        "[person]\nhost = https://x.cloud.databricks.com\nauth_type = databricks-cli\n"
    )
    reading = read("databricks", text)
    assert told(reading) == {
        "databricks": (
            "databricks",
            {"base_url": "https://adb-1.7.azuredatabricks.net", "access_token": GITHUB},
        ),
        "m2m": (
            "databricks",
            {
                "base_url": "https://dbc-a1b2345c-d6e7.cloud.databricks.com",
                "client_id": "c",
                "client_secret": "s-EXAMPLE",
            },
        ),
    }
    assert reading.notes == ("left out, since they hold no secret: person",)


def test_tokens_that_databricks_renews_are_named_and_left_out() -> None:
    cache = {
        "version": 1,
        "tokens": {"https://x.cloud.databricks.com": {"access_token": "a-EXAMPLE", "refresh_token": "r-EXAMPLE"}},
    }
    reading = read("databricks", json.dumps(cache), "cache")
    assert list(told(reading)) == ["databricks token x.cloud.databricks.com"]
    left = reading.without_renewed()
    assert left.found == []
    assert left.notes == (
        "left out without --with-tokens: databricks token x.cloud.databricks.com (databricks renews it)",
    )


def test_files_of_gcloud() -> None:
    account = service_account()
    person = {
        "type": "authorized_user",
        "account": "ada@x.example",
        "client_id": "c",
        "client_secret": "s-EXAMPLE",
        "refresh_token": "r-EXAMPLE",
    }
    (name,) = told(read("gcloud", account))
    assert told(read("gcloud", account))[name] == ("gcs", {"service_account_key": account})
    assert name == json.loads(account)["client_email"]
    reading = read("gcloud", json.dumps(person))
    assert told(reading) == {
        "gcloud ada@x.example": (
            "secret",
            {"client_id": "c", "client_secret": "s-EXAMPLE", "refresh_token": "r-EXAMPLE"},
        )
    }
    assert reading.without_renewed().found == []
    assert read("gcloud", '{"type": "external_account"}').notes == (
        "left out: FILE, which is external_account and holds no key of its own",
    )


BOMBS = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join('*' + chr(97 + n) for _ in range(9))}]\n" for n in range(9)
    ),
    "merges": "a0: &a0 {k: v}\n" + "".join(f"a{n + 1}: &a{n + 1}\n  <<: [*a{n}, *a{n}]\n" for n in range(40)),
    "itself": "a: &a [*a]\n",
    "deep": "[" * 100_000,
    "deep block": "- " * 5_000 + "x",
    "deep lines": "".join(" " * n + "a:\n" for n in range(2_000)),
    "object": "!!python/object/apply:os.system ['true']\n",
    "tag": "a: !secret x\n",
    "not yaml": "a: [\n",
    "key that is a list": "? [a]\n: b\n",
    "date": "a: 2026-99-99\n",
    "integer": "a: 0x\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", BOMBS)
def test_yaml_that_grows_or_calls_is_refused_or_read_as_text(kind: str) -> None:
    if kind == "integer":
        assert read_yaml(BOMBS[kind].encode(), "the file") == {"a": "0x"}
        return
    with pytest.raises(InvalidData, match="the file"):
        read_yaml(BOMBS[kind].encode(), "the file")


@pytest.mark.parametrize("source", ["airflow", "dbt", "snowflake", "databricks", "gcloud"])
def test_other_shapes_are_named_or_refused(source: str) -> None:
    for text in (
        "",
        "{}",
        "[]",
        "5",
        '{"a": 5}',
        '{"a": {"outputs": 5}}',
        '{"a": {"outputs": {"b": 5}}}',
        "a = 5\n",
        "[a]\n",
    ):
        try:
            reading = read(source, text)
        except InvalidData:
            continue
        assert all(isinstance(one, ImportCandidate | Unreadable) for one in reading.found)
