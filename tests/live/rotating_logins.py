"""Rotating database logins in process, as `rotate` does, one call of its engine at a time."""

import json
import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager

from nexcred.auth.database_login import Connect
from nexcred.connectors.effective import login_of
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.databases.login_session import LoginSession, Rows, open_login
from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.find import rotator_for
from nexcred.rotating.passwords import PasswordRotator
from nexcred.services.values.hosts import sending_policy
from tests.live.postgresql import Database
from tests.support.opened import Opened

PLENTY_S = 60.0


def plenty() -> Deadline:
    return Deadline.after(PLENTY_S)


def checked(connector_name: str, values: Mapping[str, object]) -> Mapping[str, Value]:
    connector = load_connector(connector_name)
    return check_values(connector, connector.methods[0], values)


def rotator(connector_name: str, fields: Mapping[str, Value], *, is_plain: bool = False) -> PasswordRotator:
    connector = load_connector(connector_name)
    method = connector.methods[0]
    details = Details(connector.name, connector.digest, method.name, (), fields)
    own = ActingLogin(method, details, sending_policy(method, details))
    found = rotator_for(Acting(connector, own, None, {}, resolve, utc_now, is_plain=is_plain))
    assert isinstance(found, PasswordRotator)
    return found


def connect_of(connector_name: str, fields: Mapping[str, Value]) -> Connect:
    connect = login_of(load_connector(connector_name).methods[0], fields)
    assert connect is not None
    return connect


def run_as(username: str, connector_name: str, database: Database, statements: str) -> Rows:
    """Have statements done by a login of the server's."""
    with logged_in(connect_of(connector_name, checked(connector_name, database.values(username=username)))) as session:
        return session.ask(statements)


def logged_in(connect: Connect) -> AbstractContextManager[LoginSession]:
    return open_login(connect, plenty(), environment={}, resolver=resolve)


def plain_values(fields: Mapping[str, Value]) -> dict[str, object]:
    """Return the values as they are typed."""
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in fields.items()}


def add(opened: Opened, connector_name: str, fields: Mapping[str, Value]) -> None:
    """Add the credential `db` and prove it."""
    body = {"name": "db", "credentials_type": connector_name, "credentials": plain_values(fields)}
    added = opened("add", "--from", "-", stdin=json.dumps(body).encode())
    assert (added.code, added.out.partition(",")[0]) == (0, "added db: accepted"), added.err


def present(opened: Opened, connector_name: str) -> Mapping[str, Value]:
    """Return the values that `db` has now."""
    shown = opened("show", "db", "--reveal", "--json")
    assert shown.code == 0, shown.err
    return checked(connector_name, json.loads(shown.out)["credentials"])


def new_role(database: Database, options: str = "", **more: object) -> Mapping[str, Value]:
    """Make a role of its own; return the values of its credential."""
    name, password = f"role_{secrets.token_hex(4)}", f"EXAMPLE '\\ {secrets.token_hex(8)}"
    quoted = password.replace("'", "''")
    run_as("root", "postgres", database, f"CREATE ROLE {name} LOGIN PASSWORD '{quoted}' {options}")
    return checked("postgres", database.values(username=name, password=password, **more))


def two_roles(database: Database) -> Mapping[str, Value]:
    first, second = new_role(database), new_role(database)
    return {**first, "alternate_username": second["username"], "alternate_password": second["password"]}


def password_of(fields: Mapping[str, Value], name: str = "password") -> str:
    value = fields[name]
    assert isinstance(value, Secret)
    return str(value.reveal())
