"""What users of neighbouring tools reported of reading the same files: each was tried here, and what failed mended."""

import json

import pytest

from nexcred.errors import UsageError
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import only, plain, problem

NETRC = "machine api.example.com\n  login ada\n  password p-EXAMPLE\n"
LOGIN = {"base_url": "https://api.example.com", "username": "ada", "password": "p-EXAMPLE"}
URL = {"host": "h", "port": "5432", "database": "d", "username": "u"}
MY = {"host": "localhost", "username": "u"}
PG = {"host": "h", "port": "5432", "database": "d"}

# Failed here before: source, report, text, and what is read.
TAKEN = [
    ("netrc", "psf/requests#4813: Heroku's method", f"{NETRC}  method interactive\n", LOGIN),
    ("mysql", "pdufault/mysqlfragfinder#10: pass", '[client]\npass="p q"\nuser=u\n', {**MY, "password": "p q"}),
    (
        "nexla",
        "jdx/mise#12320: a byte order mark",
        '\ufeff{"credentials_type": "resci", "credentials": {"api_key": "k"}}',
        {"api_key": "k"},
    ),
    (
        "aws",
        "aws/aws-cli#3624: a role by another profile's keys",
        "[profile r]\nrole_arn=a\nsource_profile=b\n[profile b]\naws_access_key_id=k\naws_secret_access_key=s\n",
        {"access_key_id": "k", "secret_key": "s", "role_arn": "a"},
    ),
    (
        "env",
        "amacneil/dbmate#212: a URL made of variables",
        "U=u\nP=p\nDATABASE_URL=postgres://${U}:${P}@h:5432/d\n",
        {**URL, "password": "p"},
    ),
    # Were right already.
    (
        "mysql",
        "geerlingguy/ansible-role-mysql#200: two equals signs",
        "[client]\nuser=u\npassword=p=q\n",
        {**MY, "password": "p=q"},
    ),
    (
        "mysql",
        "holland-backup/holland#42: single quotes",
        "[client]\nuser=u\npassword = 'p!t$%&#&%^##%('\n",
        {**MY, "password": "p!t$%&#&%^##%("},
    ),
    (
        "mysql",
        "inverse-inc/packetfence#7056: a quote in quotes",
        '[client]\nuser=u\npassword="p"q"\n',
        {**MY, "password": 'p"q'},
    ),
    (
        "pgpass",
        "kellyjonbrazil/jc#738: a backslash before a colon",
        "h:5432:d:us\\\\:p\n",
        {**PG, "username": "us\\", "password": "p"},
    ),
    ("pgpass", "MagicStack/asyncpg#1249: escapes", "h:5432:d:u:4\\:K\n", {**PG, "username": "u", "password": "4:K"}),
    (
        "env",
        "Nyholm/dsn#12: percent-encoding",
        "DATABASE_URL=postgres://u:aA%263yuA%3F1@h:5432/d\n",
        {**URL, "password": "aA&3yuA?1"},
    ),
    ("env", "redpanda-data/connect#1820: CRLF", "GH_TOKEN=t\r\nX=y\r\n", {"access_token": "t"}),
]


def read(source: str, text: str) -> list[ImportCandidate | Unreadable]:
    return list(SOURCES[source].read(text.encode()).found)


@pytest.mark.parametrize(("source", "report", "text", "values"), TAKEN, ids=[one[1] for one in TAKEN])
def test_what_is_taken(source: str, report: str, text: str, values: dict[str, object]) -> None:
    assert values in [plain(one) for one in read(source, text) if isinstance(one, ImportCandidate)]


# Failed here before: what is named, for its readers differ on it.
NAMED = [
    (
        "netrc",
        "curl/curl#8256: default first",
        f"default login a password b\n{NETRC}",
        "comes after the default of line 1",
    ),
    (
        "env",
        "ariga/atlas#1631: '?' in a password",
        "DATABASE_URL='postgres://u:slf[oer?[$dkks}ow@h:5432/d'\n",
        "write '?' as %3F",
    ),
    (
        "env",
        "lukemurray/data-atom#53: '/' in a password",
        "DATABASE_URL=postgresql://u:my/password@/d\n",
        "write '/' as %2F",
    ),
    (
        "env",
        "vlucas/phpdotenv#406: '#' in a password",
        "DB_CONNECTION=mysql\nDB_PASSWORD=asdf123!@#x\n",
        "has a '#' outside of quotes",
    ),
    # Was right already.
    (
        "netrc",
        "heroku/netrc#14: no password of its own",
        f"machine github.com\n  login t\n{NETRC}",
        "lacks a login or a password",
    ),
]


@pytest.mark.parametrize(("source", "report", "text", "told"), NAMED, ids=[one[1] for one in NAMED])
def test_what_is_named(source: str, report: str, text: str, told: str) -> None:
    reading = SOURCES[source].read(text.encode())
    problems = [one.problem for one in reading.found if isinstance(one, Unreadable)]
    assert any(told in said for said in (*problems, *reading.notes))


def test_several_logins_on_one_machine_are_no_conflict() -> None:
    """python/cpython#17823."""
    found = read("netrc", f"{NETRC}{NETRC.replace('ada', 'bob')}")
    assert [one.name for one in found] == ["ada@api.example.com", "bob@api.example.com"]


def test_a_body_in_utf_16_is_named_as_such() -> None:
    """oven-sh/bun#34002: a shell of Windows writes it."""
    with pytest.raises(UsageError, match="the body is UTF-16"):
        SOURCES["nexla"].read(json.dumps({}).encode("utf-16"))


def test_a_default_behind_all_machines_is_in_the_way_of_none() -> None:
    reading = SOURCES["netrc"].read(f"{NETRC}default login a password b\n".encode())
    assert only(Reading([reading.found[0]])) == LOGIN
    assert "is for any machine" in problem(Reading([reading.found[1]]))
