"""The places that a vault can have on a network, at real servers, each with logins of the least rights that do."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live.aws import REGION, VAULTS, Aws, vaults
from tests.live.git_hosts import SshHost, ssh_host
from tests.live.postgresql_vault import KEEPER, READER, WRITER, Schema, schema
from tests.live.wire import wire_to
from tests.support.program import Program

__all__ = ["schema", "ssh_host", "vaults"]

# Git alone is asked again only after a while: `fresh=0s` has it asked each time, as the others are.
ENGINES = ("git", "postgresql", "s3")


class Place(NamedTuple):
    """Where the vault is, what each of the three logs in with, and how the network is pulled out."""

    url: str
    logins: Mapping[str, Mapping[str, str]]
    let_in: Callable[[], object]
    pull: Callable[[], None]

    def at_home(self, folder: Path, who: str) -> Program:
        """Return the program of one of the three, who has a login and an empty home of that name."""
        home = folder / who
        home.mkdir()
        return Program(home, **{**self.logins[who], "NEXCRED_NO_INPUT": "1", "LOGNAME": who})


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
