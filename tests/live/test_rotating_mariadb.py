"""Passwords of a real MariaDB are changed by their own accounts, and no log of the server has one."""

import json
import secrets
from collections.abc import Iterator, Mapping

import pytest

from nexcred.databases.verifiers import native_verifier
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline
from nexcred.rotating.passwords import PasswordRefused
from nexcred.rotating.rotator import CallFailed
from tests.live.cutting_proxy import cutting
from tests.live.logging_in import log_in
from tests.live.mariadb import serving
from tests.live.postgresql import Database
from tests.live.rotating_logins import (
    add,
    checked,
    connect_of,
    logged_in,
    password_of,
    plain_values,
    plenty,
    present,
    rotator,
    run_as,
)
from tests.support.opened import Opened
from tests.support.standins.authority import Authority

Fields = Mapping[str, Value]


_ADMIN = """
CREATE USER admin IDENTIFIED BY '{password}';
GRANT ALL ON *.* TO admin WITH GRANT OPTION;
SET GLOBAL log_output = 'TABLE', general_log = ON;
"""


@pytest.fixture(scope="module")
def served(authority: Authority) -> Iterator[Database]:
    """A server that logs every statement."""
    with serving(authority, _ADMIN) as database:
        yield database


@pytest.fixture
def database(served: Database) -> Database:
    as_admin(served, "TRUNCATE mysql.general_log")
    return served


def as_admin(database: Database, statement: str) -> list[tuple[str, ...]]:
    return run_as("admin", "mysql", database, statement)


def account(database: Database, **more: object) -> Fields:
    """Make an account of its own; return the values of its credential."""
    name, password = f"user_{secrets.token_hex(4)}", f"EXAMPLE '\\ {secrets.token_hex(8)}"
    as_admin(database, f"CREATE USER {name} IDENTIFIED BY PASSWORD '{native_verifier(password)}'")
    as_admin(database, f"GRANT SELECT ON analytics.* TO {name}")
    return checked("mysql", database.values(username=name, password=password, **more))


def is_accepted(fields: Fields) -> bool:
    result = log_in("mysql", plain_values(fields))
    assert result.status is ProbeStatus.ACCEPTED or "(1045)" in result.detail
    return result.status is ProbeStatus.ACCEPTED


def general_log(database: Database) -> str:
    return "\n".join(row[0] for row in as_admin(database, "SELECT argument FROM mysql.general_log"))


def test_an_account_gets_a_new_password_and_its_old_one_back(database: Database) -> None:
    old = account(database)
    engine = rotator("mysql", old)
    planned = engine.plan(plenty())
    assert planned.fields is not None
    assert engine.kind == "change"
    assert is_accepted(old)
    new = engine.create(planned.fields, plenty())
    assert engine.create(planned.fields, plenty()) == new
    assert (is_accepted(old), is_accepted(new)) == (False, True)
    assert engine.holds(old, new, plenty()) == "new"
    assert engine.end(old, new, plenty()) == "gone"
    engine.undo(old, new, plenty())
    engine.undo(old, new, plenty())
    assert (is_accepted(old), is_accepted(new)) == (True, False)
    assert engine.holds(old, new, plenty()) == "old"
    assert engine.end(old, old, plenty()) == "gone"
    assert engine.end(old, old, plenty()) == "gone"
    assert (is_accepted(old), is_accepted(new)) == (False, False)
    assert engine.holds(old, new, plenty()) is None
    with pytest.raises(PasswordRefused, match="1045"):
        engine.create(new, plenty())
    logged = general_log(database)
    assert f"SET PASSWORD = '{native_verifier(password_of(new))}'" in logged
    for secret in (password_of(old), password_of(new)):
        assert secret not in logged


def test_two_accounts_take_turns(database: Database) -> None:
    first, second = account(database), account(database)
    old = {**first, "alternate_username": second["username"], "alternate_password": second["password"]}
    engine = rotator("mysql", old)
    assert engine.kind == "add"
    new = engine.create(engine.plan(plenty()).fields, plenty())
    assert (new["username"], is_accepted(old), is_accepted(new)) == (old["alternate_username"], True, True)
    after = rotator("mysql", new)
    assert after.end(old, new, plenty()) == "gone"
    assert after.end(old, new, plenty()) == "gone"
    assert (is_accepted(old), is_accepted(new)) == (False, True)
    back = after.create(after.plan(plenty()).fields, plenty())
    assert (back["username"], is_accepted(back), is_accepted(new)) == (old["username"], True, True)
    logged = general_log(database)
    for fields in (old, new, back):
        assert password_of(fields) not in logged
        assert password_of(fields, "alternate_password") not in logged


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"username": "modern"}, "logs in by ed25519, for which nexcred makes no hash"),
        ({"username": "by_socket"}, "something other than a password"),
        ({"username": "outdated"}, "the password has expired"),
        ({"username": "locked"}, "the account is locked"),
        ({"password": "wrong-EXAMPLE"}, "1045"),
    ],
)
def test_what_cannot_be_changed_is_told_before(database: Database, values: dict[str, object], words: str) -> None:
    with pytest.raises(CallFailed, match=words) as failed:
        rotator("mysql", checked("mysql", database.values(**values))).plan(plenty())
    assert not failed.value.is_unknown
    assert "SET PASSWORD" not in general_log(database)


