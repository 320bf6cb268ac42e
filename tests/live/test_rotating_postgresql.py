"""Passwords of a real PostgreSQL are changed by their own roles, and no log of the server has one."""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime

import pytest

from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.passwords import PasswordRefused
from nexcred.rotating.rotator import CallFailed
from tests.live.logging_in import log_in
from tests.live.postgresql import Database, Server, serving
from tests.live.postgresql_proxy import commits, proxy_to
from tests.live.rotating_logins import (
    add,
    checked,
    connect_of,
    logged_in,
    new_role,
    password_of,
    plain_values,
    plenty,
    present,
    rotator,
    run_as,
    two_roles,
)
from tests.support.opened import Opened
from tests.support.standins.authority import Authority

Fields = Mapping[str, Value]


@pytest.fixture(scope="module")
def served(authority: Authority) -> Iterator[tuple[Server, Database]]:
    """A server that logs every statement, and all that this program's logins do."""
    with serving(authority) as (server, database):
        run_as("root", "postgres", database, "ALTER SYSTEM SET log_statement = 'all'")
        run_as("root", "postgres", database, "SELECT pg_reload_conf()")
        yield server, database


@pytest.fixture
def database(served: tuple[Server, Database]) -> Database:
    return served[1]


def status(fields: Fields) -> ProbeStatus:
    return log_in("postgres", plain_values(fields)).status


def kept(database: Database, fields: Fields) -> str:
    asked = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{fields['username']}'"
    ((found,),) = run_as("root", "postgres", database, asked)
    return found


def test_a_role_gets_a_new_password_and_its_old_one_back(served: tuple[Server, Database]) -> None:
    server, database = served
    old = new_role(database)
    engine = rotator("postgres", old)
    assert engine.kind == "change"
    planned = engine.plan(plenty())
    assert planned.fields is not None
    assert status(old) is ProbeStatus.ACCEPTED
    new = engine.create(planned.fields, plenty())
    assert engine.create(planned.fields, plenty()) == new
    assert (status(old), status(new)) == (ProbeStatus.REJECTED, ProbeStatus.ACCEPTED)
    assert kept(database, new).startswith("SCRAM-SHA-256$4096:")
    assert engine.holds(old, new, plenty()) == "new"
    assert engine.end(old, new, plenty()) == "gone"
    engine.undo(old, new, plenty())
    engine.undo(old, new, plenty())
    assert (status(old), status(new)) == (ProbeStatus.ACCEPTED, ProbeStatus.REJECTED)
    assert engine.holds(old, new, plenty()) == "old"
    assert engine.end(old, old, plenty()) == "gone"
    assert engine.end(old, old, plenty()) == "gone"
    assert (status(old), status(new)) == (ProbeStatus.REJECTED, ProbeStatus.REJECTED)
    assert engine.holds(old, new, plenty()) is None
    with pytest.raises(PasswordRefused, match="28P01"):
        engine.create(new, plenty())
    assert server.log.count("ALTER ROLE CURRENT_USER PASSWORD E'SCRAM-SHA-256$") >= 3
    for secret in (password_of(old), password_of(new)):
        assert secret not in server.log


def test_two_roles_take_turns(served: tuple[Server, Database]) -> None:
    server, database = served
    old = two_roles(database)
    engine = rotator("postgres", old)
    assert engine.kind == "add"
    new = engine.create(engine.plan(plenty()).fields, plenty())
    assert engine.create(new, plenty()) == new
    assert (new["username"], new["alternate_username"]) == (old["alternate_username"], old["username"])
    assert (status(old), status(new)) == (ProbeStatus.ACCEPTED, ProbeStatus.ACCEPTED)
    engine.undo(old, new, plenty())
    assert engine.holds(old, new, plenty()) == "old"
    assert engine.create(new, plenty()) == new
    after = rotator("postgres", new)
    assert after.last_used(old, plenty()) is None
    assert after.end(old, new, plenty()) == "gone"
    assert after.end(old, new, plenty()) == "gone"
    assert (status(old), status(new)) == (ProbeStatus.REJECTED, ProbeStatus.ACCEPTED)
    back = after.create(after.plan(plenty()).fields, plenty())
    assert (back["username"], status(back), status(new)) == (old["username"], *(2 * [ProbeStatus.ACCEPTED]))
    for fields in (old, new, back):
        assert password_of(fields) not in server.log
        assert password_of(fields, "alternate_password") not in server.log


