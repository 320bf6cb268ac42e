"""Whoever is invited to a vault on a network, and has what opens it kept by another program, as a secret manager."""

import json
import shlex
from pathlib import Path

import pytest

from tests.live.network_places import Place, place, schema, ssh_host, vaults
from tests.live.test_three_homes import done, keep
from tests.support.program import Program

__all__ = ["place", "schema", "ssh_host", "vaults"]

IDENTITY, PASSPHRASE = "NEXCRED_IDENTITY_COMMAND", "NEXCRED_PASSPHRASE_COMMAND"


@pytest.fixture
def ada(place: Place, tmp_path: Path) -> Program:
    program = place.at_home(tmp_path, "ada")
    program.environment["NEXCRED_VAULT"] = place.url
    done(program("vault", "init", "-o", "me.identity"))
    program.environment["NEXCRED_IDENTITY_FILE"] = "me.identity"
    place.let_in()
    keep(program, "prod")
    return program


@pytest.mark.parametrize("variable", [IDENTITY, PASSPHRASE])
def test_from_one_line_to_a_member(place: Place, ada: Program, tmp_path: Path, variable: str) -> None:
    bob, kept = place.at_home(tmp_path, "bob"), tmp_path / "kept"
    secret = "passphrase of EXAMPLE"
    if variable == IDENTITY:
        made = Program(tmp_path)("identity", "new", "bob", "--unbound", "-o", str(tmp_path / "bob.identity"))
        secret = (tmp_path / "bob.identity").read_text().strip()
        assert made.code == 0
    kept.write_text(f"{secret}\n")
    bob.environment[variable] = f"cat '{kept}'"
    joined = done(bob("vault", "join", done(ada("vault", "invite")).out.strip(), "--yes", "--name", "team", "--json"))
    told = json.loads(joined.out)
    assert told["kept_by"] == {IDENTITY: "given", PASSPHRASE: "passphrase"}[variable]
    assert secret not in joined.out + joined.err
    assert secret not in "".join(path.read_text(errors="replace") for path in bob.home.rglob("*") if path.is_file())
    done(bob("vault", "use", "team"))
    done(ada(*shlex.split(told["command"])[1:], "--yes"))
    done(ada("share", "prod", "--with", "bob"))
    assert done(bob("get", "prod/value")).out == "canary-EXAMPLE-prod"
    assert json.loads(done(bob("vault", "status", "--json")).out)["unlocked_by"] == variable

    again = done(bob("vault", "join", done(ada("vault", "invite")).out.strip(), "--yes", "--name", "team", "--json"))
    assert json.loads(again.out)["public"] == told["public"]
    kept.unlink()
    locked = bob("get", "prod/value")
    assert (locked.code, locked.out, variable in locked.err) == (6, "", True), locked.err
