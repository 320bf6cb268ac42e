"""Option files as `mysql` joins their groups. tests/live compares with my_print_defaults.

Includes that were not followed: nagios-plugins/nagios-plugins#692.
"""

import pytest

from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.my_cnf import my_cnf_places, read_my_cnf_files
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import SomeFiles, only, plain, problem, told

LOGIN = "user=u\npassword=p-EXAMPLE\n"
VALUES = {"host": "localhost", "username": "u", "password": "p-EXAMPLE"}


def read(*texts: str, **files: str) -> Reading:
    named = [SourceFile(f"f{number}", text.encode()) for number, text in enumerate(texts)]
    return read_my_cnf_files(named, SomeFiles(**files))


def test_included_files_are_read_where_they_stand() -> None:
    text = f"[client]\n{LOGIN}!include a\n!includedir d\nport=1\n"
    files = {
        "a": "[client]\npassword=a-EXAMPLE\n",
        "d/1.cnf": "[client]\nhost=h\nport=9\n",
        "d/2.txt": "[client]\nhost=no\n",
    }
    assert only(read(text, **files)) == {**VALUES, "password": "a-EXAMPLE", "host": "h", "port": "1"}


def test_an_include_that_cannot_be_read_is_named_and_in_the_way() -> None:
    found = told(read(f"[client]\n{LOGIN}!include gone\n!includedir nowhere\n"))
    assert found[:2] == [
        "includes gone, which cannot be read: no such file or directory",
        "includes nowhere, which cannot be read: no such file or directory",
    ]
    assert len(found) == 3


def test_files_that_include_each_other_come_to_an_end() -> None:
    found = read(f"[client]\n{LOGIN}!includedir d\n", **{f"d/{one}.cnf": "!includedir d\n" for one in "abc"})
    assert "too many files are included" in str(told(found))


def test_an_included_file_that_is_no_text_is_named() -> None:
    files = SomeFiles()
    files.texts["a"] = b"\xff\xfe"
    (found,) = told(read_my_cnf_files([SourceFile("f", b"!include a\n")], files))
    assert found == "includes a: the file is UTF-16"


def test_later_files_and_lines_win() -> None:
    assert only(read(f"[client]\n{LOGIN}host=a\n", "[client]\nhost=b\n[mysql]\nport=1\n[client]\nport=2\n")) == {
        **VALUES,
        "host": "b",
        "port": "2",
    }


def test_the_groups_of_a_suffix_have_what_those_without_say() -> None:
    base, reports = read(
        f"[client]\n{LOGIN}host=a\nssl-mode=REQUIRED\n[client_reports]\nhost=b\n[mysql_reports]\ndatabase=d\n"
    ).found
    assert isinstance(base, ImportCandidate)
    assert isinstance(reports, ImportCandidate)
    assert plain(base) == {**VALUES, "host": "a", "sslmode": "require"}
    assert (reports.name, plain(reports)) == ("reports", {**VALUES, "host": "b", "database": "d", "sslmode": "require"})


PASSWORDS = [
    ("password='a#b' # c", "a#b"),
    ('password="a\\"b"', 'a"b'),
    ("password=a\\sb\\qc", "a b\\qc"),
    ("password=a#b", "a"),
    ("loose-password=a", "a"),
    ("pass=a", "a"),
    ("password=x\npassword = a ", "a"),
    ("[CLIENT]\npassword=a", "a"),
    ("[client ]\npassword=a", "a"),
    ("password=x\n; c\n# d\n[mysql]\npassword=a", "a"),
    ("password='a", "'a"),
    ("password=a\\", "a\\"),
]


@pytest.mark.parametrize(("lines", "password"), PASSWORDS)
def test_quotes_escapes_and_names(lines: str, password: str) -> None:
    assert only(read(f"[client]\nuser=u\n{lines}\n"))["password"] == password


REFUSED = [
    ("user=u\n[client]\npassword=p\n", "comes before the first [group]"),
    ("[client\npassword=p\n", "begins a group and does not end its name"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_lines_at_which_mysql_stops_are_named(text: str, why: str) -> None:
    assert told(read(text))[0] == why


def test_a_password_that_is_to_be_asked_for_is_none() -> None:
    assert problem(read("[client]\npassword=p\n[mysql]\npassword\n")) == "holds no password"


TLS = [
    ("ssl-mode=VERIFY_IDENTITY", "verify-full"),
    ("ssl_mode = verify_ca", "verify-ca"),
    ("ssl-mode=DISABLED", "disable"),
    ("skip-ssl", "disable"),
    ("ssl-verify-server-cert", "verify-full"),
    ("ssl-verify-server-cert=0", "require"),
    ("skip-ssl-verify-server-cert", "require"),
    ("skip-ssl\nssl-mode=REQUIRED", "require"),
]


@pytest.mark.parametrize(("lines", "mode"), TLS)
def test_tls_is_what_the_options_ask_for(lines: str, mode: str) -> None:
    assert only(read(f"[client]\n{LOGIN}{lines}\n"))["sslmode"] == mode


def test_tls_that_wavers_is_left_out_by_name_and_all_is_checked() -> None:
    (one,) = read(f"[client]\n{LOGIN}ssl-mode=PREFERRED\n").found
    assert isinstance(one, ImportCandidate)
    assert (plain(one), one.left_out) == (VALUES, ("ssl-mode",))


def test_the_certificate_that_is_named_comes_along() -> None:
    assert only(read(f"[client]\n{LOGIN}ssl-ca=ca.pem\n", **{"ca.pem": "PEM"}))["ca_certificate"] == "PEM"
    (one,) = read(f"[client]\n{LOGIN}ssl-ca=gone\n").found
    assert isinstance(one, ImportCandidate)
    assert one.left_out == ("ssl-ca",)


def test_passwords_of_other_programs_are_named() -> None:
    found = read(f"[mysqldump]\n{LOGIN}[mysqld]\nport=1\n")
    assert (found.found, found.notes) == ([], ("left out, since mysql does not read them: [mysqldump]",))


def test_groups_without_a_login_are_no_credential() -> None:
    assert SOURCES["mysql"].read(b"[client-server]\nsocket=/run/s\n[mysqld]\nport=1\n").found == []


def test_the_files_are_those_that_a_client_reads() -> None:
    assert [place.path for place in my_cnf_places({"MYSQL_HOME": "/h"})] == [
        "/etc/my.cnf",
        "/etc/mysql/my.cnf",
        "/h/my.cnf",
        "~/.my.cnf",
        "~/.mylogin.cnf",
    ]
    assert my_cnf_places({"MYSQL_HOME": "/h", "MARIADB_HOME": "/m"})[2].shown == "/m/my.cnf (MARIADB_HOME)"
