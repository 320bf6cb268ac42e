"""`run` hands over this credential and no mixture: what would have its command log in otherwise is taken away."""

import json

import pytest

from tests.support.opened import Opened

KEYS: dict[str, object] = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_key": "secret-EXAMPLE"}
DATABASE: dict[str, object] = {"host": "db.example.test", "database": "d", "username": "u", "password": "pw-EXAMPLE"}
VALUES: dict[str, tuple[str, dict[str, object]]] = {
    "lake": ("s3", KEYS),
    "lake in Dublin": ("s3", {**KEYS, "region": "eu-west-1"}),
    "staging": ("postgres", {**DATABASE, "sslmode": "require"}),
    "token": ("databricks", {"base_url": "https://a.cloud.databricks.com", "access_token": "dapi-EXAMPLE"}),
    "code": ("github", {"access_token": "github_pat_EXAMPLE"}),
    "models": ("openai", {"api_key": "sk-proj-EXAMPLE"}),
    "runs": ("replicate", {"api_token": "r8_EXAMPLE"}),
    "open models": ("together", {"api_key": "key-EXAMPLE"}),
    "tenant": ("auth0", {"base_url": "https://a.eu.auth0.com", "client_id": "app", "client_secret": "secret-EXAMPLE"}),
    "logs": ("splunk", {"base_url": "https://a.splunkcloud.com:8089", "auth_token": "ey.EXAMPLE"}),
}


def add(opened: Opened, *names: str) -> None:
    for name in names:
        connector, values = VALUES[name]
        body = {"name": name, "credentials_type": connector, "credentials": values}
        added = opened("add", "--from", "-", "--no-probe", stdin=json.dumps(body).encode())
        assert added.code == 0, added.err


def environment(opened: Opened, *words: str, **inherited: str) -> dict[str, str]:
    ran = opened("run", *words, "--", "env", "-0", environment=inherited)
    assert ran.code == 0, ran.err
    return dict(line.split("=", 1) for line in ran.out.split("\0") if line)


