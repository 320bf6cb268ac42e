"""A team on three machines, at each place that a vault can have on a network: how it begins, races, and is cut off.

Ada makes the vault, Bob joins by one line, and a job reads the one credential that it was given. Each has a home of
their own, and at servers that know logins apart, a login with the least rights that the pages name.
"""

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live.aws import REGION, VAULTS, Aws, vaults
from tests.live.git_hosts import SshHost, ssh_host
from tests.live.postgresql_vault import KEEPER, READER, WRITER, Schema, schema
from tests.live.wire import wire_to
from tests.support.program import Program, Ran

__all__ = ["schema", "ssh_host", "vaults"]

VALUE = "canary-EXAMPLE-{}"
# Git alone is asked again only after a while: `fresh=0s` has it asked each time, as the others are.
ENGINES = ("git", "postgresql", "s3")


class Place(NamedTuple):
    """Where the vault is, what each of the three logs in with, and how the network is pulled out."""

    url: str
    logins: Mapping[str, Mapping[str, str]]
    let_in: Callable[[], object]
    pull: Callable[[], None]


class Team(NamedTuple):
    ada: Program
    bob: Program
    job: Program
    place: Place


@contextmanager
def over_ssh(host: SshHost) -> Iterator[Place]:
    login = {"GIT_SSH_COMMAND": host.command}
    yield Place(f"{host.address}?fresh=0s", dict.fromkeys(("ada", "bob", "job"), login), lambda: None, host.stop)


@contextmanager
def in_postgresql(schema: Schema) -> Iterator[Place]:
    """With TLS and `verify-full`, as is so where the URL says nothing else."""

    def let_in() -> None:
        for who, rights in ((WRITER, "SELECT, INSERT, UPDATE, DELETE"), (READER, "SELECT")):
            schema.run(f"GRANT USAGE ON SCHEMA {{}} TO {who}; GRANT {rights} ON ALL TABLES IN SCHEMA {{}} TO {who}")

    with wire_to(schema.server.port) as wire:
        logins = {"ada": KEEPER, "bob": WRITER, "job": READER}
        environments = {who: schema.environment(user) for who, user in logins.items()}
        yield Place(schema.url(port=wire.port), environments, let_in, wire.pull)


@contextmanager
def in_a_bucket(aws: Aws, prefix: str) -> Iterator[Place]:
    keys = {"ada": aws.vault_keeper, "bob": aws.vault_writer, "job": aws.vault_reader}
    logins = {
        who: {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_key}
        for who, key in keys.items()
    }
    with wire_to(aws.port) as wire:
        url = f"s3://{VAULTS}/team/{prefix}?region={REGION}&endpoint=http://127.0.0.1:{wire.port}"
        yield Place(url, logins, lambda: None, wire.pull)


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "git":
        manager = over_ssh(request.getfixturevalue("ssh_host"))
    elif request.param == "postgresql":
        manager = in_postgresql(request.getfixturevalue("schema"))
    else:
        request.getfixturevalue("vaults")
        manager = in_a_bucket(request.getfixturevalue("aws"), tmp_path.name.replace("_", "-"))
    with manager as found:
        yield found


@pytest.fixture
def team(place: Place, tmp_path: Path) -> Team:
    """Let the three begin, each from nothing but a login and what another handed on."""
    ada, bob, job = (_at_home(tmp_path, who, place) for who in ("ada", "bob", "job"))
    done(ada("vault", "add", "team", place.url))
    done(ada("vault", "use", "team"))
    done(ada("vault", "init", "--member", "ada", "-o", "me.identity"))
    ada.environment["NEXCRED_IDENTITY_FILE"] = "me.identity"
    place.let_in()
    for name in ("prod", "test"):
        keep(ada, name)
    line = done(ada("vault", "invite")).out.strip()
    joined = done(bob("vault", "join", line, "--yes", "--name", "team", "-o", "me.identity"))
    bob.environment["NEXCRED_IDENTITY_FILE"] = "me.identity"
    done(bob("vault", "use", "team"))
    refused = bob("list")
    assert (refused.code, refused.out) == (10, "")
    program, *words = shlex.split(joined.out)
    assert (program, words[:3]) == ("nexcred", ["member", "add", "bob"])
    done(ada(*words, "--yes"))
    done(ada("share", "test", "--with", "bob"))
    job.environment |= {"CI": "true", "NEXCRED_VAULT": place.url}
    job.environment["NEXCRED_IDENTITY"] = done(ada("identity", "new", "ci", "--grant", "prod")).out.strip()
    return Team(ada, bob, job, place)


def _at_home(folder: Path, who: str, place: Place) -> Program:
    home = folder / who
    home.mkdir()
    return Program(home, **{**place.logins[who], "NEXCRED_NO_INPUT": "1", "LOGNAME": who})


def done(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


def keep(program: Program, name: str) -> Ran:
    ran = program("add", "secret", name, "--set", "value=-", stdin=VALUE.format(name).encode())
    return done(ran)


def names(program: Program) -> set[str]:
    return {entry["name"] for entry in json.loads(done(program("list", "--json")).out)}


def test_each_has_what_is_theirs_and_all_lose_nothing_when_the_network_is_pulled(team: Team) -> None:
    ada, bob, job, place = team
    assert names(ada) == names(bob) == {"prod", "test"}
    for program, own, other in ((bob, "test", "prod"), (job, "prod", "test")):
        assert done(program("get", f"{own}/value")).out == VALUE.format(own)
        refused = program("get", f"{other}/value")
        assert (refused.code, refused.out) == (10, ""), refused.err
    assert names(job) == {"prod"}

    place.pull()
    for program, own in ((ada, "prod"), (ada, "test"), (bob, "test"), (job, "prod")):
        read = done(program("get", f"{own}/value"))
        assert read.out == VALUE.format(own)
        assert "this is the vault as it was" in read.err
        assert len(read.err.splitlines()) == 1, read.err
    assert names(bob) == {"prod", "test"}
    for program in (ada, bob):
        refused = program("add", "secret", "late", "--set", "value=-", stdin=b"EXAMPLE")
        assert (refused.code, refused.out) == (1, ""), refused.err
        assert "cannot be reached" in refused.err
    assert names(ada) == {"prod", "test"}


def test_of_two_who_write_in_a_race_neither_loses_what_was_acknowledged(team: Team) -> None:
    """Either may be told `busy` (exit 8), which says that nothing was written."""
    script = """for n in 1 2 3 4; do
        printf EXAMPLE | {} add secret $0-$n --set value=-; code=$?
        case $code in 0) echo told $0-$n;; 8) ;; *) exit $code;; esac
    done"""
    writers = [
        subprocess.Popen(
            ["sh", "-c", script.format(" ".join(program.command())), who],
            env=program.environment,
            cwd=program.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for program, who in ((team.ada, "ada"), (team.bob, "bob"))
    ]
    told = set()
    for process in writers:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        told |= {line.removeprefix("told ") for line in out.splitlines() if line.startswith("told ")}
    assert told
    assert names(team.ada) == names(team.bob) == {"prod", "test", *told}
    assert "every record is as it was signed" in done(team.bob("vault", "verify")).out
