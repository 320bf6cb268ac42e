"""The recipes of docs/helpers.md for programs that read a file: by a descriptor, so that nothing stands on a disk."""

import json
import shutil
import subprocess

import pytest

from tests.live.adding import add_database
from tests.live.postgresql import Database
from tests.support.opened import Opened
from tests.support.standins import Aventri, Resci


def bash(opened: Opened, script: str, **environment: str) -> str:
    """Run a script in which `nexcred` is the program; return what it prints."""
    shim = opened.home / "bin" / "nexcred"
    if not shim.exists():
        shim.parent.mkdir()
        shim.write_text(f'#!/bin/sh\nexec {" ".join(opened.command())} "$@"\n')
        shim.chmod(0o755)
    variables = {**opened.environment, "PATH": f"{shim.parent}:{opened.environment['PATH']}", **environment}
    done = subprocess.run(
        ["bash", "-euc", script],
        env=variables,
        cwd=opened.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not shutil.which("psql"), reason="needs psql: apt-get install postgresql-client")
def test_psql_reads_a_service_and_its_password_from_a_descriptor(opened: Opened, postgresql: Database) -> None:
    add_database(opened, "postgres", postgresql.values(), "--no-probe", name="pg")
    script = "PGSERVICEFILE=<(nexcred export pg --format pg_service) psql -XAtw service=pg -c 'select current_user'"
    assert bash(opened, script, PGSSLROOTCERT=str(postgresql.ca)) == "analytics_user"


def test_psql_reads_a_password_file_that_is_gone_afterwards(opened: Opened, postgresql: Database) -> None:
    add_database(opened, "postgres", postgresql.values(), "--no-probe", name="pg")
    script = """
    folder=$(mktemp -d); trap 'rm -r "$folder"' EXIT
    nexcred export pg --format pgpass -o "$folder/pgpass"
    PGPASSFILE=$folder/pgpass psql -XAtw -h 127.0.0.1 -p "$PORT" -U analytics_user analytics -c 'select current_user'
    """
    variables = {"PGSSLROOTCERT": str(postgresql.ca), "PGSSLMODE": "verify-full", "PORT": str(postgresql.port)}
    assert bash(opened, script, **variables) == "analytics_user"


@pytest.mark.skipif(not shutil.which("mysql"), reason="needs mysql: apt-get install mariadb-client")
def test_mysql_reads_an_option_file_from_a_descriptor(opened: Opened, mariadb: Database) -> None:
    add_database(opened, "mysql", mariadb.values(), "--no-probe", name="my")
    script = """
    mysql --defaults-file=<(nexcred export my --format my.cnf) --ssl-ca="$CA" -BNe 'select current_user()'
    """
    assert bash(opened, script, CA=str(mariadb.ca)).startswith("analytics_user@")


def test_curl_reads_a_header_from_a_descriptor(opened: Opened, resci: Resci, aventri: Aventri) -> None:
    assert opened.add(resci).code == 0
    assert opened.add(aventri).code == 0
    key = """curl -sS -H @<(printf 'Authorization: ApiKey %s' "$(nexcred get resci/api_key)") "$URL/import_jobs" """
    assert json.loads(bash(opened, key, URL=resci.base_url)) == {"import_jobs": []}
    token = 'curl -sS -H @<(nexcred token aventri --header) "$URL/api/v2/global/listEvents.json"'
    assert json.loads(bash(opened, token, URL=aventri.base_url))[0]["name"] == "Data Days"
