"""`nexcred import` reads the files that the tool itself would read, and says which. 1Password/shell-plugins#178."""

import os
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

AWS = "[work]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s-EXAMPLE\n"
NETRC = "machine api.example.com login ada password p-EXAMPLE\n"
PGPASS = "db.example.com:5432:d:u:p-EXAMPLE\n"
SERVICE = "[work]\nhost=db.example.com\nuser=u\n"
MY_CNF = "[client_work]\nhost=db.example.com\nuser=u\npassword=p-EXAMPLE\n"
VARIABLES = [
    ("aws", "AWS_SHARED_CREDENTIALS_FILE", "elsewhere", AWS),
    ("aws", "AWS_CONFIG_FILE", "elsewhere", AWS.replace("[work]", "[profile work]")),
    ("pgpass", "PGPASSFILE", "elsewhere", PGPASS),
    ("netrc", "NETRC", "elsewhere", NETRC),
    ("mysql", "MYSQL_HOME", "elsewhere/my.cnf", MY_CNF),
]
DEFAULTS = [
    ("aws", ".aws/credentials", AWS),
    ("pgpass", ".pgpass", PGPASS),
    ("netrc", ".netrc", NETRC),
    ("mysql", ".my.cnf", MY_CNF),
]


def write(program: Program, name: str, text: str) -> Path:
    path = program.home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(("source", "variable", "name", "text"), VARIABLES, ids=[one[1] for one in VARIABLES])
def test_the_file_that_a_variable_names(vaulted: Program, source: str, variable: str, name: str, text: str) -> None:
    path = write(vaulted, name, text)
    where = path.parent if variable == "MYSQL_HOME" else path
    done = vaulted("import", source, "--yes", environment={variable: str(where)})
    assert done.code == 0, done.err
    assert f"{path} ({variable})" in done.err
    assert "imported 1" in done.err


@pytest.mark.parametrize(("source", "name", "text"), DEFAULTS, ids=[one[0] for one in DEFAULTS])
def test_the_file_where_its_tools_keep_it(vaulted: Program, source: str, name: str, text: str) -> None:
    write(vaulted, name, text)
    done = vaulted("import", source, "--yes")
    assert done.code == 0, done.err
    assert f"~/{name}" in done.err


def test_a_service_with_the_password_that_libpq_would_find(vaulted: Program) -> None:
    service, passwords = write(vaulted, "services", SERVICE), write(vaulted, "passwords", "*:*:*:u:p-EXAMPLE\n")
    named = {"PGSERVICEFILE": str(service), "PGPASSFILE": str(passwords)}
    done = vaulted("import", "pgservice", "--yes", environment=named)
    assert done.code == 0, done.err
    assert f"{service} (PGSERVICEFILE) and {passwords} (PGPASSFILE)" in done.err
    assert vaulted("get", "work/password").out == "p-EXAMPLE"


def test_keys_and_region_of_a_profile_come_from_both_files_of_aws(vaulted: Program) -> None:
    write(vaulted, ".aws/credentials", AWS)
    write(vaulted, ".aws/config", "[profile work]\nregion = eu-west-1\n[profile sso]\nsso_session = s\n")
    done = vaulted("import", "aws", "--yes")
    assert done.code == 0, done.err
    assert "read ~/.aws/credentials and ~/.aws/config" in done.err
    assert "left out, since they hold no key: 'sso' (sso_session)" in done.err
    assert vaulted("get", "work/region").out == "eu-west-1"


def test_a_region_that_no_file_says_is_not_stored(vaulted: Program) -> None:
    """serverless/serverless#10681: a default that was stored as if it had been imported."""
    write(vaulted, ".aws/credentials", AWS)
    assert vaulted("import", "aws", "--yes").code == 0
    assert "region" not in vaulted("show", "work", "--json").out
    again = vaulted("import", "aws", "--yes")
    assert (again.code, "nothing changed" in again.err) == (0, True)


def test_what_was_added_with_a_default_is_the_same_as_what_leaves_it_out(vaulted: Program) -> None:
    fields = ("--set", "access_key_id=AKIAEXAMPLE", "--set", "secret_key=-")
    assert vaulted("add", "s3", "work", *fields, "--no-probe", stdin=b"s-EXAMPLE").code == 0
    done = vaulted("import", "aws", "-", "--yes", stdin=AWS.encode())
    assert (done.code, "there already" in done.out) == (0, True), done.err


def test_a_source_that_is_not_there_is_named(vaulted: Program) -> None:
    for source, told in (("aws", "no ~/.aws/credentials and no ~/.aws/config"), ("pgservice", "no ~/.pg_service.conf")):
        write(vaulted, ".pgpass", PGPASS)
        done = vaulted("import", source, "--yes")
        assert (done.code, f"there is {told}\n" in done.err) == (2, True), done.err


@pytest.mark.parametrize("text", [NETRC.replace("p-EX", '"p-EX'), NETRC.replace("p-EX", "p\\EX")])
def test_what_is_left_out_of_a_credential_is_not_passed_over(vaulted: Program, text: str) -> None:
    """Refused as a whole, named with its line; with --partial the rest goes on."""
    path = write(vaulted, "n", f"{text}machine b.example.com login bob password q-EXAMPLE\n")
    done = vaulted("import", "netrc", str(path), "--yes")
    assert (done.code, "line 1" in done.err, vaulted("list", "--json").out) == (2, True, "[]\n")
    done = vaulted("import", "netrc", str(path), "--yes", "--partial")
    assert (done.code, "line 1" in done.err, "imported 1" in done.err) == (0, True, True)