@pytest.mark.parametrize(
    ("name", "inherited"),
    [
        ("lake", ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_CREDENTIAL_EXPIRATION")),
        ("lake", ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ROLE_ARN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")),
        ("staging", ("PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR", "PGOPTIONS", "PGREQUIRESSL", "PGSSLROOTCERT")),
        ("token", ("DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET", "DATABRICKS_CONFIG_PROFILE")),
        ("code", ("GH_TOKEN", "GITHUB_API_URL")),
        ("models", ("OPENAI_PROJECT_ID", "OPENAI_ORG_ID", "OPENAI_BASE_URL")),
        ("runs", ("REPLICATE_BASE_URL", "REPLICATE_API_BASE_URL")),
        ("open models", ("TOGETHER_BASE_URL",)),
        ("tenant", ("AUTH0_DOMAIN", "AUTH0_API_TOKEN")),
        ("logs", ("SPLUNK_URL", "SPLUNK_USERNAME", "SPLUNK_PASSWORD")),
    ],
)
def test_what_says_who_logs_in_and_where_is_not_inherited(
    opened: Opened, name: str, inherited: tuple[str, ...]
) -> None:
    add(opened, name)
    found = environment(opened, "-c", name, **dict.fromkeys(inherited, "stale"))
    assert [variable for variable in inherited if variable in found] == []


def test_settings_are_inherited_unless_the_credential_has_a_value(opened: Opened) -> None:
    """The region that nobody gave is none of the credential's; that of the shell stays."""
    add(opened, "lake", "lake in Dublin")
    mine = {"AWS_REGION": "ap-south-1", "AWS_DEFAULT_REGION": "ap-south-1", "AWS_DEFAULT_OUTPUT": "text"}
    assert environment(opened, "-c", "lake", **mine).items() >= mine.items()
    found = environment(opened, "-c", "lake in Dublin", **mine)
    assert (found["AWS_REGION"], found["AWS_DEFAULT_REGION"]) == ("eu-west-1", "eu-west-1")
    assert found["AWS_DEFAULT_OUTPUT"] == "text"


def test_what_nobody_said_is_not_kept(opened: Opened) -> None:
    add(opened, "lake")
    assert "region" not in json.loads(opened("show", "lake", "--json").out)["credentials_non_secure_data"]
    assert "AWS_REGION" not in environment(opened, "-c", "lake")


def test_one_credential_wins_over_what_another_clears(opened: Opened) -> None:
    add(opened, "staging", "lake")
    added = opened("add", "s3", "temporary", "--set", "access_key_id=ASIAEXAMPLE", "--set", "secret_key=env:HELD",
                   "--set", "session_token=env:HELD", "--no-probe", environment={"HELD": "h-EXAMPLE"})  # fmt: skip
    assert added.code == 0, added.err
    chosen = environment(opened, "-c", "lake", "--env", "AWS_SESSION_TOKEN=staging/password")
    assert chosen["AWS_SESSION_TOKEN"] == "pw-EXAMPLE"
    both = environment(opened, "-c", "staging", "-c", "temporary", PGSERVICE="stale", AWS_PROFILE="stale")
    assert both["AWS_SESSION_TOKEN"] == "h-EXAMPLE"
    assert not {"PGSERVICE", "AWS_PROFILE"} & both.keys()


def test_what_is_to_be_kept_is_neither_set_nor_cleared(opened: Opened) -> None:
    add(opened, "staging")
    words = ("-c", "staging", "--keep", "PGOPTIONS", "--keep", "PGDATABASE", "--keep", "PGPORT")
    found = environment(opened, *words, PGOPTIONS="-c a=b", PGDATABASE="mine", PGSERVICE="stale")
    assert (found["PGOPTIONS"], found["PGDATABASE"], found["PGHOST"]) == ("-c a=b", "mine", "db.example.test")
    assert not {"PGPORT", "PGSERVICE"} & found.keys()


def test_what_unlocks_the_vault_is_not_passed_on_for_the_asking(opened: Opened) -> None:
    add(opened, "staging")
    assert "NEXCRED_IDENTITY" not in environment(opened, "-c", "staging", "--keep", "NEXCRED_IDENTITY")


@pytest.mark.parametrize("kept", ["A=b", "="])
def test_what_is_no_name_cannot_be_kept(opened: Opened, kept: str) -> None:
    ran = opened("run", "--keep", kept, "--", "true")
    assert (ran.code, ran.out) == (125, "")
    assert "--keep takes the name of a variable" in ran.err


def test_a_dry_run_lists_all_of_it_without_values(opened: Opened) -> None:
    add(opened, "staging", "lake in Dublin")
    body = {"name": "my", "credentials_type": "mysql", "credentials": {**DATABASE, "sslmode": "disable"}}
    assert opened("add", "--from", "-", "--no-probe", stdin=json.dumps(body).encode()).code == 0
    words = ["run", "-c", "staging", "-c", "lake in Dublin", "-c", "my", "--env", "KEY=staging/password"]
    words += ["--keep", "PGOPTIONS", "--dry-run"]
    inherited = {"PGSERVICE": "stale-EXAMPLE", "PGOPTIONS": "mine", "AWS_PROFILE": "stale-EXAMPLE"}
    told = opened(*words, "--json", "--", "mysqldump", "d", environment=inherited)
    assert (told.code, told.err) == (0, "")
    found = json.loads(told.out)
    assert {"variable": "PGPASSWORD", "credential": "staging"} in found["set"]
    assert {"variable": "AWS_REGION", "credential": "lake in Dublin"} in found["set"]
    assert {"variable": "KEY", "credential": "staging"} in found["set"]
    assert found["unset"] == [
        {"variable": "AWS_PROFILE", "credential": "lake in Dublin"},
        {"variable": "PGSERVICE", "credential": "staging"},
    ]
    assert found["lent"] == [
        {"variable": "MYSQL_HOME", "credential": "my", "file": "my.cnf", "option": "--defaults-file"},
        {"variable": "MYSQL_TEST_LOGIN_FILE", "credential": "my", "file": "mylogin.cnf", "option": None},
    ]
    for_people = opened(*words, "--", "mysqldump", "d", environment=inherited)
    assert (for_people.code, for_people.err) == (0, "")
    lines = {tuple(line.split()) for line in for_people.out.splitlines()}
    assert ("unset", "PGSERVICE", "staging") in lines
    assert ("lent", "MYSQL_HOME", "my", "my.cnf,", "also", "by", "--defaults-file") in lines
    assert "EXAMPLE" not in (told.out + for_people.out).replace("AKIAIOSFODNN7EXAMPLE", "shown")
    assert "AKIA" not in told.out + for_people.out


def test_a_dry_run_runs_nothing_and_notes_no_use(opened: Opened) -> None:
    add(opened, "lake")
    before = opened("audit", "--json").out
    ran = opened("run", "-c", "lake", "--dry-run", "--", "touch", "ran")
    assert (ran.code, ran.err) == (0, "")
    assert not (opened.home / "ran").exists()
    assert json.loads(opened("audit", "--json").out) == json.loads(before)


def test_a_dry_run_needs_no_command(opened: Opened) -> None:
    add(opened, "lake")
    ran = opened("run", "-c", "lake", "--dry-run", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert {"variable": "AWS_ACCESS_KEY_ID", "credential": "lake"} in json.loads(ran.out)["set"]
    without = opened("run", "-c", "lake")
    assert (without.code, without.out) == (125, "")
    assert "COMMAND is missing" in without.err


def test_json_is_for_a_dry_run_alone(opened: Opened) -> None:
    ran = opened("run", "--json", "--", "true")
    assert (ran.code, ran.out) == (125, "")
    assert "--json goes with --dry-run" in ran.err
    nothing = opened("run", "--dry-run", "--", "true")
    assert (nothing.code, nothing.out) == (0, "")
    assert "nothing is handed over" in nothing.err
