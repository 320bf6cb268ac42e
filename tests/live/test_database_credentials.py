"""Credentials of real databases through the program, from a script."""

import json

from tests.live.postgresql import Database
from tests.support.opened import Opened


def test_a_body_of_the_order_is_added_and_probed(opened: Opened, postgresql: Database) -> None:
    body = {"name": "Analytics", "credentials_type": "postgres", "credentials": postgresql.values()}
    added = opened("add", "--from", "-", stdin=json.dumps(body).encode())
    assert added.code == 0
    assert added.out.startswith("added Analytics: accepted, analytics_user on PostgreSQL 1")
    probed = opened("probe", "Analytics", "--control", "--json")
    assert json.loads(probed.out)[0]["status"] == "accepted"
    assert postgresql.password not in added.out + added.err + probed.out + probed.err


def test_a_wrong_password_is_not_saved(opened: Opened, postgresql: Database) -> None:
    body = {"credentials_type": "postgres", "credentials": postgresql.values(password="wrong-EXAMPLE")}
    added = opened("add", "--from", "-", "--json", stdin=json.dumps(body).encode())
    assert (added.code, added.out) == (4, "")
    assert "(28P01)" in json.loads(added.err.splitlines()[-1])["error"]["message"]
    assert opened.names == []


def test_what_may_be_a_good_password_is_saved_with_a_warning(opened: Opened, mariadb: Database) -> None:
    """MariaDB says of an account that requires a certificate what it says of a wrong password."""
    body = {"credentials_type": "mysql", "credentials": mariadb.values(username="certified")}
    added = opened("add", "--from", "-", stdin=json.dumps(body).encode())
    assert added.code == 0
    assert "another host or a client certificate" in added.err
    assert "(1045)" in added.err
    assert opened.names == ["mysql"]


def test_flags_with_the_password_on_standard_input(opened: Opened, mariadb: Database) -> None:
    public = {"host": "127.0.0.1", "port": mariadb.port, "database_name": "analytics", "user": "modern"}
    settings = [word for name, value in public.items() for word in ("--set", f"{name}={value}")]
    settings += ["--set", "password=-", "--set", f"ca_certificate=@{mariadb.ca}", "--json"]
    added = opened("add", "mysql", *settings, stdin=mariadb.password.encode())
    assert json.loads(added.out)["probe"]["identity"].startswith("modern@% on 1")
