"""How a vault's database is logged in to: the places where libpq keeps a login."""

from pathlib import Path

import pytest

from nexcred.errors import StoreFailed
from nexcred.stores.postgresql.address import Address
from nexcred.stores.postgresql.login import login_of

ADDRESS = Address("db.example", 5432, "vaults", "nexcred")
PEM = "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----\n"


def refuse(text: str) -> None:
    raise AssertionError(text)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def _kept(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_variables_say_who_logs_in() -> None:
    login = login_of(ADDRESS, {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE"}, refuse)
    assert (login.host, login.port, login.database) == ("db.example", 5432, "vaults")
    assert (login.username, login.password, login.tls, login.ca) == ("ada", "EXAMPLE", "verify-full", "")


def test_the_user_of_the_url_comes_first() -> None:
    login = login_of(ADDRESS._replace(user="bob"), {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE"}, refuse)
    assert login.username == "bob"


def test_other_variables_change_neither_place_nor_tls() -> None:
    others = {"PGHOST": "evil.example", "PGPORT": "1", "PGDATABASE": "x", "PGSSLMODE": "disable", "PGHOSTADDR": "::1"}
    login = login_of(ADDRESS, {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE", **others}, refuse)
    assert (login.host, login.port, login.database, login.tls) == ("db.example", 5432, "vaults", "verify-full")
    assert login.address == ""


def test_the_password_file_is_asked_last(home: Path) -> None:
    _kept(home / ".pgpass", "other:5432:*:ada:wrong\ndb.example:*:vaults:ada:pass\\:word EXAMPLE\n")
    assert login_of(ADDRESS, {"PGUSER": "ada"}, refuse).password == "pass:word EXAMPLE"
    assert login_of(ADDRESS, {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE"}, refuse).password == "EXAMPLE"
    named = _kept(home / "named", "*:*:*:*:EXAMPLE of another file\n")
    login = login_of(ADDRESS, {"PGUSER": "ada", "PGPASSFILE": str(named)}, refuse)
    assert login.password == "EXAMPLE of another file"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_password_file_that_others_read_is_not_used(home: Path, mode: int) -> None:
    _kept(home / ".pgpass", "*:*:*:*:EXAMPLE\n", mode)
    told: list[str] = []
    with pytest.raises(StoreFailed, match="no password for ada"):
        login_of(ADDRESS, {"PGUSER": "ada"}, told.append)
    assert len(told) == 1
    assert "others may read it" in told[0]


def test_a_service_says_what_the_url_leaves_open(home: Path) -> None:
    certificate = _kept(home / "ca.pem", PEM)
    options = f"host=db.example\nuser=ada\npassword=EXAMPLE\nsslmode=disable\nsslrootcert={certificate}\n"
    _kept(home / ".pg_service.conf", f"[vaults]\n{options}")
    for login in (
        login_of(ADDRESS, {"PGSERVICE": "vaults"}, refuse),
        login_of(ADDRESS._replace(service="vaults"), {"PGUSER": "bob", "PGPASSWORD": "wrong"}, refuse),
    ):
        assert (login.username, login.password, login.tls, login.ca) == ("ada", "EXAMPLE", "verify-full", PEM)


@pytest.mark.parametrize("line", ["host=other.example", "port=6432", "dbname=other"])
def test_of_a_service_for_another_server_nothing_is_taken(home: Path, line: str) -> None:
    named = _kept(home / "services", f"[vaults]\n{line}\nuser=ada\npassword=EXAMPLE\n")
    environment = {"PGSERVICE": "vaults", "PGSERVICEFILE": str(named), "PGUSER": "bob", "PGPASSWORD": "EXAMPLE-2"}
    assert login_of(ADDRESS, environment, refuse).username == "bob"
    with pytest.raises(StoreFailed, match="is for another server"):
        login_of(ADDRESS._replace(service="vaults"), environment, refuse)


def test_a_service_that_the_url_names_is_somewhere(home: Path) -> None:
    with pytest.raises(StoreFailed, match="no file has the service 'vaults'"):
        login_of(ADDRESS._replace(service="vaults"), {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE"}, refuse)
    folder = home / "etc"
    folder.mkdir()
    _kept(folder / "pg_service.conf", "[vaults]\nuser=ada\npassword=EXAMPLE\n")
    login = login_of(ADDRESS._replace(service="vaults"), {"PGSYSCONFDIR": str(folder)}, refuse)
    assert login.username == "ada"


def test_authorities_are_those_of_the_url_then_the_variable(home: Path) -> None:
    environment = {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE", "PGSSLROOTCERT": str(_kept(home / "b.pem", PEM + "b"))}
    assert login_of(ADDRESS, environment, refuse).ca == PEM + "b"
    named = ADDRESS._replace(root_certificate=str(_kept(home / "a.pem", PEM + "a")))
    assert login_of(named, environment, refuse).ca == PEM + "a"
    assert login_of(ADDRESS._replace(root_certificate="system"), environment, refuse).ca == ""
    assert login_of(named._replace(sslmode="disable"), environment, refuse).ca == ""


@pytest.mark.parametrize("content", ["", "not PEM", PEM + "ä"])
def test_a_file_of_authorities_that_has_none_is_refused(home: Path, content: str) -> None:
    named = ADDRESS._replace(root_certificate=str(_kept(home / "ca.pem", content)))
    with pytest.raises(StoreFailed, match="is not PEM"):
        login_of(named, {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE"}, refuse)


def test_files_that_are_missing_are_named(home: Path) -> None:
    named = ADDRESS._replace(root_certificate=str(home / "gone.pem"))
    with pytest.raises(StoreFailed, match=r"gone\.pem.* cannot be read: no such file"):
        login_of(named, {"PGUSER": "ada", "PGPASSWORD": "EXAMPLE"}, refuse)


@pytest.mark.parametrize("environment", [{}, {"PGPASSWORD": "EXAMPLE"}, {"PGUSER": ""}])
def test_without_a_user_nobody_logs_in(environment: dict[str, str]) -> None:
    with pytest.raises(StoreFailed, match="nothing says who logs in"):
        login_of(ADDRESS, environment, refuse)


def test_no_secret_is_shown_by_accident() -> None:
    login = login_of(ADDRESS, {"PGUSER": "ada", "PGPASSWORD": "hidden-EXAMPLE"}, refuse)
    assert "hidden" not in repr(login)
