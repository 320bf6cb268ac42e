"""Each check of the doctor, right and wrong."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest

from nexcred.errors import StoreFailed
from nexcred.local.anchors import AnchorFile
from nexcred.model.secret import Secret
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.services.doctor.check import Check, Status, look
from nexcred.services.doctor.clock import check_clock
from nexcred.services.doctor.files import check_files
from nexcred.services.doctor.keyring import check_keyring
from nexcred.services.doctor.network import check_proxies, check_tls
from nexcred.services.doctor.terminal import check_terminal
from nexcred.services.doctor.vault import check_unlocking, check_vault
from nexcred.services.doctor.versions import check_versions
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.unlock.os_keyring import KeyringIdentities
from nexcred.unlock.sources import SourceKind, UnlockSource
from nexcred.vault.identity import Identity
from tests.support.sample_vault import SEED, add, found, open_new

OK, WARNING, PROBLEM = Status.OK, Status.WARNING, Status.PROBLEM


def _statuses(checks: list[Check]) -> list[tuple[str, Status]]:
    return [(check.name, check.status) for check in checks]


def test_what_a_group_raises_is_a_problem() -> None:
    def fails() -> list[Check]:
        raise StoreFailed("the disk is gone", hint="look at it")

    def is_refused() -> list[Check]:
        raise PermissionError(13, "Permission denied")

    assert look("x", fails) == [Check("x", PROBLEM, "the disk is gone", "look at it")]
    assert look("x", is_refused) == [Check("x", PROBLEM, "it cannot be looked at: permission denied")]


def test_files_for_their_user_alone_are_right(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    (folder / "vault.db").touch(mode=0o600)
    assert _statuses(list(check_files([folder, tmp_path / "none"], [folder / "vault.db"]))) == [("files", OK)]


def test_a_mode_too_wide_is_told_with_its_command_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "vault.db").touch()
    (folder / "vault.db").chmod(0o640)
    checks = list(check_files([folder], [folder / "vault.db"]))
    assert _statuses(checks) == [("files", PROBLEM)] * 2
    assert checks[0].hint == f"run: chmod 700 '{folder}'"
    assert checks[1].hint == f"run: chmod 600 '{folder}/vault.db'"
    assert stat.S_IMODE((folder / "vault.db").stat().st_mode) == 0o640


def test_a_link_a_pipe_and_a_file_for_a_folder_are_problems(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "x")
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "file").touch(mode=0o600)
    checks = list(check_files([tmp_path / "file"], [tmp_path / "link", tmp_path / "pipe"]))
    assert _statuses(checks) == [("files", PROBLEM)] * 3


def test_a_clock_behind_what_was_written_is_told(tmp_path: Path) -> None:
    now = datetime(2026, 1, 15, 12, tzinfo=UTC)
    path = tmp_path / "vault.db"
    path.touch()

    def status(ahead: timedelta) -> Status:
        moment = (now + ahead).timestamp()
        os.utime(path, (moment, moment))
        return check_clock(now, [path, tmp_path / "none"]).status

    assert status(timedelta(minutes=-30)) is OK
    assert status(timedelta(minutes=30)) is WARNING
    assert status(timedelta(days=30)) is PROBLEM


def _anchors(folder: Path) -> AnchorFile:
    return AnchorFile(folder / "state", warn=lambda text: None)


def test_a_vault_seen_before_is_right(tmp_path: Path) -> None:
    store, anchors = SqliteStore(tmp_path / "vault.db"), _anchors(tmp_path)
    vault = open_new(store)
    assert _statuses(list(check_vault(store, anchors))) == [("vault", OK), ("anchor", WARNING)]
    anchors.advance(store.location, vault.anchor)
    assert _statuses(list(check_vault(store, anchors))) == [("vault", OK), ("anchor", OK)]


def test_no_vault_is_a_warning_and_a_lost_one_a_problem(tmp_path: Path) -> None:
    store, anchors = SqliteStore(tmp_path / "vault.db"), _anchors(tmp_path)
    assert _statuses(list(check_vault(store, anchors))) == [("vault", WARNING)]
    anchors.advance(store.location, open_new(store).anchor)
    (tmp_path / "vault.db").unlink()
    assert _statuses(look("vault", lambda: check_vault(store, anchors))) == [("vault", PROBLEM)]


def test_an_older_and_another_vault_are_problems(tmp_path: Path) -> None:
    store, anchors = SqliteStore(tmp_path / "vault.db"), _anchors(tmp_path)
    vault = open_new(store)
    old = (tmp_path / "vault.db").read_bytes()
    add(vault, "one")
    anchors.advance(store.location, vault.anchor)
    (tmp_path / "vault.db").write_bytes(old)
    assert _statuses(list(check_vault(store, anchors))) == [("vault", OK), ("anchor", PROBLEM)]
    (tmp_path / "vault.db").unlink()
    found(store, seed=bytes(32))
    assert _statuses(list(check_vault(store, anchors))) == [("vault", OK), ("anchor", PROBLEM)]


def test_damaged_pages_are_a_problem(tmp_path: Path) -> None:
    store, anchors = SqliteStore(tmp_path / "vault.db"), _anchors(tmp_path)
    vault = open_new(store)
    for number in range(12):
        add(vault, f"one {number}", "EXAMPLE" * 400)
    data = bytearray((tmp_path / "vault.db").read_bytes())
    assert len(data) > 20 * 4096
    for page in range(12, len(data) // 4096):
        data[page * 4096 : page * 4096 + 16] = b"\xff" * 16
    (tmp_path / "vault.db").write_bytes(data)
    checks = look("vault", lambda: check_vault(store, anchors))
    assert checks[0][:2] == ("vault", PROBLEM)


def _source(kind: SourceKind, text: str) -> UnlockSource:
    return UnlockSource("NEXCRED_IDENTITY", kind, "here", Secret(text))


def test_what_was_given_to_unlock_is_read_and_not_tried() -> None:
    mine = Identity(SEED, b"v" * 16)
    assert check_unlocking(None, None).status is OK
    assert check_unlocking(_source("passphrase", "EXAMPLE"), None).status is OK
    assert check_unlocking(_source("identity", mine.secret_string), b"v" * 16).status is OK
    other = check_unlocking(_source("identity", mine.secret_string), b"w" * 16)
    empty = check_unlocking(_source("identity", ""), None)
    wrong = check_unlocking(_source("identity", mine.secret_string[:-1]), None)
    assert [check.status for check in (other, empty, wrong)] == [PROBLEM] * 3
    assert all(check.hint for check in (other, empty, wrong))
    assert not [check for check in (other, empty, wrong) if mine.secret_string[16:30] in check.detail + check.hint]


@pytest.mark.parametrize(
    ("failure", "relied", "status"),
    [
        (KeyringFailure.ABSENT, False, OK),
        (KeyringFailure.ABSENT, True, PROBLEM),
        (KeyringFailure.LOCKED, False, WARNING),
        (KeyringFailure.LOCKED, True, PROBLEM),
        (KeyringFailure.DIFFERENT, False, WARNING),
    ],
)
def test_a_keyring_that_fails_is_as_bad_as_it_is_needed(failure: KeyringFailure, relied: bool, status: Status) -> None:
    def fails() -> None:
        raise KeyringUnavailable(failure, "the keyring is no good")

    assert check_keyring(KeyringIdentities(fails), is_relied_on=relied).status is status  # type: ignore[arg-type]


def test_certificates_are_counted_and_their_variable_named(tmp_path: Path) -> None:
    assert "the built-in list" in check_tls({}).detail
    named = check_tls({"SSL_CERT_FILE": certifi.where()})
    assert (named.status, "SSL_CERT_FILE" in named.detail) == (OK, True)
    assert check_tls({"REQUESTS_CA_BUNDLE": str(tmp_path)}).status is OK
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        wrong = check_tls({variable: str(tmp_path / "none")})
        assert (wrong.status, variable in wrong.hint) == (PROBLEM, True)


def test_the_login_of_a_proxy_is_masked() -> None:
    environment = {"HTTPS_PROXY": "http://user:EXAMPLE-pass@proxy.example:3128", "all_proxy": "socks4://EXAMPLE@x"}
    checks = list(check_proxies(environment))
    assert [check.status for check in checks] == [OK, PROBLEM]
    assert checks[0].detail == "HTTPS_PROXY: http://proxy.example:3128, with a login (••••)"
    assert "EXAMPLE" not in repr(checks)
    assert "user" not in repr(checks)
    socks = next(check_proxies({"all_proxy": "socks5h://user:EXAMPLE-pass@proxy.example"}))
    assert socks.detail == "all_proxy: socks5h://proxy.example:1080, with a login (••••)"
    assert next(check_proxies({})).status is OK
    assert next(iter(check_proxies({"http_proxy": "http://[EXAMPLE"}))).status is PROBLEM


def test_a_terminal_without_letters_is_a_warning() -> None:
    assert check_terminal({"TERM": "xterm"}, "UTF8", may_ask=True, colour=True).status is OK
    wrong = check_terminal({"LC_ALL": "C", "NO_COLOR": "1"}, "ascii", may_ask=False, colour=False)
    assert wrong.status is WARNING
    assert "LC_ALL=C" in wrong.detail
    assert "no colour (NO_COLOR is set)" in wrong.detail


def test_an_sqlite_without_strict_tables_is_a_problem() -> None:
    assert check_versions().status is OK
    assert check_versions((3, 36, 0)).status is PROBLEM
