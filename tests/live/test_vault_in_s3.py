"""A vault in a bucket of a server that checks keys, signatures and policies: those of docs/vault-in-a-bucket.md."""

from pathlib import Path

import pytest

from tests.live.aws import REGION, VAULTS, Aws, Key, vaults
from tests.support.program import Program, Ran

__all__ = ["vaults"]

ADD = ("--set", "base_url=https://api.example.com", "--set", "api_key=env:HELD", "--no-probe")


def login(key: Key) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_key}


class Team:
    """A vault of one test, with a login that writes."""

    def __init__(self, aws: Aws, home: Path, prefix: str) -> None:
        self.aws = aws
        url = f"s3://{VAULTS}/team/{prefix}?region={REGION}&endpoint=http://127.0.0.1:{aws.port}"
        self.program = Program(
            home, NEXCRED_VAULT=url, NEXCRED_IDENTITY_FILE=str(home / "identity"), **login(aws.vault_writer)
        )
        assert self.program("identity", "new", "ada", "--unbound", "-o", "identity").code == 0

    def add(self, name: str, key: Key | None = None) -> Ran:
        environment = {"HELD": f"EXAMPLE-{name}", **login(key or self.aws.vault_writer)}
        return self.program("add", "rest", name, *ADD, environment=environment)

    def get(self, name: str, key: Key) -> Ran:
        return self.program("get", f"{name}/api_key", environment=login(key))


@pytest.fixture
def team(aws: Aws, vaults: str, tmp_path: Path) -> Team:
    made = Team(aws, tmp_path, tmp_path.name.replace("_", "-"))
    done = made.program("vault", "init")
    assert done.code == 0, done.err
    assert made.add("prod").code == 0
    return made


def test_each_login_can_what_its_policy_says(team: Team) -> None:
    aws = team.aws
    for key in (aws.vault_reader, aws.vault_writer, aws.vault_keeper):
        assert team.get("prod", key).out == "EXAMPLE-prod"
    refused = team.add("new", aws.vault_reader)
    assert (refused.code, "may read" in refused.err and "not write" in refused.err) == (1, True), refused.err
    assert team.add("new", aws.vault_writer).code == 0
    for key in (aws.vault_writer, aws.vault_keeper):
        tidied = team.program("vault", "tidy", environment=login(key))
        assert tidied.code == 0, tidied.err
    assert team.program("vault", "verify", environment=login(aws.vault_reader)).code == 0


def test_a_login_without_rights_is_told_so(team: Team) -> None:
    refused = team.get("prod", team.aws.bare)
    assert (refused.code, "may not read" in refused.err) == (1, True), refused.err
    wrong = team.aws.vault_reader._replace(secret_key="wrong/secret/EXAMPLE/0123456789012345678")
    refused = team.get("prod", wrong)
    assert (refused.code, "refuses the login" in refused.err) == (1, True), refused.err
    unknown = team.aws.vault_reader._replace(access_key_id="AKIAUNKNOWNEXAMPLE00")
    refused = team.get("prod", unknown)
    assert (refused.code, "refuses the login" in refused.err) == (1, True), refused.err


def test_where_there_is_no_bucket_that_is_told(team: Team) -> None:
    vault = team.program.environment["NEXCRED_VAULT"].replace(VAULTS, "no-such-bucket")
    refused = team.program("list", "--vault", vault, environment=login(team.aws.reader))
    assert (refused.code, "no such bucket" in refused.err) == (1, True), refused.err


def test_a_backup_goes_to_another_bucket_and_back(team: Team) -> None:
    assert team.program("vault", "backup", "b.db").code == 0
    assert team.add("later").code == 0
    done = team.program("vault", "restore-backup", "b.db", "--yes")
    assert done.code == 0, done.err
    assert team.get("prod", team.aws.vault_reader).out == "EXAMPLE-prod"
    assert team.get("later", team.aws.vault_reader).code == 3
