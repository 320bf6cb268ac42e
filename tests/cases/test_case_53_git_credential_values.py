"""Case 53: a git credential whose values hold a line break, a carriage return or NUL is refused, never written."""

import pytest

from nexcred.errors import InvalidData
from nexcred.model.credential import Details, Value
from nexcred.model.git_credential import write_answer
from nexcred.model.secret import Secret
from nexcred.services.helpers.sign_in import find_sign_in
from nexcred.vault.changes import NewRecord
from tests.support.memory_store import MemoryStore
from tests.support.opened import Opened
from tests.support.sample_vault import open_new

ALLOWED = "git.example.com"
PASSWORDS = ("good\nhost=evil.example", "good\rhost=evil.example", "good\0")


@pytest.mark.parametrize("password", PASSWORDS, ids=repr)
def test_it_is_not_kept(opened: Opened, password: str) -> None:
    (opened.home / "password").write_bytes(password.encode())
    settings = ("--method", "basic", "--set", "base_url=https://git.example.com", "--set", "username=ada")
    added = opened("add", "rest", "git", *settings, "--set", "password=@password", "--no-probe")
    assert added.code == 2
    assert "evil" not in added.err
    assert opened.names == []


@pytest.mark.parametrize("password", PASSWORDS, ids=repr)
def test_one_that_another_program_kept_is_not_given(password: str) -> None:
    vault = open_new(MemoryStore())
    fields: dict[str, Value] = {
        "base_url": "https://git.example.com",
        "username": "ada",
        "password": Secret(password),
    }
    vault.edit(lambda edit: edit.add(NewRecord("git", "", (), Details("rest", "00" * 32, "basic", (), fields))))
    with pytest.raises(InvalidData, match="'git' cannot sign in anywhere: password"):
        find_sign_in(vault, "https://git.example.com")


@pytest.mark.parametrize("character", ["\n", "\r", "\0"], ids=repr)
def test_the_last_to_write_refuses_too(character: str) -> None:
    for name in ("username", "password"):
        with pytest.raises(ValueError, match=f"the {name} holds a line break or NUL"):
            write_answer({name: f"a{character}b"})


@pytest.mark.parametrize("character", [b"\r", b"\0"], ids=repr)
def test_a_question_that_holds_one_is_refused(opened: Opened, character: bytes) -> None:
    told = opened("helper", "git", "get", stdin=b"protocol=https\nhost=git.example.com" + character + b"\n\n")
    assert (told.code, told.out) == (2, "")
    assert "carriage return or NUL" in told.err


@pytest.mark.parametrize(
    ("protocol", "host"),
    [
        ("https", f"{ALLOWED}/.evil.test"),  # as git reads https://git.example.com%2f.evil.test/
        ("https", f"{ALLOWED}?.evil.test"),
        ("https", f"{ALLOWED}#.evil.test"),
        ("https", f"evil.test@{ALLOWED}"),
        ("https", f"{ALLOWED}:443:1"),
        (f"https://{ALLOWED}/", "evil.test"),
        (f"https://{ALLOWED}?", "evil.test"),
    ],
)
def test_a_host_that_a_url_would_be_read_otherwise_with_is_given_nothing(
    opened: Opened, protocol: str, host: str
) -> None:
    settings = ("--method", "basic", "--set", f"base_url=https://{ALLOWED}", "--set", "username=ada")
    (opened.home / "password").write_text("pw-EXAMPLE")
    assert opened("add", "rest", "git", *settings, "--set", "password=@password", "--no-probe").code == 0
    asked = f"protocol=https\nhost={ALLOWED}\n\n".encode()
    assert "password=pw-EXAMPLE" in opened("helper", "git", "get", stdin=asked).out
    told = opened("helper", "git", "get", stdin=f"protocol={protocol}\nhost={host}\n\n".encode())
    assert told.out == ""
    assert "EXAMPLE" not in told.err
