"""Where the login at a bucket comes from, as AWS's own tools look for it."""

import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexcred.auth.sigv4_signature import Keys
from nexcred.errors import StoreFailed, StoreUnreachable
from nexcred.stores.s3.login import Login
from nexcred.stores.s3.login_programs import by_botocore
from tests.support.standins import Answer
from tests.support.standins.exchange import Received
from tests.support.standins.server import StandIn

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAIR = {"AWS_ACCESS_KEY_ID": "EXAMPLE-id", "AWS_SECRET_ACCESS_KEY": "EXAMPLE-secret"}
CREDENTIALS = """
[default]
aws_access_key_id = EXAMPLE-default
aws_secret_access_key = EXAMPLE-default-secret

[work]
aws_access_key_id = EXAMPLE-work
aws_secret_access_key = EXAMPLE-work-secret  # of the team
aws_session_token = EXAMPLE-token
"""
CONFIG = """
[default]
region = eu-west-1

[profile work]
region = eu-central-1
aws_session_token = EXAMPLE-of-another-key
s3 =
    addressing_style = path
"""


class Files:
    """The two files of AWS, and the login that is found by them and by variables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.write_text(text)
        return path

    def login(self, variables: Mapping[str, str] | None = None, now: datetime = NOW) -> Login:
        places = {
            "AWS_CONFIG_FILE": str(self._folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self._folder / "credentials"),
            "PATH": "/usr/bin:/bin",
        }
        return Login({**places, **(variables or {})}, lambda: now)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture(autouse=True)
def _without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is an extra, and would ask the machine's own files."""
    monkeypatch.setitem(sys.modules, "botocore.session", None)


def test_variables_count_first(files: Files) -> None:
    files.write("credentials", CREDENTIALS)
    login = files.login({**PAIR, "AWS_SESSION_TOKEN": "EXAMPLE-token", "AWS_REGION": "us-west-2"})
    assert login.keys() == Keys("EXAMPLE-id", "EXAMPLE-secret", "EXAMPLE-token")
    assert login.region == "us-west-2"


def test_then_the_profile(files: Files) -> None:
    files.write("credentials", CREDENTIALS)
    files.write("config", CONFIG)
    assert files.login().keys() == Keys("EXAMPLE-default", "EXAMPLE-default-secret")
    assert files.login().region == "eu-west-1"
    work = files.login({"AWS_PROFILE": "work"})
    assert (work.keys(), work.region) == (
        Keys("EXAMPLE-work", "EXAMPLE-work-secret", "EXAMPLE-token"),
        "eu-central-1",
    )


def test_a_profile_that_is_not_there_is_told_of(files: Files) -> None:
    files.write("config", CONFIG)
    with pytest.raises(StoreFailed, match="no AWS profile 'other'"):
        files.login({"AWS_PROFILE": "other"}).keys()


@pytest.mark.parametrize("data", ["no section\n", "[a\n"])
def test_a_file_that_is_none_is_told_of(files: Files, data: str) -> None:
    files.write("config", data)
    with pytest.raises(StoreFailed, match="not one that AWS's tools read"):
        files.login().keys()


def test_without_any_the_ways_are_named(files: Files) -> None:
    with pytest.raises(StoreFailed, match="no login for the bucket") as caught:
        files.login().keys()
    assert caught.value.hint.startswith("give AWS_ACCESS_KEY_ID")


def told(**values: object) -> str:
    return json.dumps({"Version": 1, "AccessKeyId": "EXAMPLE-run", "SecretAccessKey": "EXAMPLE-s", **values})


def by_program(files: Files, printed: str, *, code: int = 0) -> Login:
    script = files.write("login program.sh", f"echo run >> '{files.login()._environment['AWS_CONFIG_FILE']}.runs'\n")
    script.write_text(script.read_text() + f"cat <<'END'\n{printed}\nEND\necho 'EXAMPLE why' >&2\nexit {code}\n")
    files.write("config", f"[default]\ncredential_process = /bin/sh '{script}' \"a b\" $HOME ; false\n")
    return files.login()


def test_a_program_is_asked_without_a_shell_and_again_when_its_keys_end(files: Files) -> None:
    login = by_program(files, told(SessionToken="EXAMPLE-t", Expiration=(NOW + timedelta(hours=1)).isoformat()))
    assert login.keys() == login.keys() == Keys("EXAMPLE-run", "EXAMPLE-s", "EXAMPLE-t")
    assert Path(login._environment["AWS_CONFIG_FILE"] + ".runs").read_text() == "run\n"
    login._now = lambda: NOW + timedelta(minutes=59, seconds=30)
    assert login.keys()
    assert Path(login._environment["AWS_CONFIG_FILE"] + ".runs").read_text() == "run\nrun\n"


