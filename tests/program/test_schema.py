"""Every `--json` output has a schema, and is what its schema says, to the last key."""

import shutil
from functools import partial

import pytest
from jsonschema import Draft202012Validator

from nexcred.cli.app.command_loader import load_command
from nexcred.cli.app.command_table import COMMANDS, is_command
from nexcred.wire.schemas import ERROR, OUTPUTS, SCHEMAS, schema_of
from tests.support.opened import Opened
from tests.support.people import id_of_vault, vault_file
from tests.support.program import Program
from tests.support.program_fixtures import nexcred
from tests.support.schema_check import AT_NEXLA, OF_CHANGES, check_schema
from tests.support.signing_in import add_aha, aha_oauth
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.aventri import Aventri
from tests.support.standins.browser import variable

__all__ = ["aha_oauth", "nexcred"]


def _takes_json(words: str) -> bool:
    return any("--json" in param.opts for param in load_command(words, "").params)


def test_every_command_with_json_has_a_schema() -> None:
    with_json = {words for words in COMMANDS if is_command(words) and _takes_json(words)}
    assert set(OUTPUTS) == with_json | {ERROR}


@pytest.mark.parametrize("output", SCHEMAS)
def test_each_schema_is_one(output: str) -> None:
    Draft202012Validator.check_schema(schema_of(output))


def test_each_output_is_what_its_schema_says(opened: Opened, aventri: Aventri, aha_oauth: AhaOauth) -> None:
    checked = set()

    def run(*arguments: str, output: str) -> None:
        ran = opened(*arguments, "--json")
        assert ran.code == 0, ran.err
        check_schema(opened, output, ran.out)
        checked.add(output)

    added = opened.add(aventri, "--json", "--tag", "prod")
    check_schema(opened, "add", added.out)
    run("update", "aventri", "--description", "other", output="update")
    run("show", "aventri", output="show")
    run("show", "aventri", "--reveal", output="show")
    run("list", output="list")
    run("probe", "aventri", output="probe")
    run("status", output="status")
    run("token", "aventri", output="token")
    add_aha(opened, aha_oauth, log_in=False)
    opened.environment["BROWSER"] = variable()
    run("login", "aha", output="login")
    run("history", "aventri", output="history")
    run("connectors", "list", output="connectors list")
    run("connectors", "show", "rest", output="connectors show")
    run("connectors", "check", "aventri", "--credential", "aventri", output="connectors check")
    run("check", "-c", "aventri", output="check")
    check_schema(opened, "run", opened("run", "-c", "aventri", "--dry-run", "--json", "--", "true").out)
    checked.add("run")
    run("rotate", "aventri", "--dry-run", output="rotate")
    run("vault", "status", output="vault status")
    run("vault", "list", output="vault list")
    run("vault", "invite", output="vault invite")
    line = opened("vault", "invite").out.strip()
    run("vault", "join", line, "--yes", "--name", "joined", output="vault join")
    run("vault", "forget", "joined", output="vault forget")
    run("vault", "add", "team", "./team.db", output="vault add")
    run("vault", "use", "personal", output="vault use")
    run("vault", "forget", "team", output="vault forget")
    run("vault", "verify", output="vault verify")
    run("identity", "show", output="identity show")
    run("identity", "show", "--secret", output="identity show")
    run("member", "list", output="member list")
    run("doctor", output="doctor")
    run("config", "list", output="config list")
    run("config", "get", "color", output="config get")
    run("config", "set", "color", "auto", output="config set")
    run("config", "unset", "color", output="config unset")
    run("serve", "token", "new", "etl", "--may", "read:aventri", output="serve token new")
    run("serve", "token", "list", output="serve token list")
    run("audit", output="audit")
    (opened.home / "body.json").write_text('{"credentials_type": "resci", "credentials": {"api_key": "k-EXAMPLE"}}')
    run("import", "nexla", "body.json", "--yes", output="import")
    shutil.copyfile(vault_file(opened), opened.home / "copy.db")
    at_another = {"XDG_STATE_HOME": str(opened.home / "another")}
    for program in (partial(opened, environment=at_another), opened):
        where = ("--vault", "copy.db") if program is not opened else ()
        assert program("update", "resci", "--set", "api_key=-", "--no-probe", *where, stdin=b"k2-EXAMPLE").code == 0
    run("vault", "adopt", "copy.db", "--yes", "--id", id_of_vault(opened), output="vault adopt")
    assert checked | {"add", ERROR} == set(OUTPUTS) - OF_CHANGES - AT_NEXLA


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (3, ["show", "x"]),
        (2, ["add", "aha"]),
        (2, ["list", "--nothing"]),
        (2, ["nothing"]),
        (2, ["audit", "--since", "x"]),
    ],
)
def test_each_failure_is_what_its_schema_says(opened: Opened, code: int, arguments: list[str]) -> None:
    ran = opened(*arguments, "--json")
    assert (ran.code, ran.out) == (code, "")
    check_schema(opened, ERROR, ran.err.splitlines()[-1])


def test_the_names_are_listed_and_a_wrong_one_is_refused(nexcred: Program) -> None:
    assert nexcred("schema").out.splitlines() == list(SCHEMAS)
    wrong = nexcred("schema", "vault", "statsu")
    assert (wrong.code, "did you mean 'vault status'?" in wrong.err) == (2, True)
    assert nexcred("schema", "vault status").out == nexcred("schema", "vault", "status").out
