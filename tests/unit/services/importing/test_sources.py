"""What each source holds, and what it holds that no credential can be made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import InvalidData, UsageError
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.netrc import read_netrc
from nexcred.services.importing.pgpass import read_pgpass
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import read_dotenv, told


def test_aws_profiles() -> None:
    reading = SOURCES["aws"].read(
        b"# mine\n[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key=s/+=EXAMPLE\nregion = eu-west-1\n"
        b"[dev]\naws_access_key_id=ASIAEXAMPLE\naws_secret_access_key=t-EXAMPLE\naws_session_token=u=v\noutput=json\n"
        b"[sso]\nsso_session = corp\n"
    )
    default = {"access_key_id": "AKIAEXAMPLE", "secret_key": "s/+=EXAMPLE", "region": "eu-west-1"}
    dev = {"access_key_id": "ASIAEXAMPLE", "secret_key": "t-EXAMPLE", "session_token": "u=v"}
    assert told(reading) == [
        ("aws", "s3", default),
        ("dev", "s3", dev),
        "holds no secret key of its own, but sso_session",
    ]
    assert [one.left_out for one in reading.found if isinstance(one, ImportCandidate)] == [(), ("output",)]


def test_pgpass_lines() -> None:
    reading = read_pgpass(
        b"# mine\nh1:5433:d\\:1:me:a\\:b\\\\c-EXAMPLE\nh2:*:*:me:p-EXAMPLE\n*:*:*:me:p\n/tmp:5432:d:u:p\nh3:1\n"
    )
    first = {"host": "h1", "port": "5433", "database": "d:1", "username": "me", "password": "a:b\\c-EXAMPLE"}
    second = {"host": "h2", "database": "postgres", "username": "me", "password": "p-EXAMPLE"}
    assert told(reading) == [
        ("me@h1 d:1", "postgres", first),
        ("me@h2", "postgres", second),
        "is for any host or user, and a credential is for one",
        "is for a socket of this machine",
        "is not host:port:database:username:password",
    ]


def test_pg_services() -> None:
    reading = SOURCES["pgservice"].read(
        b"[a]\nhost=h\ndbname=d\nuser=u\npassword=p=w-EXAMPLE\nconnect_timeout=3\n[b]\nhost=h\n"
    )
    wanted = {"host": "h", "database": "d", "username": "u", "password": "p=w-EXAMPLE"}
    assert told(reading) == [("a", "postgres", wanted), "holds no password"]


def test_my_cnf_groups() -> None:
    reading = SOURCES["mysql"].read(
        b"[client]\nuser=root\npassword='a#b\\'c-EXAMPLE' # note\n[mysqld]\nport=1\n"
        b"[client_reports]\nhost = h\nuser = u # me\npassword = d\\se-EXAMPLE\nssl-ca=/x\n[client2]\npassword\n"
    )
    assert told(reading) == [
        ("mysql", "mysql", {"host": "localhost", "username": "root", "password": "a#b'c-EXAMPLE"}),
        ("reports", "mysql", {"host": "h", "username": "u", "password": "d e-EXAMPLE"}),
        "holds no password",
    ]


def test_netrc_machines() -> None:
    reading = read_netrc(
        b'machine api.example.com login me password "p w\\"-EXAMPLE"\n# machine no\nmacdef init\nmachine x\n\n'
        b"machine h\n  login me\n  account a\n  password q#-EXAMPLE\nmachine l login x\ndefault login a password b\n"
    )
    assert told(reading) == [
        (
            "api.example.com",
            "rest",
            {"base_url": "https://api.example.com", "username": "me", "password": 'p w"-EXAMPLE'},
        ),
        ("h", "rest", {"base_url": "https://h", "username": "me", "password": "q#-EXAMPLE"}),
        "lacks a login or a password",
        "is for any machine, and a credential is for one",
    ]


def test_a_dotenv_file() -> None:
    reading = read_dotenv(
        b'export PGHOST=h\nPOSTGRES_USER=\'me\'\nPGPASSWORD="p \\"w-EXAMPLE"\nPGDATABASE=d # it\n'
        b"RESCI_API_KEY=k-EXAMPLE\n"
        b"ACME_TOKEN=t-EXAMPLE\nACME_API_URL=https://acme.example\nDEBUG=1\n"
        b"AHA_API_KEY=z-EXAMPLE\nX=${Y}\nnonsense here\n"
        b"REPORTS_DATABASE_URL=mysql+pymysql://u%40x:p%2Fw-EXAMPLE@h:3307/rep?charset=utf8\nA_URL=https://u:p@h/\n"
    )
    postgres = {"host": "h", "username": "me", "password": 'p "w-EXAMPLE', "database": "d"}
    reports = {"host": "h", "username": "u@x", "password": "p/w-EXAMPLE", "database": "rep", "port": "3307"}
    found = told(reading)
    assert ("", "postgres", postgres) in found
    assert ("", "resci", {"api_key": "k-EXAMPLE"}) in found
    assert ("acme", "rest", {"api_key": "t-EXAMPLE", "base_url": "https://acme.example"}) in found
    assert ("reports", "mysql", reports) in found
    assert "has no AHA_ACCOUNT_DOMAIN beside it" in found
    assert reading.notes == ("left out: X on line 10 refers to Y, which the file does not set above: write its value",)
    assert "is not NAME=VALUE" in found
    assert reading.unused == ("DEBUG", "A_URL")


# Those that are lines of text, and those that read a file at all.
OF_LINES = ("env", "aws", "pgpass", "pgservice", "mysql", "netrc", "csv", "airflow", "dbt", "databricks")
OF_FILES = sorted(set(SOURCES) - {"pass", "gopass"})


@pytest.mark.parametrize("name", OF_LINES)
def test_every_source_says_which_line_is_no_text(name: str) -> None:
    with pytest.raises(InvalidData, match="line 2 of the file is not UTF-8"):
        SOURCES[name].read(b"a\n\xff")


@given(
    data=st.text(
        st.sampled_from("ab=:[]\\\"'#!\n\r \t{}$%@/machine login password default DATABASE_URL_TOKEN"), max_size=60
    )
)
def test_no_source_stumbles_over_a_file_that_makes_no_sense(data: str) -> None:
    for name in OF_FILES:
        try:
            reading = SOURCES[name].read(data.encode())
        except UsageError:
            assert name not in ("env", "aws", "pgpass", "pgservice", "mysql", "netrc")
        else:
            assert isinstance(reading, Reading)


def test_a_million_blank_lines_are_read_once() -> None:
    """And not once from each of them, which would take days."""
    (found,) = read_netrc(b"\n" * 1_000_000 + b"machine git.example.com login ada password pw-EXAMPLE").found
    assert found.place == "machine git.example.com"


TOO_MANY = {
    "pgpass": b"h\n" * 100_001,
    "aws": b"".join(b"[%d]\n" % number for number in range(100_001)),
    "pgservice": b"".join(b"[%d]\n" % number for number in range(100_001)),
    "mysql": b"".join(b"[client%d]\na=1\n" % number for number in range(100_001)),
    "netrc": b"machine a login b " * 100_001,
    "nexla": b"[" + b"0," * 100_000 + b"0]",
}


@pytest.mark.parametrize(("source", "data"), TOO_MANY.items(), ids=TOO_MANY)
def test_more_than_100_000_are_refused(source: str, data: bytes) -> None:
    with pytest.raises(InvalidData, match="more than 100,000"):
        SOURCES[source].read(data)


@pytest.mark.parametrize("source", sorted(set(OF_LINES) - {"dbt"}))
def test_more_than_a_million_lines_are_refused(source: str) -> None:
    with pytest.raises(InvalidData, match="more than 1,000,000 lines"):
        SOURCES[source].read(b"\n" * 1_000_001)


def test_more_than_four_million_values_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(InvalidData, match="more than 4,000,000 values"):
        SOURCES["nexla"].read(b"[" * 4_000_001)
