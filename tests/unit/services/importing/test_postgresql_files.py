"""Service and password files as libpq reads them. tests/live compares with libpq."""

import pytest

from nexcred.services.importing.files import NoFiles, SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.pg_service import pg_service_places, read_pg_service_files
from nexcred.services.importing.pgpass import pgpass_places, read_pgpass
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import SomeFiles, only, plain, problem, told

LOGIN = "host=h\ndbname=d\nuser=u\npassword=p-EXAMPLE\n"
VALUES = {"host": "h", "database": "d", "username": "u", "password": "p-EXAMPLE"}


def read(text: str, **files: str) -> Reading:
    return read_pg_service_files((SourceFile("FILE", text.encode()),), SomeFiles(**files))


READ = [
    ("password= p # x ", " p # x"),
    ("  password=p-EXAMPLE\r", "p-EXAMPLE"),
    ("password='p'", "'p'"),
    ("password=a\npassword=b", "a"),
    ("# password=a\npassword=b", "b"),
]


@pytest.mark.parametrize(("lines", "password"), READ)
def test_a_value_is_what_stands_behind_the_equals_sign(lines: str, password: str) -> None:
    assert only(read(f"[a]\nhost=h\nuser=u\n{lines}\n"))["password"] == password


def test_a_blank_before_the_equals_sign_is_refused_as_libpq_does() -> None:
    why = "line 6 is not NAME=VALUE, without a blank before the '='"
    assert problem(read(f"[a]\n{LOGIN}sslmode = require\n")) == why


def test_the_first_of_two_services_of_one_name_is_taken_and_the_other_named() -> None:
    found = read(f"[a]\n{LOGIN}[a]\nhost=other\n")
    assert only(found) == VALUES
    assert found.notes == ("line 6 is left out: libpq takes the first [a], on line 1",)


def test_a_database_that_is_not_named_is_the_users() -> None:
    assert only(read("[a]\nhost=h\nuser=u\npassword=p\n"))["database"] == "u"


def test_the_host_is_for_the_certificate_and_the_address_alone_is_a_host() -> None:
    (one,) = read(f"[a]\n{LOGIN}hostaddr=10.0.0.1\n").found
    assert isinstance(one, ImportCandidate)
    assert (plain(one), one.left_out) == ({**VALUES, "hostaddr": "10.0.0.1"}, ())
    assert only(read("[a]\nhostaddr=10.0.0.1\nuser=u\npassword=p\n"))["host"] == "10.0.0.1"


REFUSED = [
    ("host=/run\n", "is for a socket of this machine"),
    ("host=a,b\n", "names several hosts, and a credential is for one"),
    ("host=h\nsslmode=REQUIRE!\n", "asks for TLS with a word that PostgreSQL does not know (sslmode)"),
]


@pytest.mark.parametrize(("lines", "why"), REFUSED)
def test_a_service_that_is_no_credential_is_named(lines: str, why: str) -> None:
    assert problem(read(f"[a]\npassword=p\n{lines}")) == why


def test_tls_that_wavers_is_left_out_by_name() -> None:
    (one,) = read(f"[a]\n{LOGIN}sslmode=prefer\n").found
    assert isinstance(one, ImportCandidate)
    assert (plain(one), one.left_out) == (VALUES, ("sslmode=prefer",))


def test_the_certificate_that_is_named_comes_along() -> None:
    assert only(read(f"[a]\n{LOGIN}sslrootcert=ca\n", ca="PEM"))["ca_certificate"] == "PEM"
    (one,) = read(f"[a]\n{LOGIN}sslrootcert=gone\n").found
    assert isinstance(one, ImportCandidate)
    assert one.left_out == ("sslrootcert",)


def test_a_password_that_a_service_leaves_out_is_that_of_the_password_file() -> None:
    services = SourceFile("S", b"[a]\nhost=h\nuser=u\n[b]\nhost=h\nuser=v\n[c]\nhost=i\nuser=v\npassfile=mine\n")
    passwords = SourceFile("P", b"h:5433:*:u:no\nh:5432:u:u:first\nh:*:*:u:later\n", "passwords")
    found = read_pg_service_files((services, passwords), SomeFiles(mine="i:*:*:*:own\n"))
    assert [one if isinstance(one, str) else one[2]["password"] for one in told(found)] == [
        "first",
        "holds no password",
        "own",
    ]


PASSWORDS = [
    ("h:5432:d:u:a\\:b", {"host": "h", "port": "5432", "database": "d", "username": "u", "password": "a:b"}),
    ("\\:\\:1:*:d:u:p", {"host": "::1", "database": "d", "username": "u", "password": "p"}),
    ("h:*:d:\\*:p", {"host": "h", "database": "d", "username": "*", "password": "p"}),
    ("h:*:d:u: p \r", {"host": "h", "database": "d", "username": "u", "password": " p "}),
]


@pytest.mark.parametrize(("line", "values"), PASSWORDS)
def test_a_line_of_a_password_file(line: str, values: dict[str, object]) -> None:
    assert only(read_pgpass(f"{line}\n".encode())) == values


def test_a_password_with_a_bare_colon_is_named() -> None:
    assert "write it '\\:'" in problem(read_pgpass(b"h:5432:d:u:a:b\n"))


def test_a_line_that_libpq_never_comes_to_is_named() -> None:
    found = told(read_pgpass(b"h:*:*:u:a\nh:5432:d:u:b\nh:5432:d:u:a\n*:*:*:*:c\nk:1:d:u:d\n"))
    assert found[1] == "is never used: line 1 matches first, with another password"
    assert found[2] == (
        "u@h d",
        "postgres",
        {"host": "h", "port": "5432", "database": "d", "username": "u", "password": "a"},
    )
    assert found[4] == "is never used: line 4 matches first, with another password"


def test_the_files_are_those_that_libpq_reads() -> None:
    assert pgpass_places({"PGPASSFILE": "/p"})[0].shown == "/p (PGPASSFILE)"
    named = pg_service_places({"PGSERVICEFILE": "/s", "PGSYSCONFDIR": "/etc/pg"})
    assert [place.path for place in named] == ["/s", "/etc/pg/pg_service.conf", "~/.pgpass"]
    assert read_pg_service_files((SourceFile("P", b"h:*:*:u:p\n", "passwords"),), NoFiles()).found == []
    assert SOURCES["pgservice"].read(b"").found == []
