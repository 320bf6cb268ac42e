"""A team on three machines, at each place that a vault can have on a network: how it begins, races, and is cut off.

Ada makes the vault, Bob joins by one line, and a job reads the one credential that it was given. Each has a home of
their own, and at servers that know logins apart, a login with the least rights that the pages name.
"""

import json
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live.network_places import Place, place, schema, ssh_host, vaults
from tests.support.program import Program, Ran

__all__ = ["place", "schema", "ssh_host", "vaults"]

VALUE = "canary-EXAMPLE-{}"


class Team(NamedTuple):
    ada: Program
    bob: Program
    job: Program
    place: Place


@pytest.fixture
def team(place: Place, tmp_path: Path) -> Team:
    """Let the three begin, each from nothing but a login and what another handed on."""
    ada, bob, job = (place.at_home(tmp_path, who) for who in ("ada", "bob", "job"))
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
