"""Profiles of dbt, as its documentation describes them."""

import json

import pytest

from tests.support.import_readings import SomeFiles, problem
from tests.support.made_values import private_key, service_account
from tests.unit.services.importing.tools.reading import read, told

PEM = private_key()
TOKEN = "dapi" + "0123456789abcdef" * 2
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
    reading = read("dbt", PROFILES.format(token=TOKEN), files=files, DBT_PASS="p-EXAMPLE")
    postgres = {"host": "db.example.com", "username": "u", "password": "p-EXAMPLE", "port": "5433", "database": "d"}
    assert told(reading) == {
        "shop dev": ("postgres", postgres),
        "shop prod": ("postgres", {**postgres, "host": "prod.example.com"}),
        "lake": (
            "databricks",
            {"base_url": "https://dbc-a1b2345c-d6e7.cloud.databricks.com", "access_token": TOKEN},
        ),
        "snow keys": (
            "snowflake",
            {"account": "myorg-acc1", "username": "ada", "private_key": PEM, "role": "R", "warehouse": "W"},
        ),
        "bq": ("bigquery", {"service_account_key": account, "project_id": "my-project-1"}),
    }
    assert reading.notes == (
        "left out, since they hold no secret: snow/sso",
        "filled in from this environment: DBT_PASS",
    )


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


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ env_var('NONE', 'it') }}", "it"),
        ('{{env_var("NONE", "it\'s")}}', "it's"),
        ("{{ env_var('NONE', \"\") | trim }}-{{env_var('SOME')}}", "-s-EXAMPLE"),
    ],
)
def test_a_variable_has_a_default(template: str, value: str) -> None:
    text = f"p: {{outputs: {{d: {{type: postgres, password: {json.dumps(template)}, host: h, user: u, dbname: d}}}}}}"
    assert told(read("dbt", text, SOME="s-EXAMPLE"))["p"][1]["password"] == value


def test_templates_that_never_end_are_read_at_once() -> None:
    value = "{{env_var('A','}}" * 200_000
    assert "template that only dbt" in problem(read("dbt", f'p: {{outputs: {{d: {{password: "{value}"}}}}}}'))