def test_a_use_of_the_old_role_is_seen(database: Database) -> None:
    old = two_roles(database)
    new = rotator("postgres", old).plan(plenty()).fields
    assert new is not None
    began: list[datetime | None] = []
    with logged_in(connect_of("postgres", old)):
        began.append(rotator("postgres", new).last_used(old, plenty()))
    ((now,),) = run_as("root", "postgres", database, "SELECT extract(epoch FROM now())::bigint::text")
    assert began[0] is not None
    assert 0 <= int(now) - began[0].timestamp() < 300


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"alternate_username": "analytics_user"}, "one of them is missing"),
        ({"alternate_username": "analytics_user", "alternate_password": "EXAMPLE"}, "must name another login"),
        ({"alternate_username": "no_login", "alternate_password": None}, "not permitted to log in"),
        ({"username": "anybody"}, "without asking for the password"),
        ({"username": "outdated"}, "28P01"),
        ({"database": "closed"}, "permission denied"),
    ],
)
def test_what_cannot_be_changed_is_told_before(database: Database, values: dict[str, object], words: str) -> None:
    if "alternate_password" in values and values["alternate_password"] is None:
        values = {**values, "alternate_password": database.password}
    with pytest.raises(CallFailed, match=words) as failed:
        rotator("postgres", checked("postgres", database.values(**values))).plan(plenty())
    assert database.password not in failed.value.detail
    assert not failed.value.is_unknown


def test_what_a_role_s_settings_make_of_a_session_stops_nothing(database: Database) -> None:
    old = new_role(database)
    for setting in (
        "default_transaction_read_only = on",
        "standard_conforming_strings = off",
        "synchronous_commit = off",
        "search_path = public",
        "role = 'analytics_user'",
    ):
        run_as("root", "postgres", database, f"GRANT analytics_user TO {old['username']}")
        run_as("root", "postgres", database, f"ALTER ROLE {old['username']} SET {setting}")
    engine = rotator("postgres", old)
    new = engine.create(engine.plan(plenty()).fields, plenty())
    assert (status(old), status(new)) == (ProbeStatus.REJECTED, ProbeStatus.ACCEPTED)
    engine.undo(old, new, plenty())
    assert status(old) is ProbeStatus.ACCEPTED
    assert log_in("postgres", database.values()).status is ProbeStatus.ACCEPTED


def test_the_form_is_what_the_server_says(database: Database) -> None:
    old = new_role(database)
    run_as("root", "postgres", database, f"ALTER ROLE {old['username']} SET password_encryption = 'md5'")
    engine = rotator("postgres", old)
    planned = engine.plan(plenty()).fields
    engine.create(planned, plenty())
    assert kept(database, old).startswith("md5")


def test_a_password_beyond_ascii_comes_back(database: Database) -> None:
    old = new_role(database)
    run_as("root", "postgres", database, f"ALTER ROLE {old['username']} PASSWORD 'pässwörd ½ EXAMPLE'")
    old = {**old, "password": Secret("pässwörd ½ EXAMPLE")}
    engine = rotator("postgres", old)
    new = engine.create(engine.plan(plenty()).fields, plenty())
    engine.undo(old, new, plenty())
    assert (status(old), status(new)) == (ProbeStatus.ACCEPTED, ProbeStatus.REJECTED)


def test_a_server_is_given_the_password_itself_only_when_told_to(served: tuple[Server, Database]) -> None:
    server, database = served
    old = new_role(database)
    engine = rotator("postgres", old, is_plain=True)
    new = engine.create(engine.plan(plenty()).fields, plenty())
    assert status(new) is ProbeStatus.ACCEPTED
    assert f"PASSWORD E'{password_of(new)}'" in server.log
    engine.undo(old, new, plenty())
    assert status(old) is ProbeStatus.ACCEPTED


@pytest.mark.parametrize("fault", ["lose", "lose_answer_to"])
def test_after_a_lost_answer_it_is_asked_which_one_holds(database: Database, fault: str) -> None:
    direct = new_role(database)
    with proxy_to(database.port) as proxy:
        old = {**direct, "port": proxy.port, "sslmode": "disable"}
        engine = rotator("postgres", old)
        planned = engine.plan(plenty()).fields
        assert planned is not None
        setattr(proxy, fault, commits)
        with pytest.raises(CallFailed, match="in the middle of an answer") as failed:
            engine.create(planned, plenty())
        assert failed.value.is_unknown
        assert engine.holds(old, planned, plenty()) == ("new" if fault == "lose_answer_to" else "old")
        assert engine.create(planned, plenty()) == planned
        assert engine.holds(old, planned, plenty()) == "new"


