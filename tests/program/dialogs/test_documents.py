"""A document is asked for once: by its path, which Tab completes, or itself, which is recognised and never shows."""

import base64
import json
from pathlib import Path

import pyte
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from nexcred.cli.prompt.document import is_content
from tests.support.opened import Opened
from tests.support.terminal import Ended, Typed, lines_of, play

PASTED, OVER = "\x1b[200~", "\x1b[201~"


@pytest.fixture(scope="session")
def service_account() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "example",
            "private_key_id": "4711",
            "private_key": pem,
            "client_email": "ci@example.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        },
        indent=2,
    )


def add_gcs(program: Opened, keys: list[str], columns: int = 100) -> tuple[Ended, list[str]]:
    environment = {**program.environment, "TERM": "xterm"}
    environment.pop("NEXCRED_NO_INPUT", None)
    typed = [*(Typed("a path, or paste it", one) for one in keys), Typed("Bucket", "\r")]
    screen = pyte.Screen(columns, 40)
    words = ("add", "gcs", "gcs", "--description", "x", "--no-probe")
    ended = play(program.command(*words), typed, screen, environment=environment, folder=program.home)
    return ended, lines_of(screen)


def assert_kept(program: Opened, ended: Ended, text: str) -> None:
    assert json.loads(program("get", "gcs/service_account_key").out) == json.loads(text)
    for line in json.loads(text)["private_key"].splitlines()[1:-1]:
        assert line.encode() not in ended.seen
    assert b"private_key" not in ended.seen


def test_pasted_json_is_recognised_and_never_shows(opened: Opened, service_account: str) -> None:
    ended, shown = add_gcs(opened, [f"{PASTED}{service_account}{OVER}\r"])
    assert ended.code == 0, shown
    assert_kept(opened, ended, service_account)


def test_typed_json_does_not_show_either(opened: Opened, service_account: str) -> None:
    text = json.dumps(json.loads(service_account))
    ended, shown = add_gcs(opened, [f"{text}\r"])
    assert ended.code == 0, shown
    assert_kept(opened, ended, service_account)


def test_pasted_base64_is_recognised(opened: Opened, service_account: str) -> None:
    text = base64.b64encode(service_account.encode()).decode()
    ended, shown = add_gcs(opened, [f"{PASTED}{text}{OVER}\r"])
    assert ended.code == 0, shown
    assert opened("get", "gcs/service_account_key").out == service_account
    assert text[64:128].encode() not in ended.seen


@pytest.mark.parametrize(
    "typed", ["keys/servi\t\r", "'keys/service account.json'\r", "keys/service\\ account.json\r", "~/keys/serv\t\r"]
)
def test_a_path_is_completed_and_read_as_people_type_it(opened: Opened, service_account: str, typed: str) -> None:
    folder = opened.home / "keys"
    folder.mkdir()
    (folder / "service account.json").write_text(service_account)
    ended, shown = add_gcs(opened, [typed])
    assert ended.code == 0, shown
    assert_kept(opened, ended, service_account)


def test_what_cannot_be_read_is_told_and_asked_again(opened: Opened, service_account: str) -> None:
    (opened.home / "key.json").write_text(service_account)
    ended, shown = add_gcs(opened, ["nothing.json\r", f"{PASTED}{{half{OVER}\r", "key.json\r"])
    assert ended.code == 0, shown
    assert any("cannot be read" in line for line in shown)
    assert_kept(opened, ended, service_account)


@pytest.mark.parametrize("path", ["key.json", "ewallet/key.json", "eye.pem", "~/k", "C:\\keys\\k.json", ""])
def test_a_path_is_no_content(path: str) -> None:
    assert not is_content(path)


@pytest.mark.parametrize("text", ["{", ' {"a"', "[1", "-----BEGIN", "a\nb", "x" * 300, "eyJ0eXBlIjogInNlcnZpY2Vf"])
def test_content_is_no_path(text: str) -> None:
    assert is_content(text)


def test_a_plain_terminal_shows_neither(opened: Opened, service_account: str, tmp_path: Path) -> None:
    (opened.home / "key.json").write_text(service_account)
    environment = {**opened.environment, "TERM": "dumb"}
    environment.pop("NEXCRED_NO_INPUT", None)
    typed = [Typed("not shown", "key.json\r"), Typed("Bucket", "\r")]
    command = opened.command("add", "gcs", "gcs", "--description", "x", "--no-probe")
    ended = play(command, typed, pyte.Screen(100, 40), environment=environment, folder=opened.home)
    assert ended.code == 0, ended.seen
    assert_kept(opened, ended, service_account)
