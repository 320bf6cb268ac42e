"""Connection strings in a variable. tests/live compares with libpq. One not to be parted: brianc/node-postgres#3376."""

import pytest

from nexcred.services.importing.found import ImportCandidate, Reading
from tests.support.import_readings import only, plain, problem, read_dotenv, told

VALUES = {"host": "h", "database": "d", "username": "u", "password": "p"}


def read(url: str, more: str = "") -> Reading:
    return read_dotenv(f'DATABASE_URL="{url}"\n{more}'.encode())


READ = [
    ("postgres://u:p@h/d", {}),
    ("postgresql+psycopg2://u:p@h:5433/d", {"port": "5433"}),
    ("postgres://u:p%2F%23%40%25@h/d", {"password": "p/#@%"}),
    ("postgres://u:p+q:r@h/d", {"password": "p+q:r"}),
    ("postgres://u:p@[::1]:1/d", {"host": "::1", "port": "1"}),
    ("postgres://h/d?user=u&password=p", {}),
    ("postgres:///d?host=h&user=u&password=p", {}),
    ("jdbc:postgresql://h/d?user=u&password=p&ssl=true", {}),
    ("host=h user=u password='p q\\\\'' dbname=d", {"password": "p q'"}),
    ("postgres://u:p@h/d?sslmode=no-verify", {"sslmode": "require"}),
    ("postgres://u:p@h/d?ssl=false", {"sslmode": "disable"}),
    ("postgres://u:p@h/d?sslmode=verify-ca", {"sslmode": "verify-ca"}),
]


@pytest.mark.parametrize(("url", "more"), READ, ids=[url for url, _ in READ])
def test_a_database_of_postgresql(url: str, more: dict[str, object]) -> None:
    assert only(read(url)) == {**VALUES, **more}


MYSQL = [
    ("mysql://u:p@h/d?ssl-mode=REQUIRED", "require"),
    ("mysql+pymysql://u:p@h/d?sslMode=VERIFY_IDENTITY", "verify-full"),
    ("jdbc:mysql://h/d?user=u&password=p&useSSL=false", "disable"),
    ("mariadb://u:p@h/d?tls=skip-verify", "require"),
    ("mysql://u:p@h/d?sslaccept=strict", None),
    ("mysql2://u:p@h/d", None),
]


@pytest.mark.parametrize(("url", "mode"), MYSQL, ids=[url for url, _ in MYSQL])
def test_a_database_of_mysql(url: str, mode: str | None) -> None:
    assert only(read(url)) == {**VALUES, **({"sslmode": mode} if mode else {})}


REFUSED = [
    ("postgres://u:12/34@h/d", "write '/' as %2F"),
    ("postgres://u:pa#ss@h/d", "'#' as %23"),
    ("postgres://u:pa?ss@h/d", "'?' as %3F"),
    ("postgres://u:p@q@h/d", "write '@' as %40"),
    ("postgres://u:p@q/r@h/d", "'@' as %40"),
    ("postgres://u:50%@h/d", "write '%' as %25"),
    ("postgres://u:a b@h/d", "write ' ' as %20"),
    ("postgres://u:p%FF@h/d", "percent-encoded bytes that are not UTF-8"),
    ("postgres://h/d?user=u&password=a+b", "write '+' as %2B"),
    ("postgres://u:p@h1,h2/d", "names several hosts"),
    ("mysql://u:p@h/d?host=a,b", "names several hosts"),
    ("postgres://u:p@h:x/d", "has a host or port that cannot be read"),
    ("postgres://u:p@/d?host=/run", "is for a socket of this machine"),
    ("mysql://u:p@h/d?ssl-mode=SOMETIMES", "asks for TLS with a word that no connector knows (sslmode)"),
    ("postgres://u:p@h/d?ssl=maybe", "asks for TLS with a word that no connector knows (ssl)"),
    ("host=h user=u password=p q", "put a value with a blank or a quote in single quotes"),
]


@pytest.mark.parametrize(("url", "why"), REFUSED, ids=[url for url, _ in REFUSED])
def test_a_url_that_readers_part_differently_is_named_and_the_rest_is_read(url: str, why: str) -> None:
    assert why in problem(read(url))
    assert len(read(url, "REPORTS_URL=postgres://u:p@h/d\n").found) == 2


@pytest.mark.parametrize("mode", ["prefer", "allow", "PREFERRED"])
def test_tls_that_wavers_is_left_out_by_name_and_all_is_checked(mode: str) -> None:
    (one,) = read(f"mysql://u:p@h/d?sslmode={mode}").found
    assert isinstance(one, ImportCandidate)
    assert (plain(one), one.left_out) == (VALUES, (f"sslmode={mode.lower()}",))


def test_a_url_without_a_password_is_none_of_ours() -> None:
    assert read("postgres://u@h/d").found == []
    assert read("host=h", "A_URL=https://u:p@h/\n").found == []


def test_the_user_and_password_beside_a_url_of_jdbc() -> None:
    lines = b"SPRING_DATASOURCE_URL=jdbc:postgresql://h/d\nSPRING_DATASOURCE_USERNAME=u\nSPRING_DATASOURCE_PASSWORD=p\n"
    assert told(read_dotenv(lines)) == [("spring", "postgres", VALUES)]
    assert read_dotenv(lines).unused == ()
