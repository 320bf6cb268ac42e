"""Servers that crash in the middle of a write, standbys that lag, troubles of a server's own, clocks that are off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.errors import StoreBehind, StoreFailed
from tests.live.postgresql import Server, serving
from tests.live.postgresql_proxy import PostgresProxy, commits, proxy_to
from tests.live.postgresql_vault import KEEPER, Schema, on_a_machine
from tests.support.clock_off import assert_no_decision_changes
from tests.support.sample_vault import add, open_new
from tests.support.standins.authority import Authority


@pytest.fixture(scope="module")
def servers(authority: Authority) -> Iterator[tuple[Server, Schema]]:
    """Return a server of these tests alone, which they stop."""
    with serving(authority) as (server, database):
        yield server, Schema(database)


@pytest.fixture
def server(servers: tuple[Server, Schema]) -> Server:
    return servers[0]


@pytest.fixture
def schema(servers: tuple[Server, Schema]) -> Schema:
    return Schema(servers[1].server)


@pytest.fixture
def proxy(schema: Schema) -> Iterator[PostgresProxy]:
    with proxy_to(schema.server.port) as proxy:
        yield proxy


def _behind(schema: Schema, proxy: PostgresProxy) -> str:
    return schema.url(port=proxy.port, more="&sslmode=disable")


def test_what_a_crash_comes_before_is_written_afterwards(server: Server, schema: Schema, proxy: PostgresProxy) -> None:
    vault = open_new(schema.store(url=_behind(schema, proxy)))

    def crash(statements: str) -> bool:
        if commits(statements):
            server.stop()
            server.start()
        return commits(statements)

    proxy.lose = crash
    add(vault, "first")
    add(vault, "second")
    assert vault.names() == ["first", "second"]
    ((count,),) = schema.run("SELECT count(*) FROM {}.head")
    assert count == 3


def test_idle_connections_of_a_server_that_was_restarted_are_made_anew(server: Server, schema: Schema) -> None:
    vault = open_new(schema.store())
    server.stop()
    with pytest.raises(StoreFailed, match="cannot be reached"):
        vault.names()
    server.start()
    add(vault, "first")
    assert vault.names() == ["first"]


def test_a_standby_that_lags_is_asked_again_and_is_no_rollback(
    server: Server, schema: Schema, proxy: PostgresProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = open_new(schema.store(url=_behind(schema, proxy)))
    password = schema.server.password
    with server.standby(f"user=root password={password} dbname=postgres") as standby:
        follower = Schema(schema.server._replace(port=standby.port))
        pauses: list[float] = []

        def wait(pause_s: float) -> None:
            pauses.append(pause_s)
            if len(pauses) == 3:
                follower.run("SELECT pg_wal_replay_resume()")
                _await_replay(schema, follower)

        monkeypatch.setattr("nexcred.vault.overtaken.time.sleep", wait)
        _await_replay(schema, follower)
        follower.run("SELECT pg_wal_replay_pause()")
        add(vault, "first")
        proxy.target = standby.port
        proxy.cut()
        assert vault.names() == ["first"]
        assert len(pauses) == 3
        with pytest.raises(StoreFailed, match="only reads, as a standby does"):
            add(vault, "second")
        follower.run("SELECT pg_wal_replay_pause()")
        proxy.target = schema.server.port
        proxy.cut()
        add(vault, "second")
        proxy.target = standby.port
        proxy.cut()
        with pytest.raises(StoreBehind, match="is a standby, and behind what this machine has seen"):
            vault.names()


def _await_replay(schema: Schema, follower: Schema) -> None:
    """Wait until the standby has all that the server wrote so far."""
    ((position,),) = schema.run("SELECT pg_current_wal_lsn()::text")
    while follower.run(f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn") != [[True]]:
        pass


@pytest.mark.parametrize(
    ("code", "exit_code", "words"),
    [("XX000", 1, "failed: "), ("XX001", 9, "is damaged: "), ("53100", 1, "failed: its disk is full")],
)
def test_damage_is_what_the_server_calls_so_and_no_other_trouble_of_its_own(
    schema: Schema, proxy: PostgresProxy, tmp_path: Path, code: str, exit_code: int, words: str
) -> None:
    """XX000 is also said by poolers that know no such user."""
    program = on_a_machine(schema, tmp_path / "home", KEEPER)
    proxy.rewrite = lambda data: data.replace(b"C28P01\0", f"C{code}\0".encode())
    refused = program("list", environment={"NEXCRED_VAULT": _behind(schema, proxy), "PGPASSWORD": "wrong-EXAMPLE"})
    assert (refused.code, words in refused.err) == (exit_code, True), refused.err


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_ten_years_off_changes_no_decision(schema: Schema, tmp_path: Path, years: int) -> None:
    assert_no_decision_changes(schema.store(), tmp_path / "state", years)