def test_an_include_that_cannot_be_read_is_in_the_way(vaulted: Program) -> None:
    path = write(vaulted, "my.cnf", f"{MY_CNF}!include {vaulted.home}/gone.cnf\n")
    done = vaulted("import", "mysql", str(path), "--yes")
    assert (done.code, "gone.cnf, which cannot be read: no such file or directory" in done.err) == (2, True)


def test_an_included_password_is_imported(vaulted: Program) -> None:
    write(vaulted, "conf.d/a.cnf", "[client]\npassword=p-EXAMPLE\n")
    path = write(vaulted, "my.cnf", f"[client]\nhost=db.example.com\nuser=u\n!includedir {vaulted.home}/conf.d\n")
    assert vaulted("import", "mysql", str(path), "--yes").code == 0
    assert vaulted("get", "mysql/password").out == "p-EXAMPLE"


TWO = f"{NETRC}machine b.example.com login bob password 'q EXAMPLE'\n"


def test_only_one_of_a_name_is_imported_whatever_the_others_are(vaulted: Program) -> None:
    done = vaulted("import", "netrc", "-", "--yes", "--only", "api.example.com", stdin=TWO.encode())
    assert (done.code, "imported 1" in done.err, "b.example.com" in done.out) == (0, True, False), done.err
    assert vaulted("import", "netrc", "-", "--yes", "--only", "B.*", stdin=TWO.encode()).code == 2
    missing = vaulted("import", "netrc", "-", "--yes", "--only", "api.example.con", stdin=TWO.encode())
    assert (missing.code, "did you mean 'api.example.com'?" in missing.err) == (3, True)


def test_what_a_source_does_not_get_is_in_the_way_of_each_of_its_credentials(vaulted: Program) -> None:
    text = f"{MY_CNF}!include gone.cnf\n"
    done = vaulted("import", "mysql", "-", "--yes", "--only", "work", stdin=text.encode())
    assert (done.code, "gone.cnf, which cannot be read" in done.err) == (2, True), done.err


def test_a_dry_run_imports_nothing_and_needs_no_yes(vaulted: Program) -> None:
    done = vaulted("import", "netrc", "-", "--dry-run", stdin=NETRC.encode())
    assert (done.code, "add" in done.out, vaulted("list", "--json").out) == (0, True, "[]\n"), done.err
    assert vaulted("import", "netrc", "-", "--dry-run", stdin=TWO.encode()).code == 2
    planned = vaulted("import", "netrc", "-", "--dry-run", "--json", stdin=NETRC.encode())
    assert '"outcome": "added"' in planned.out
    assert vaulted("list", "--json").out == "[]\n"


ASSUMED = [
    ("pgpass", "db.example.com:5432:*:u:p-EXAMPLE\n", "the database postgres"),
    ("pgservice", "[work]\nhost=db.example.com\nuser=u\npassword=p-EXAMPLE\n", "the database of its user's name"),
    ("mysql", "[client]\nuser=u\npassword=p-EXAMPLE\n", "the host localhost"),
]


@pytest.mark.parametrize(("source", "text", "what"), ASSUMED, ids=[one[0] for one in ASSUMED])
def test_what_a_source_leaves_to_its_tool_is_said(vaulted: Program, source: str, text: str, what: str) -> None:
    done = vaulted("import", source, "-", "--yes", stdin=text.encode())
    assert (done.code, f"is kept with {what}, which its source does not say" in done.err) == (0, True), done.err
    assert "leaves open" not in vaulted("import", source, "-", "--yes", stdin=text.encode()).err


def test_logins_that_mysql_would_take_first_are_not_passed_over(vaulted: Program) -> None:
    write(vaulted, ".my.cnf", MY_CNF)
    write(vaulted, ".mylogin.cnf", "\x00\x01")
    done = vaulted("import", "mysql", "--yes")
    assert (done.code, "left out: ~/.mylogin.cnf is scrambled" in done.err) == (0, True), done.err


@pytest.mark.parametrize("source", ["mysql", "pgservice"])
def test_a_private_key_beside_a_certificate_is_kept_for_nobody_to_see(vaulted: Program, source: str) -> None:
    """What a file names as its authority, and a key stands in too, would be seen by everybody as a certificate."""
    kinds = ("PRIVATE KEY", "CERTIFICATE")
    both = write(
        vaulted, "both.pem", "".join(f"-----BEGIN {kind}-----\nEXAMPLE\n-----END {kind}-----\n" for kind in kinds)
    )
    texts = {
        "mysql": f"{MY_CNF}ssl-ca={both}\n",
        "pgservice": f"{SERVICE}dbname=d\npassword=p-EXAMPLE\nsslmode=verify-full\nsslrootcert={both}\n",
    }
    file = write(vaulted, "file", texts[source])
    ran = vaulted("import", source, str(file), "--yes")
    assert ran.code == 2
    assert "no private key" in ran.out + ran.err
    assert "EXAMPLE" not in ran.err
    assert vaulted("list", "--json").out.strip() == "[]"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("mysql", f"!include {{pipe}}\n{MY_CNF}"),
        ("mysql", f"{MY_CNF}ssl-ca={{pipe}}\n"),
        ("pg-service", "[work]\nhost=db.example.com\nuser=u\npassfile={pipe}\n"),
        (
            "pg-service",
            "[work]\nhost=db.example.com\nuser=u\npassword=p-EXAMPLE\nsslmode=verify-ca\nsslrootcert={pipe}\n",
        ),
    ],
)
def test_a_pipe_that_a_file_names_keeps_nobody_waiting(vaulted: Program, source: str, text: str) -> None:
    os.mkfifo(vaulted.home / "pipe")
    file = write(vaulted, "named", text.replace("{pipe}", str(vaulted.home / "pipe")))
    assert vaulted("import", source, str(file), "--dry-run").code in (0, 2)
