"""One person's two machines, which wrote to two copies of one vault, and what is done to bring them together."""

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.opened import Opened
from tests.support.people import id_of_vault, keep, vault_file


class Machines(NamedTuple):
    """One person's two machines; each has a copy of the vault, from before either was written to."""

    desk: Opened
    laptop: Opened


@pytest.fixture
def machines(opened: Opened, tmp_path: Path) -> Machines:
    keep(opened, "prod", "test")
    laptop = Opened(tmp_path / "laptop", **dict(opened.environment))
    shutil.copytree(opened.home, laptop.home)
    laptop.environment["HOME"] = str(laptop.home)
    return Machines(opened, laptop)


def bring(source: Opened, target: Opened, name: str = "copy.db") -> str:
    """Carry the file of a vault to the other machine, beside its own."""
    shutil.copyfile(vault_file(source), target.home / name)
    return str(target.home / name)


def sync(source: Opened, target: Opened) -> None:
    """Let the file of one machine take the place of the other's, as a folder that is synced does."""
    shutil.copyfile(vault_file(source), vault_file(target))


def adopt(program: Opened, file: str) -> dict[str, object]:
    done = program("vault", "adopt", file, "--yes", "--id", id_of_vault(program), "--json")
    assert done.code == 0, done.err
    told: dict[str, object] = json.loads(done.out)
    return told


def change(program: Opened, name: str, value: str) -> None:
    done = program("update", name, "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": value})
    assert done.code == 0, done.err


def parted(machines: Machines) -> Machines:
    """Let each machine keep a credential that the other does not have."""
    keep(machines.desk, "of the desk")
    keep(machines.laptop, "of the laptop")
    return machines


def both_give(machines: Machines, name: str) -> Machines:
    """Let both machines give the same name, each to a credential of its own."""
    keep(machines.desk, name)
    keep(machines.laptop, name)
    change(machines.laptop, name, "EXAMPLE-of-the-laptop")
    return machines


def value(program: Opened, name: str, *more: str) -> str:
    ran = program("get", f"{name}/api_key", *more)
    assert ran.code == 0, ran.err
    return ran.out


def changes(told: dict[str, object]) -> dict[str, str]:
    found = told["differences"]
    assert isinstance(found, list)
    return {one["name"]: one["change"] for one in found}
