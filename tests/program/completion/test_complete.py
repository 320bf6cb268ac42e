"""`nexcred complete`: what the vault adds to it, and that it asks nobody."""

import os
from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.sample_vault import draft

NAME = "Prod Events"


@pytest.fixture
def filled(opened: Opened) -> Opened:
    store = SqliteStore(_file(opened))
    Vault(store, Identity.parse(opened.environment["NEXCRED_IDENTITY"])).edit(lambda edit: edit.add(draft(NAME)))
    return opened


def _file(program: Opened) -> Path:
    return program.home / ".local/share/nexcred/vault.db"


def _complete(program: Opened, *words: str) -> list[str]:
    ran = program("complete", "fish", "--", *words)
    assert (ran.code, ran.err) == (0, "")
    mode, *values = ran.out.splitlines()
    assert mode in ("words", "nospace", "files")
    return values


def test_names_references_fields_and_tags_come_from_the_vault(filled: Opened) -> None:
    assert _complete(filled, "show", "") == [f"{NAME}\taventri"]
    fields = ("api_key", "account_id", "port")
    assert _complete(filled, "get", "") == [f"{NAME}\taventri", *(f"{NAME}/{field}\taventri" for field in fields)]
    assert f"{NAME}/api_key\taventri" in _complete(filled, "get", "")
    assert "api_key=\tKey" in _complete(filled, "update", NAME, "--set", "")
    assert "api_key\tKey" in _complete(filled, "update", NAME, "")
    assert _complete(filled, "list", "--tag", "") == ["prod"]
    assert _complete(filled, "remove", NAME, "") == []


def test_fields_that_a_credential_names_come_from_it(opened: Opened) -> None:
    assert opened("add", "secret", "portal", "--set", "user:public=ada", "--set", "api-key=generate").code == 0
    assert _complete(opened, "update", "portal", "--set", "") == ["user=", "api-key="]
    assert _complete(opened, "update", "portal", "--map", "") == ["user=", "api-key="]
    assert _complete(opened, "update", "portal", "--unset", "") == ["user", "api-key"]


def test_a_command_and_a_method_are_told_with_what_they_are(opened: Opened) -> None:
    assert "vault\tmake, inspect and verify the vault" in _complete(opened, "")
    assert "basic\tUser name and password" in _complete(opened, "add", "rest", "--method", "")
    assert not [line for line in _complete(opened, "") if line.startswith("complete")]


def test_run_completes_commands_and_then_files(filled: Opened, tmp_path: Path) -> None:
    for name, mode in (("frobnicate", 0o755), ("frobnotes", 0o644)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    filled.environment["PATH"] = f"{tmp_path}:/nowhere:{filled.environment['PATH']}"
    for before in (["run", "-c", NAME, "--"], ["run", "-c", NAME]):
        found = _complete(filled, *before, "")
        assert {"frobnicate", "sh"} <= {line.partition("\t")[0] for line in found}
        assert "frobnotes" not in found
        assert filled("complete", "fish", "--", *before, "./fro").out == "files\n"
        assert filled("complete", "fish", "--", *before, "sh", "").out == "files\n"
        assert filled("complete", "fish", "--", *before, "sh", "--ve").out == "files\n"
    assert "--mask" in "\n".join(_complete(filled, "run", "-c", NAME, "--"[:1]))


def test_the_line_may_name_the_vault_and_the_identity(filled: Opened, tmp_path: Path) -> None:
    _file(filled).rename(tmp_path / "other.db")
    identity = tmp_path / "ci.key"
    identity.touch(mode=0o600)
    identity.write_text(filled.environment.pop("NEXCRED_IDENTITY"))
    given = ("--vault", str(tmp_path / "other.db"), f"--identity-file={identity}")
    assert _complete(filled, *given, "show", "") == [f"{NAME}\taventri"]
    assert _complete(filled, "--vault", "keyring:", "show", "") == []


def test_a_passphrase_is_neither_derived_nor_asked_for(filled: Opened) -> None:
    del filled.environment["NEXCRED_IDENTITY"], filled.environment["NEXCRED_NO_INPUT"]
    assert _complete(filled, "show", "") == []
    filled.environment["NEXCRED_PASSPHRASE"] = "passphrase of EXAMPLE"
    assert _complete(filled, "show", "") == []


@pytest.mark.parametrize("identity", ["", "nonsense", "NEXCRED-SECRET-1AAAA"])
def test_what_does_not_open_it_is_nothing_to_speak_of(filled: Opened, identity: str) -> None:
    filled.environment["NEXCRED_IDENTITY"] = identity
    assert _complete(filled, "show", "") == []


def test_a_damaged_or_missing_vault_is_nothing_to_speak_of(filled: Opened) -> None:
    _file(filled).write_bytes(b"no vault")
    assert _complete(filled, "show", "") == []
    _file(filled).unlink()
    assert _complete(filled, "show", "") == []


def test_it_leaves_no_trace(filled: Opened) -> None:
    def seen() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in filled.home.rglob("*") if path.is_file()}

    before = seen()
    assert _complete(filled, "get", "")
    assert seen() == before


def test_an_identity_in_a_pipe_is_not_waited_for(filled: Opened, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _complete(filled, "--identity-file", str(tmp_path / "pipe"), "show", "") == []


def test_the_scripts_are_for_three_shells(opened: Opened) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "nexcred complete" in opened("completion", shell).out
    assert opened("completion", "tcsh").code == 2
