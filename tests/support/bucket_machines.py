"""A vault in a bucket, and machines whose whole program uses it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.bucket_server import Meddler, Served, serving
from tests.support.bucket_writers import LOGIN
from tests.support.program import Program, Ran

ADD = ("add", "rest", "--set", "base_url=https://api.example.com", "--set", "api_key=env:HELD", "--no-probe")


class Place(NamedTuple):
    """A bucket with a vault in it, the way to it, and the machine of the one who made it."""

    served: Served
    way: Meddler
    ada: Program


def machine(folder: Path, served: Served, name: str) -> tuple[Program, str]:
    """Return a program with a home of its own, and the public identity that it made for itself."""
    home = folder / name
    home.mkdir(mode=0o700)
    program = Program(home, NEXCRED_VAULT=served.url, NEXCRED_IDENTITY_FILE=str(home / "identity"), **LOGIN)
    made = program("identity", "new", name, "--unbound", "-o", "identity")
    assert made.code == 0, made.err
    return program, made.out.strip()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    way = Meddler()
    with serving(way) as served:
        ada, _ = machine(tmp_path, served, "ada")
        done = ada("vault", "init", "--member", "ada")
        assert done.code == 0, done.err
        assert add(ada, "prod").code == 0
        yield Place(served, way, ada)


def add(program: Program, name: str) -> Ran:
    return program(*ADD[:2], name, *ADD[2:], environment={"HELD": f"EXAMPLE-{name}"})


def joined(place: Place, folder: Path, name: str) -> Program:
    program, public = machine(folder, place.served, name)
    done = place.ada("member", "add", name, public, "--role", "member", "--yes")
    assert done.code == 0, done.err
    return program


def value(program: Program, name: str) -> Ran:
    return program("get", f"{name}/api_key")
