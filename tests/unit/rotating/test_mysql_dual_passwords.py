"""MySQL keeps the old password beside the new one: against a stand-in made from its manual, level "documented"."""

from collections.abc import Iterator, Mapping

import pytest

from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.rotating.find import rotator_for
from nexcred.rotating.passwords import PasswordRefused, PasswordRotator
from nexcred.rotating.rotator import CallFailed
from tests.support.standins.authority import Authority
from tests.support.standins.mysql import MysqlStandIn, serving
from tests.unit.rotating.acting import acting, login, plenty

PASSWORD = "it's \\ EXAMPLE"


@pytest.fixture
def server(authority: Authority) -> Iterator[MysqlStandIn]:
    with serving(MysqlStandIn(authority.server_context(), PASSWORD)) as stand_in:
        yield stand_in


@pytest.fixture
def old(server: MysqlStandIn, authority: Authority) -> dict[str, Value]:
    place: dict[str, Value] = {"host": "127.0.0.1", "port": server.port, "sslmode": "verify-full"}
    return {**place, "ca_certificate": authority.bundle.read_text(), "username": "ada", "password": Secret(PASSWORD)}


def rotator(fields: Mapping[str, Value]) -> PasswordRotator:
    connector = load_connector("mysql")
    found = rotator_for(acting(connector, login(connector, fields)))
    assert isinstance(found, PasswordRotator)
    return found


def revealed(fields: Mapping[str, Value]) -> str:
    value = fields["password"]
    assert isinstance(value, Secret)
    return str(value.reveal())


def test_the_old_password_works_on_until_it_is_ended(server: MysqlStandIn, old: dict[str, Value]) -> None:
    engine = rotator(old)
    planned = engine.plan(plenty()).fields
    assert engine.kind == "add"
    new = engine.create(planned, plenty())
    assert (server.password, server.second) == (revealed(new), PASSWORD)
    assert engine.create(planned, plenty()) == new
    assert (server.password, server.second) == (revealed(new), PASSWORD)
    for _ in range(2):
        assert rotator(new).end(old, new, plenty()) == "gone"
        assert (server.password, server.second) == (revealed(new), "")


def test_after_a_lost_answer_the_old_one_is_not_thrown_away(server: MysqlStandIn, old: dict[str, Value]) -> None:
    engine = rotator(old)
    planned = engine.plan(plenty()).fields
    assert planned is not None
    server.lose_answer_to = "RETAIN"
    with pytest.raises(CallFailed) as failed:
        engine.create(planned, plenty())
    assert failed.value.is_unknown
    assert engine.holds(old, planned, plenty()) == "new"
    assert engine.create(planned, plenty()) == planned
    assert server.second == PASSWORD


def test_it_is_undone_and_the_login_is_ended(server: MysqlStandIn, old: dict[str, Value]) -> None:
    engine = rotator(old)
    new = engine.create(engine.plan(plenty()).fields, plenty())
    for _ in range(2):
        engine.undo(old, new, plenty())
        assert (server.password, server.second) == (PASSWORD, "")
    engine.end(old, old, plenty())
    assert PASSWORD not in (server.password, server.second)
    assert server.second == ""


def test_without_the_right_to_keep_two_there_is_one(server: MysqlStandIn, old: dict[str, Value]) -> None:
    server.grants = "GRANT SELECT ON `sales`.* TO `ada`@`%`"
    engine = rotator(old)
    new = engine.create(engine.plan(plenty()).fields, plenty())
    assert engine.kind == "change"
    assert (server.password, server.second) == (revealed(new), "")
    assert engine.end(old, new, plenty()) == "gone"
    with pytest.raises(PasswordRefused):
        engine.plan(plenty())


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"version": "8.0.13"}, ProbeStatus.UNSUPPORTED, "no MariaDB 10 or MySQL 8.0.14"),
        ({"version": "5.7.44-log"}, ProbeStatus.UNSUPPORTED, "no MariaDB 10 or MySQL 8.0.14"),
        ({"version": "8.0.11-TiDB-v7.5.0"}, ProbeStatus.UNSUPPORTED, "TiDB"),
        ({"version": "8.0.33", "comment": "Dolt"}, ProbeStatus.UNSUPPORTED, "Dolt"),
        ({"process_told": 9}, ProbeStatus.UNSUPPORTED, "a proxy stands between"),
    ],
)
def test_what_keeps_passwords_otherwise_is_not_given_one(
    server: MysqlStandIn, old: dict[str, Value], changes: dict[str, object], status: ProbeStatus, words: str
) -> None:
    for name, value in changes.items():
        setattr(server, name, value)
    with pytest.raises(CallFailed, match=words) as failed:
        rotator(old).create(old, plenty())
    assert failed.value.status is status
    assert not any("ALTER" in one for one in server.statements)


@pytest.mark.parametrize(
    ("version", "comment"),
    [
        ("8.0.36-28", "Percona Server (GPL), Release 28"),
        ("8.0.35-0ubuntu0.22.04.1", "(Ubuntu)"),
        ("8.0.28", "Source distribution"),
        ("9.1.0-commercial", "MySQL Enterprise Server - Commercial"),
    ],
)
def test_builds_of_mysql_are_known(server: MysqlStandIn, old: dict[str, Value], version: str, comment: str) -> None:
    server.version, server.comment = version, comment
    assert rotator(old).plan(plenty()).fields is not None


def test_the_password_itself_goes_over_verified_tls_alone(server: MysqlStandIn, old: dict[str, Value]) -> None:
    unverified = {**old, "sslmode": "require"}
    del unverified["ca_certificate"]
    with pytest.raises(CallFailed, match="set sslmode to verify-full"):
        rotator(unverified).plan(plenty())
