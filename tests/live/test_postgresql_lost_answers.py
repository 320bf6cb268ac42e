"""What becomes of writes to a vault in PostgreSQL whose request or answer is lost, late or doubled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.errors import OutcomeUnknown, StoreUnreachable
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.local_copy.store import CopiedStore
from nexcred.stores.offline import Offline
from nexcred.stores.postgresql import handing_on
from nexcred.stores.postgresql.store import PostgresqlStore
from nexcred.vault.vault import Vault
from tests.live.postgresql_proxy import PostgresProxy, commits, proxy_to
from tests.live.postgresql_vault import Schema, schema
from tests.support.sample_vault import add, found, open_new

__all__ = ["schema"]


@pytest.fixture
def proxy(schema: Schema) -> Iterator[PostgresProxy]:
    with proxy_to(schema.server.port) as proxy:
        yield proxy


def _behind(schema: Schema, proxy: PostgresProxy, *, settle_for_s: float = 30.0) -> PostgresqlStore:
    """Return the store as it is reached through the proxy, which cannot read TLS."""
    return schema.store(url=schema.url(port=proxy.port, more="&sslmode=disable"), settle_for_s=settle_for_s)


def _heads(schema: Schema) -> int:
    ((count,),) = schema.run("SELECT count(*) FROM {}.head")
    return int(count)


@pytest.mark.parametrize("fault", ["lose", "lose_answer_to"])
def test_a_write_whose_request_or_answer_is_lost_is_there_once(
    schema: Schema, proxy: PostgresProxy, fault: str
) -> None:
    vault = open_new(_behind(schema, proxy))
    setattr(proxy, fault, commits)
    add(vault, "first")
    add(vault, "second")
    assert vault.names() == ["first", "second"]
    assert (vault.generation, _heads(schema)) == (3, 3)


@pytest.mark.parametrize("fault", ["lose", "lose_answer_to"])
def test_so_is_a_vault_that_was_just_made(schema: Schema, proxy: PostgresProxy, fault: str) -> None:
    setattr(proxy, fault, commits)
    vault = open_new(_behind(schema, proxy))
    assert (vault.generation, _heads(schema)) == (1, 1)


def test_what_was_overwritten_before_it_was_asked_after_was_written(schema: Schema, proxy: PostgresProxy) -> None:
    vault = open_new(_behind(schema, proxy))
    other = Vault(schema.store(), vault.identity)
    lost = proxy.taken

    def taken(name: str, statements: str) -> bool:
        """Let another write come between the lost answer and the question what became of it."""
        if name == "lose" and "FOR UPDATE" in statements and not other.names()[1:]:
            add(other, "second")
        return lost(name, statements)

    proxy.taken = taken  # type: ignore[method-assign]
    proxy.lose_answer_to = commits
    add(vault, "first")
    assert vault.names() == ["first", "second"]
    assert _heads(schema) == 3


def test_a_write_that_arrives_late_does_not_come_on_top_of_a_later_one(schema: Schema, proxy: PostgresProxy) -> None:
    vault = open_new(_behind(schema, proxy))
    proxy.hold = commits
    add(vault, "first")
    assert proxy.held.is_set()
    add(vault, "second")
    proxy.release.set()
    for line in proxy.lines:
        if line.was_held:
            line.join()
    again = Vault(schema.store(), vault.identity)
    assert again.names() == ["first", "second"]
    assert (again.generation, _heads(schema)) == (3, 3)
    assert again.verify().credentials == 2


def test_of_a_write_that_nobody_can_be_asked_about_nothing_is_said(schema: Schema, proxy: PostgresProxy) -> None:
    vault = open_new(_behind(schema, proxy, settle_for_s=0.5))
    lost = proxy.taken

    def taken(name: str, statements: str) -> bool:
        if commits(statements):
            proxy.is_down = True
        return lost(name, statements)

    proxy.taken = taken  # type: ignore[method-assign]
    proxy.lose_answer_to = commits
    with pytest.raises(OutcomeUnknown, match="it may have happened or not"):
        add(vault, "first")
    proxy.is_down = False
    assert vault.names() == ["first"]


def test_before_the_commit_was_sent_it_is_known_that_nothing_was_written(schema: Schema, proxy: PostgresProxy) -> None:
    vault = open_new(_behind(schema, proxy))
    proxy.lose = lambda statements: "INSERT INTO" in statements and not commits(statements)
    with pytest.raises(StoreUnreachable):
        add(vault, "large", bytes(2_900_000))
    assert vault.names() == []


def test_a_reader_finds_another_connection_where_an_idle_one_broke(schema: Schema, proxy: PostgresProxy) -> None:
    vault = open_new(_behind(schema, proxy))
    proxy.cut()
    assert vault.names() == []
    schema.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'vault_keeper'")
    add(vault, "first")
    assert vault.names() == ["first"]


def test_a_connection_that_breaks_while_reading_is_told(schema: Schema, proxy: PostgresProxy) -> None:
    vault = open_new(_behind(schema, proxy))
    proxy.lose = lambda statements: '"leaf"' in statements and "BEGIN" not in statements
    with pytest.raises(StoreUnreachable, match="the connection was closed in the middle of an answer"):
        vault.find("first")


def test_getting_takes_three_round_trips_or_one_and_writing_five(
    schema: Schema, proxy: PostgresProxy, tmp_path: Path
) -> None:
    store = _behind(schema, proxy)
    identity = found(store)
    add(Vault(store, identity), "first")
    counts = []
    for _ in range(2):
        proxy.statements.clear()
        copied = CopiedStore(_behind(schema, proxy), CopyFile(tmp_path / "copy.db"), Offline(), warn=pytest.fail)
        vault = Vault(copied, identity)
        with vault.snapshot():
            vault.details(vault.find("first"))
        counts.append(len(proxy.round_trips))
    assert counts == [3, 1], "\n".join(one[-150:] for one in proxy.round_trips)
    proxy.statements.clear()
    add(Vault(_behind(schema, proxy), identity), "second")
    assert len(proxy.round_trips) <= 5, "\n".join(one[-150:] for one in proxy.round_trips)


def test_a_reading_goes_on_with_the_view_that_the_vault_was_opened_in(schema: Schema) -> None:
    identity = found(schema.store())
    opened = Vault(schema.store(), identity)
    add(Vault(schema.store(), identity), "first")
    assert opened.names() == []
    assert opened.names() == ["first"]


def test_a_view_that_nobody_goes_on_with_is_ended(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_on, "_WAITS_S", 0.0)
    vault = open_new(schema.store())
    held = "SELECT 1 FROM pg_locks WHERE relation = '{}.now'::regclass AND pid <> pg_backend_pid()"
    while schema.run(held):
        pass
    add(vault, "first")
    assert vault.names() == ["first"]