def test_sixteen_requests_at_once_start_one_program(files: Files) -> None:
    login = by_program(files, told(SessionToken="EXAMPLE-t", Expiration=(NOW + timedelta(hours=1)).isoformat()))
    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(lambda _: login.keys(), range(16)))) == 1
    assert Path(login._environment["AWS_CONFIG_FILE"] + ".runs").read_text() == "run\n"


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "[]",
        "{}",
        told(Version=2),
        told(AccessKeyId=""),
        told(SecretAccessKey=1),
        told(Expiration="soon"),
        "x" * 99_999,
    ],
)
def test_a_program_that_prints_something_else_is_told_of(files: Files, printed: str) -> None:
    with pytest.raises(StoreFailed, match="does not print what AWS asks") as caught:
        by_program(files, printed).keys()
    assert "EXAMPLE" not in caught.value.message


def test_a_program_that_fails_says_why(files: Files) -> None:
    with pytest.raises(StoreFailed, match="failed: EXAMPLE why"):
        by_program(files, "", code=3).keys()


@pytest.mark.parametrize("command", ["''", "'open", "/no/such/program"])
def test_a_program_that_is_none_is_told_of(files: Files, command: str) -> None:
    files.write("config", f"[default]\ncredential_process = {command}\n")
    with pytest.raises(StoreFailed, match="credential_process"):
        files.login().keys()


def test_a_program_is_given_nothing_that_opens_the_vault(files: Files) -> None:
    seen = files.write("seen", "")
    script = files.write("program.sh", f"env > '{seen}'\ncat <<'END'\n{told()}\nEND\n")
    files.write("config", f"[default]\ncredential_process = /bin/sh '{script}'\n")
    names = ("NEXCRED_PASSPHRASE", "NEXCRED_IDENTITY", "NEXCRED_IDENTITY_COMMAND", "NEXCRED_CHECKPOINT")
    own = dict.fromkeys(names, "hidden-EXAMPLE")
    files.login({**own, "AWS_PROFILE": "default"}).keys()
    given = Path(seen).read_text()
    assert "AWS_PROFILE=default" in given
    assert "hidden-EXAMPLE" not in given


def test_botocore_looks_at_the_variables_of_the_vault_alone(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "botocore.session")
    script = files.write("program.sh", f"cat <<'END'\n{told()}\nEND\n")
    files.write("config", f"[profile by-sso]\ncredential_process = /bin/sh '{script}'\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(files.write("other", "[default]\naws_access_key_id = EXAMPLE\n")))
    monkeypatch.setenv("AWS_PROFILE", "default")
    login = files.login({"AWS_DEFAULT_PROFILE": "by-sso", "AWS_EC2_METADATA_DISABLED": "true"})
    found = by_botocore(login._environment, "")
    assert found is not None
    assert found.keys == Keys("EXAMPLE-run", "EXAMPLE-s")
    nothing = files.login({"AWS_CONFIG_FILE": "/no/such/file", "AWS_EC2_METADATA_DISABLED": "true"})
    assert by_botocore(nothing._environment, "") is None
    with pytest.raises(StoreFailed, match=r"profile \(of-nobody\) could not be found"):
        by_botocore({**login._environment, "AWS_PROFILE": "of-nobody"}, "")


def test_no_repr_shows_a_key(files: Files) -> None:
    login = files.login(PAIR)
    login.keys()
    assert "EXAMPLE" not in repr(login) + repr(login._granted)


class Sts(StandIn):
    """Grants a role for the token that it knows, to whoever shows it without a login."""

    def answer(self, request: Received) -> Answer:
        wanted = {
            "Action": "AssumeRoleWithWebIdentity",
            "RoleArn": "arn:EXAMPLE:role",
            "WebIdentityToken": "EXAMPLE.jwt",
        }
        if any(request.form.get(name) != value for name, value in wanted.items()) or "authorization" in request.headers:
            return Answer(403, b"<Error><Code>AccessDenied</Code><Message>not for you\x1b[2J</Message></Error>")
        keys = "<AccessKeyId>EXAMPLE-id</AccessKeyId><SecretAccessKey>EXAMPLE-s</SecretAccessKey>"
        ends = (
            f"<SessionToken>EXAMPLE-t</SessionToken><Expiration>{(NOW + timedelta(hours=1)).isoformat()}</Expiration>"
        )
        return Answer(200, f"<Response><Credentials>{keys}{ends}</Credentials></Response>".encode())


def test_a_job_shows_its_token_for_its_role(files: Files) -> None:
    job = {
        "AWS_ROLE_ARN": "arn:EXAMPLE:role",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(files.write("token", "EXAMPLE.jwt\n")),
    }
    with Sts() as sts:
        login = files.login({**job, "AWS_ENDPOINT_URL_STS": sts.url})
        assert login.keys() == login.keys() == Keys("EXAMPLE-id", "EXAMPLE-s", "EXAMPLE-t")
        assert len(sts.received) == 1
        with pytest.raises(StoreFailed, match="does not grant the role of AWS_ROLE_ARN: not for you") as caught:
            files.login({**job, "AWS_ENDPOINT_URL_STS": sts.url, "AWS_ROLE_ARN": "arn:EXAMPLE:other"}).keys()
        assert "\x1b" not in caught.value.message
    with pytest.raises(StoreUnreachable, match="cannot be asked for"):
        files.login({**job, "AWS_ENDPOINT_URL_STS": sts.url}).keys()
    with pytest.raises(StoreFailed, match="token file of the role cannot be read"):
        files.login({**job, "AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such/file"}).keys()
