"""Two vaults with names, and the file that has the names."""

import json
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program import Ran

PASSPHRASE = {"NEXCRED_PASSPHRASE": "passphrase of EXAMPLE", "NEXCRED_IDENTITY": ""}

# Each is refused, wherever it is given.
WITH_SECRETS = (
    "postgresql://ada:canary-EXAMPLE@host/db",
    "postgresql://ada%3Acanary-EXAMPLE@host/db",
    "postgresql://ada:x/canary-EXAMPLE@host/db",
    "postgresql://ada:x?canary-EXAMPLE@host/db",
    "postgresql://ada:x#canary-EXAMPLE@host/db",
    "git+https://canary-EXAMPLE@host/vault.git",
    "https://canary-EXAMPLE@host/vault.git",
    "ada:canary-EXAMPLE@host:vault.git",
    "s3://canary-EXAMPLE@bucket/x",
    "s3://bucket/x?secret_key=canary-EXAMPLE",
    "s3://bucket/x?access_key=canary-EXAMPLE@x",
    "s3://bucket/x?endpoint=https://ada:canary-EXAMPLE@host",
    "//ada:canary-EXAMPLE@host/dir",
    "//canary-EXAMPLE@host/dir",
    "\\\\ada:canary-EXAMPLE@host\\dir",
    "canary-EXAMPLE:x-oauth-basic@host:dir",
    "a:canary-EXAMPLE@host:dir",
    "a.b_c:canary/EXAMPLE@host/dir",
    "ada@corp.example:canary-EXAMPLE@host:dir",
    "ada@host:vault.git?password=canary-EXAMPLE",
    "file://ada:canary-EXAMPLE@host/dir",
    "keyring://ada:canary-EXAMPLE@host",
    "openbao+https://canary-EXAMPLE@host/dir",
)


@pytest.fixture
def file(opened: Opened) -> Path:
    return opened.home / ".config/nexcred/config.toml"


@pytest.fixture
def two(opened: Opened) -> Opened:
    """The program with a credential `mine` in the vault of the data folder, and the same vault's copy as `team`."""
    keep(opened, "mine")
    assert opened("vault", "backup", "team.db").code == 0
    assert opened("vault", "add", "team", "./team.db").code == 0
    assert opened("rename", "mine", "only here").code == 0
    return opened


def names(ran: Ran) -> list[str]:
    assert ran.code == 0, ran.err
    return [one["name"] for one in json.loads(ran.out)]


def write(file: Path, text: str, mode: int = 0o600) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
