"""`import nexcred` against real servers: signed requests, and a driver that takes the fields."""

import io

import pg8000.dbapi
import pytest

import nexcred
from tests.live.adding import add_database
from tests.live.aws import BUCKET, Aws
from tests.live.postgresql import Database
from tests.support.opened import Opened


@pytest.fixture
def home(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> Opened:
    for name, value in opened.environment.items():
        monkeypatch.setenv(name, value)
    return opened


@pytest.mark.parametrize("assumed", [False, True])
def test_a_session_signs_every_request(home: Opened, aws: Aws, *, assumed: bool) -> None:
    settings = ["--set", f"access_key_id={aws.reader.access_key_id}", "--set", "secret_key=env:HELD"]
    settings += ["--set", f"endpoint_url={aws.s3_url}", "--set", f"sts_endpoint_url={aws.sts_url}"]
    settings += ["--set", f"region={aws.reader.values['region']}"]
    settings += ["--set", f"role_arn={aws.role_arn}"] if assumed else []
    hosts = [word for host in aws.hosts for word in ("--allow-host", host)]
    added = home("add", "s3", *settings, *hosts, environment={"HELD": aws.reader.secret_key})
    assert added.code == 0, added.err
    session = nexcred.open()["s3"].session()
    path = f"{aws.s3_url}/{BUCKET}/python ü+{assumed}.txt"
    for body in (b"bytes", io.BytesIO(b"a file"), (piece for piece in (b"a ", b"stream"))):
        assert session.put(path, data=body).status_code == 200
    assert session.get(path).content == b"a stream"
    listed = session.get(f"{aws.s3_url}/{BUCKET}", params={"list-type": "2", "prefix": "python ü"})
    assert listed.status_code == 200
    assert f"+{assumed}.txt" in listed.text
    assert session.get(f"{aws.s3_url}/{BUCKET}?versioning").status_code == 200


def test_a_driver_connects_with_the_fields(home: Opened, postgresql: Database) -> None:
    add_database(home, "postgres", postgresql.values())
    fields = nexcred.open()["db"].fields
    connection = pg8000.dbapi.connect(
        user=fields["username"],
        password=fields["password"],
        host=fields["host"],
        port=int(fields["port"]),
        database=fields["database"],
    )
    try:
        cursor = connection.cursor()
        cursor.execute("select current_user")
        assert cursor.fetchone() == [fields["username"]]
    finally:
        connection.close()
