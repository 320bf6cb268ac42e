"""`run` with the databases' own programs, against real servers."""

import json
import shutil

import pytest

from tests.live.adding import add_database
from tests.live.postgresql import Database
from tests.support.opened import Opened


def test_psql_connects_with_what_it_is_handed(opened: Opened, postgresql: Database) -> None:
    add_database(opened, "postgres", postgresql.values())
    ran = opened("run", "-c", "db", "--", "psql", "-Atc", "select current_user, current_database()")
    assert (ran.code, ran.out, ran.err) == (0, "analytics_user|analytics\n", "")


def test_psql_checks_the_server_as_nexcred_does(opened: Opened, postgresql: Database) -> None:
    add_database(opened, "postgres", postgresql.values(host="localhost", sslmode="verify-ca"))
    assert opened("run", "-c", "db", "--", "psql", "-Atc", "select 1").out == "1\n"
    refused = opened("run", "-c", "db", "--", "env", "PGSSLMODE=verify-full", "psql", "-Atc", "select 1")
    assert refused.code == 2
    assert "does not match host name" in refused.err


@pytest.mark.parametrize("program", ["mysql", "mysqldump"])
def test_mysql_connects_by_its_option_file(opened: Opened, mariadb: Database, program: str) -> None:
    if not shutil.which(program):
        pytest.skip("needs MySQL's or MariaDB's clients: apt-get install mariadb-client")
    add_database(opened, "mysql", mariadb.values(username="tls_only"))
    arguments = ["-Ne", "select current_user(), database()"] if program == "mysql" else ["analytics"]
    ran = opened("run", "-c", "db", "--", program, *arguments)
    assert (ran.code, ran.err) == (0, "")
    if program == "mysql":
        assert ran.out == "tls_only@%\tanalytics\n"


def test_mysql_checks_the_server_as_nexcred_does(opened: Opened, mariadb: Database) -> None:
    opened(
        "add",
        "--from",
        "-",
        "--no-probe",
        stdin=json.dumps(
            {"name": "db", "credentials_type": "mysql", "credentials": mariadb.values(host="localhost")}
        ).encode(),
    )
    refused = opened("run", "-c", "db", "--", "mysql", "--protocol=tcp", "-Ne", "select 1")
    assert refused.code == 1
    assert "certificate" in refused.err
