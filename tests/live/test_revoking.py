"""Logins of real databases are ended by themselves, and asked with once: a wrong password too many locks them out."""

import json
from collections.abc import Iterator, Mapping

import pyte
import pytest

from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from tests.live.logging_in import log_in
from tests.live.mariadb import serving as serving_mariadb
from tests.live.postgresql import Database, Server, serving
from tests.live.rotating_logins import add, checked, new_role, password_of, plain_values, run_as
from tests.support.opened import Opened
from tests.support.people import said_no
from tests.support.standins.authority import Authority
from tests.support.terminal import Typed, lines_of, play

Fields = Mapping[str, Value]
_LEAVING = """
CREATE USER leaving IDENTIFIED BY '{password}';
GRANT SELECT ON analytics.* TO leaving;
"""


@pytest.fixture(scope="module")
def served(authority: Authority) -> Iterator[tuple[Server, Database]]:
    with serving(authority) as (server, database):
        run_as("root", "postgres", database, "ALTER SYSTEM SET log_statement = 'all'")
        run_as("root", "postgres", database, "SELECT pg_reload_conf()")
        yield server, database


def status(connector: str, fields: Fields) -> ProbeStatus:
    return log_in(connector, plain_values(fields)).status


def states(opened: Opened) -> list[str]:
    return [one["state"] for one in json.loads(opened("history", "db", "--json").out)]


def revoked_as_present(opened: Opened, connector: str, fields: Fields) -> None:
    """Revoke the present password, which needs to be said twice, and see that nothing lets in with it."""
    add(opened, connector, fields)
    assert said_no(opened("revoke", "db", "--yes"), 2, "ends the login at the database", "--revision 1 --yes")
    assert status(connector, fields) is ProbeStatus.ACCEPTED
    revoked = opened("revoke", "db", "--revision", "1", "--yes")
    assert (revoked.code, revoked.out) == (0, "revoked db: the key of 'db' is refused, and dead\n"), revoked.err
    assert (status(connector, fields) is ProbeStatus.ACCEPTED, states(opened)) == (False, ["dead"])
    assert password_of(fields) not in revoked.out + revoked.err


def test_a_role_ends_its_own_login(opened: Opened, served: tuple[Server, Database]) -> None:
    server, database = served
    fields = new_role(database)
    revoked_as_present(opened, "postgres", fields)
    assert password_of(fields) not in server.log
    again = opened("revoke", "db", "--revision", "1", "--yes")
    assert (again.code, "is dead already" in again.out) == (0, True)


def test_at_a_terminal_the_end_of_a_login_is_asked_twice(opened: Opened, served: tuple[Server, Database]) -> None:
    fields = new_role(served[1])
    add(opened, "postgres", fields)
    environment = {**opened.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(120, 40)
    typed = [Typed("Revoke it?", "y"), Typed("Really?", "n")]
    ended = play(opened.command("revoke", "db"), typed, screen, environment=environment, folder=opened.home)
    assert (ended.code, "nothing was revoked" in "\n".join(lines_of(screen))) == (1, True)
    assert (status("postgres", fields), states(opened)) == (ProbeStatus.ACCEPTED, ["present"])


def test_an_account_ends_its_own_login(opened: Opened, authority: Authority) -> None:
    with serving_mariadb(authority, _LEAVING) as database:
        revoked_as_present(opened, "mysql", checked("mysql", database.values(username="leaving")))


def test_a_former_password_is_dead_by_the_change_of_it(opened: Opened, served: tuple[Server, Database]) -> None:
    server, database = served
    old = new_role(database)
    add(opened, "postgres", old)
    run_as("root", "postgres", database, f"ALTER ROLE {old['username']} PASSWORD 'next-EXAMPLE'")
    changed = opened("update", "db", "--set", "password=env:NEXT", environment={"NEXT": "next-EXAMPLE"})
    assert (changed.code, states(opened)) == (0, ["present", "unknown"]), changed.err
    before = server.log.count("password authentication failed")
    revoked = opened("revoke", "db", "--revision", "1", "--yes")
    assert (revoked.code, states(opened)) == (0, ["present", "dead"]), revoked.err
    assert server.log.count("password authentication failed") - before <= 2  # to end it, and to prove it
    assert opened("probe", "db").code == 0


def test_a_former_role_is_a_login_of_its_own_and_is_ended(opened: Opened, served: tuple[Server, Database]) -> None:
    _, database = served
    old, new = new_role(database), new_role(database)
    add(opened, "postgres", old)
    changed = opened(
        *("update", "db", "--set", f"username={new['username']}", "--set", "password=env:NEXT"),
        environment={"NEXT": password_of(new)},
    )
    assert changed.code == 0, changed.err
    asked = opened("probe", "db", "--revision", "1")
    assert (asked.code, "still works" in asked.err, states(opened)) == (0, True, ["present", "alive"])
    assert opened("revoke", "db", "--revision", "1", "--yes").code == 0
    assert (status("postgres", old), states(opened)) == (ProbeStatus.REJECTED, ["present", "dead"])
    assert opened("probe", "db").code == 0
