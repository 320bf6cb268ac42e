from pathlib import Path

import pytest

from nexcred.errors import Locked
from nexcred.unlock.sources import UNLOCKING_VARIABLES, find_passphrase, find_source, without_unlocking

ALL = {
    "NEXCRED_PASSPHRASE_COMMAND": "pc",
    "NEXCRED_PASSPHRASE": "p",
    "NEXCRED_PASSPHRASE_FILE": "pf",
    "NEXCRED_IDENTITY_COMMAND": "ic",
    "NEXCRED_IDENTITY": "i",
    "NEXCRED_IDENTITY_FILE": "if",
    "PATH": "/bin",
}


def test_the_order_is_option_file_value_command_and_identities_first() -> None:
    left, found = dict(ALL), []
    while source := find_source(None, left, print):
        found.append(source.name)
        del left[source.name]
    assert tuple(found) == UNLOCKING_VARIABLES
    assert found == [
        "NEXCRED_IDENTITY_FILE",
        "NEXCRED_IDENTITY",
        "NEXCRED_IDENTITY_COMMAND",
        "NEXCRED_PASSPHRASE_FILE",
        "NEXCRED_PASSPHRASE",
        "NEXCRED_PASSPHRASE_COMMAND",
    ]
    first = find_source("f", ALL, print)
    assert first is not None
    assert first.name == "--identity-file"


def test_a_passphrase_for_a_new_vault_is_found_beside_an_identity() -> None:
    source = find_passphrase(ALL, print)
    assert source is not None
    assert source.name == "NEXCRED_PASSPHRASE_FILE"
    assert find_passphrase({"NEXCRED_IDENTITY": "i"}, print) is None


def test_a_source_does_not_show_its_secret() -> None:
    assert "EXAMPLE" not in repr(find_source(None, {"NEXCRED_PASSPHRASE": "EXAMPLE"}, print))


@pytest.mark.parametrize("name", UNLOCKING_VARIABLES)
def test_an_empty_variable_decides_and_is_named(name: str) -> None:
    source = find_source(None, {name: ""}, print)
    assert source is not None
    with pytest.raises(Locked, match=f"^{name} is set but empty$"):
        source.read()


def test_children_get_no_unlocking_variable() -> None:
    assert without_unlocking(ALL) == {"PATH": "/bin"}


def read_file(path: Path, variable: str, data: bytes) -> object:
    path.touch(mode=0o600)
    path.write_bytes(data)
    source = find_source(None, {variable: str(path)}, print)
    assert source is not None
    return source.read().reveal()


@pytest.mark.parametrize(
    ("data", "passphrase"),
    [
        (b"pass", "pass"),
        (b"pass\n", "pass"),
        (b"pass\r\n", "pass"),
        (b"pass\n\n", "pass\n"),
        (b" pass ", " pass "),
        (b"two\nlines\n", "two\nlines"),
        (b"# no comment\n", "# no comment"),
    ],
)
def test_case_30_one_line_end_of_a_passphrase_file_is_dropped(tmp_path: Path, data: bytes, passphrase: str) -> None:
    assert read_file(tmp_path / "passphrase", "NEXCRED_PASSPHRASE_FILE", data) == passphrase


def test_an_identity_file_may_hold_comments_and_blank_lines(tmp_path: Path) -> None:
    data = b"# vault: default\r\n\n  NEXCRED-SECRET-1EXAMPLE \n"
    assert read_file(tmp_path / "identity", "NEXCRED_IDENTITY_FILE", data) == "NEXCRED-SECRET-1EXAMPLE"


@pytest.mark.parametrize("data", [b"", b"# only a comment\n", b"one\ntwo\n"])
def test_an_identity_file_holds_one_identity(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Locked, match="must hold one identity"):
        read_file(tmp_path / "identity", "NEXCRED_IDENTITY_FILE", data)