def test_a_server_that_only_reads_is_told_before(served: tuple[Server, Database]) -> None:
    server, database = served
    with server.standby(f"user=root password={database.password}") as standby:
        old = checked("postgres", database.values(port=standby.port))
        with pytest.raises(CallFailed, match="a standby and only reads") as failed:
            rotator("postgres", old).plan(plenty())
    assert failed.value.status is ProbeStatus.FORBIDDEN


def of_another_process(data: bytes) -> bytes:
    """Tell of a process of its own, as PgBouncer and its kin do, which cannot pass on the server's."""
    at = data.find(b"K\0\0\0\x0c")
    return data if at < 0 else data[: at + 5] + secrets.token_bytes(4) + data[at + 9 :]


def test_a_pooler_is_named_before(database: Database) -> None:
    with proxy_to(database.port) as proxy:
        proxy.rewrite = of_another_process
        old = {**new_role(database), "port": proxy.port, "sslmode": "disable"}
        assert status(old) is ProbeStatus.ACCEPTED
        with pytest.raises(CallFailed, match="a pooler stands between") as failed:
            rotator("postgres", old).create(old, plenty())
    assert failed.value.status is ProbeStatus.UNSUPPORTED
    assert not any("ALTER ROLE" in one for one in proxy.statements)


@pytest.mark.parametrize(("sslmode", "is_told"), [("disable", True), ("require", False), ("verify-full", False)])
def test_no_hash_goes_where_others_may_read_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, sslmode: str, is_told: bool
) -> None:
    """Without a certificate to trust, SCRAM that is bound to the TLS line says whose it is."""
    monkeypatch.setattr("nexcred.databases.postgresql.stays_here", lambda _line: False)
    old = new_role(
        database, sslmode=sslmode, ca_certificate=database.ca.read_text() if sslmode == "verify-full" else None
    )
    engine = rotator("postgres", old)
    if is_told:
        with pytest.raises(CallFailed, match="others may read this line"):
            engine.plan(plenty())
    else:
        assert status(engine.create(engine.plan(plenty()).fields, plenty())) is ProbeStatus.ACCEPTED


def test_a_statement_that_waits_for_a_lock_is_not_done_later(database: Database) -> None:
    old = new_role(database)
    engine = rotator("postgres", old)
    planned = engine.plan(plenty()).fields
    assert planned is not None
    with logged_in(connect_of("postgres", checked("postgres", database.values(username="root")))) as other:
        other.ask(f"BEGIN; ALTER ROLE {old['username']} CONNECTION LIMIT 5")
        with pytest.raises(CallFailed, match="timeout") as failed:
            engine.create(planned, Deadline.after(6))
        other.ask("COMMIT")
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.PROVIDER_ERROR, False)
    assert engine.holds(old, planned, plenty()) == "old"


def test_the_program_rotates_a_role(opened: Opened, served: tuple[Server, Database]) -> None:
    server, database = served
    old = new_role(database, "VALID UNTIL '2101-02-03 04:05:06+00'")
    add(opened, "postgres", old)
    rotated = opened("rotate", "db", "--yes")
    assert (rotated.code, rotated.out) == (0, "db: done: the old key is refused\n"), rotated.err
    assert "shut out" not in rotated.err
    new = present(opened, "postgres")
    assert (status(old), status(new)) == (ProbeStatus.REJECTED, ProbeStatus.ACCEPTED)
    told = json.loads(opened("show", "db", "--json").out)
    assert told["expires_at"] == "2101-02-03T04:05:06.000Z"
    assert [one["state"] for one in json.loads(opened("history", "db", "--json").out)] == ["present", "dead"]
    for secret in (password_of(old), password_of(new)):
        assert secret not in server.log + rotated.out + rotated.err


def test_the_program_has_two_roles_take_turns_and_goes_back(opened: Opened, database: Database) -> None:
    old = two_roles(database)
    add(opened, "postgres", old)
    assert "both work for 24 h" in opened("rotate", "db", "--dry-run").out
    assert "both keys work until then" in opened("rotate", "db", "--yes").out
    new = present(opened, "postgres")
    assert (new["username"], status(old), status(new)) == (old["alternate_username"], *(2 * [ProbeStatus.ACCEPTED]))
    assert opened("rotate", "--undo", "db").out == "db: undone: the old key is in use\n"
    assert present(opened, "postgres") == old
    assert (status(old), status(new)) == (ProbeStatus.ACCEPTED, ProbeStatus.REJECTED)
    assert opened("rotate", "db", "--yes", "--grace", "0").out == "db: done: the old key is refused\n"
    assert status(old) is ProbeStatus.REJECTED
    assert opened("rotate", "db", "--yes", "--grace", "0").out == "db: done: the old key is refused\n"
    assert present(opened, "postgres")["username"] == old["username"]