def test_an_account_of_more_plugins_than_one_is_told_before(database: Database) -> None:
    old = account(database)
    hashed = native_verifier(password_of(old))
    either = f"mysql_native_password USING '{hashed}' OR unix_socket"
    as_admin(database, f"ALTER USER {old['username']} IDENTIFIED VIA {either}")
    with pytest.raises(CallFailed, match="logs in by mysql_native_password"):
        rotator("mysql", old).plan(plenty())


def test_a_replica_is_told_before(database: Database) -> None:
    old = account(database)
    as_admin(database, "SET GLOBAL read_only = ON")
    try:
        with pytest.raises(CallFailed, match="a replica and only reads") as failed:
            rotator("mysql", old).plan(plenty())
    finally:
        as_admin(database, "SET GLOBAL read_only = OFF")
    assert failed.value.status is ProbeStatus.FORBIDDEN


def test_a_server_that_takes_no_hash_is_given_the_password_only_when_told_to(database: Database) -> None:
    old = account(database)
    as_admin(database, "INSTALL SONAME 'simple_password_check'")
    try:
        planned = rotator("mysql", old).plan(plenty()).fields
        with pytest.raises(CallFailed, match=r"strict-password-validation.*--plain-password") as failed:
            rotator("mysql", old).create(planned, plenty())
        assert (failed.value.is_unknown, is_accepted(old)) == (False, True)
        told = rotator("mysql", old, is_plain=True)
        new = told.create(planned, plenty())
        assert (is_accepted(old), is_accepted(new)) == (False, True)
    finally:
        as_admin(database, "UNINSTALL SONAME 'simple_password_check'")
    told.undo(old, new, plenty())
    assert is_accepted(old)


@pytest.mark.parametrize("is_done", [True, False])
def test_after_a_lost_answer_it_is_asked_which_one_holds(database: Database, is_done: bool) -> None:
    direct = account(database)
    with cutting(database.port, b"SET PASSWORD", is_done=is_done) as port:
        old = {**direct, "port": port, "sslmode": "disable"}
        engine = rotator("mysql", old)
        planned = engine.plan(plenty()).fields
        assert planned is not None
        with pytest.raises(CallFailed, match="in the middle of an answer") as failed:
            engine.create(planned, plenty())
        assert failed.value.is_unknown
        assert engine.holds(old, planned, plenty()) == ("new" if is_done else "old")
        assert engine.create(planned, plenty()) == planned
        assert engine.holds(old, planned, plenty()) == "new"


def test_a_statement_that_waits_for_a_lock_is_not_done_later(database: Database) -> None:
    old = account(database)
    engine = rotator("mysql", old)
    planned = engine.plan(plenty()).fields
    assert planned is not None
    with logged_in(connect_of("mysql", checked("mysql", database.values(username="admin")))) as other:
        other.ask("FLUSH TABLES WITH READ LOCK")
        with pytest.raises(CallFailed, match="max_statement_time exceeded") as failed:
            engine.create(planned, Deadline.after(6))
        other.ask("UNLOCK TABLES")
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.PROVIDER_ERROR, False)
    assert engine.holds(old, planned, plenty()) == "old"


def test_the_program_rotates_an_account(opened: Opened, database: Database) -> None:
    old = account(database)
    add(opened, "mysql", old)
    rotated = opened("rotate", "db", "--yes")
    assert (rotated.code, rotated.out) == (0, "db: done: the old key is refused\n"), rotated.err
    new = present(opened, "mysql")
    assert (is_accepted(old), is_accepted(new)) == (False, True)
    assert [one["state"] for one in json.loads(opened("history", "db", "--json").out)] == ["present", "dead"]
    for secret in (password_of(old), password_of(new)):
        assert secret not in general_log(database) + rotated.out + rotated.err


def test_the_program_gives_the_password_itself_only_when_told_to(opened: Opened, database: Database) -> None:
    old = account(database)
    add(opened, "mysql", old)
    as_admin(database, "INSTALL SONAME 'simple_password_check'")
    try:
        refused = opened("rotate", "db", "--yes")
        assert (refused.code, is_accepted(old)) == (5, True)
        assert "unchanged: " in refused.err
        assert "--plain-password" in refused.err
        told = opened("rotate", "db", "--yes", "--plain-password")
        assert (told.code, told.out) == (0, "db: done: the old key is refused\n"), told.err
    finally:
        as_admin(database, "UNINSTALL SONAME 'simple_password_check'")
    assert is_accepted(present(opened, "mysql"))
