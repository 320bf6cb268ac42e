"""`vault move` with a real PostgreSQL, and a server that checks keys and signatures as S3 does."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from tests.live.aws import BUCKET, REGION, Aws
from tests.live.postgresql_vault import Schema, schema
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program import Program, Ran

__all__ = ["schema"]

KINDS = ("file", "postgresql", "s3")
PASSPHRASE = "passphrase of EXAMPLE"


@pytest.fixture
def program(opened: Opened, schema: Schema, aws: Aws) -> Opened:
    login = {"AWS_ACCESS_KEY_ID": aws.reader.access_key_id, "AWS_SECRET_ACCESS_KEY": aws.reader.secret_key}
    opened.environment |= {**schema.environment(), **login}
    keep(opened, "prod", "stage")
    done(opened("update", "prod", "--set", "api_key=-", "--no-probe", stdin=b"EXAMPLE-2"))
    return opened


@pytest.fixture
def urls(opened: Opened, schema: Schema, aws: Aws, tmp_path: Path) -> dict[str, str]:
    prefix = tmp_path.name.replace("_", "-")
    return {
        "file": f"file://{opened.home}/.local/share/nexcred/vault.db",
        "postgresql": schema.url(),
        "s3": f"s3://{BUCKET}/{prefix}?region={REGION}&endpoint=http://127.0.0.1:{aws.port}",
    }


def done(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


@pytest.mark.parametrize(("here", "there"), [*permutations(KINDS, 2)])
def test_all_goes_along_and_comes_home(program: Opened, urls: dict[str, str], here: str, there: str) -> None:
    start, goal = urls[here], urls[there]
    if here != "file":
        done(program("vault", "move", "--to", start, "--yes"))
    told = json.loads(done(program("vault", "move", "--vault", start, "--to", goal, "--yes", "--json")).out)
    assert told["location"] == goal
    assert done(program("get", "prod/api_key", "--vault", goal)).out == "EXAMPLE-2"
    keep_there = ("add", "resci", "later", "--set", "api_key=-", "--no-probe", "--vault", goal)
    done(program(*keep_there, stdin=b"EXAMPLE-3"))
    refused = program("rename", "prod", "other", "--vault", start)
    assert (refused.code, f"this vault moved to {goal}" in refused.err) == (10, True)
    assert "every record is as it was signed" in done(program("vault", "verify", "--vault", goal)).out
    done(program("vault", "move", "--vault", goal, "--to", start, "--yes"))
    assert done(program("get", "later/api_key", "--vault", start)).out == "EXAMPLE-3"
    done(program("rename", "prod", "other", "--vault", start))


def test_a_passphrase_goes_along_on_this_machine_alone(program: Opened, urls: dict[str, str], tmp_path: Path) -> None:
    told = done(program("vault", "move", "--to", urls["postgresql"], "--yes"))
    assert "on this machine alone" in told.err
    other = Program(program.home, **{**program.environment, "NEXCRED_PASSPHRASE": PASSPHRASE})
    del other.environment["NEXCRED_IDENTITY"]
    done(other("list", "--vault", urls["postgresql"]))
    done(program("vault", "move", "--vault", urls["postgresql"], "--to", urls["s3"], "--yes"))
    done(other("list", "--vault", urls["s3"]))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    laptop = Program(elsewhere, **{**other.environment, "HOME": str(elsewhere)})
    assert laptop("list", "--vault", urls["s3"]).code == 6


def test_who_may_not_make_the_tables_is_told_and_the_vault_stays(
    program: Opened, urls: dict[str, str], schema: Schema
) -> None:
    bare = schema.environment("vault_reader")
    refused = program("vault", "move", "--to", urls["postgresql"], "--yes", environment=bare)
    assert refused.code == 1
    assert "CREATE TABLE" in refused.out
    assert "then move the vault again" in refused.err
    assert "the vault is where it was" in refused.err
    done(program("rename", "prod", "other"))
    done(program("vault", "move", "--to", urls["postgresql"], "--yes"))
