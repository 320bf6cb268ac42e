"""Case 38: which keyring is taken, and which is refused by name."""

import subprocess
import sys
from pathlib import Path

import pytest

from nexcred.oskeyring.access import open_keyring
from nexcred.oskeyring.backends import VARIABLE, choose
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.oskeyring.timeouts import Patience, decide_patience


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No bus, and no configuration of whoever runs this."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def _trouble(environment: dict[str, str], platform: str = "linux") -> KeyringUnavailable:
    with pytest.raises(KeyringUnavailable) as caught:
        choose(environment, platform)
    return caught.value


@pytest.mark.parametrize(
    "name",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyrings.alt.file.PlaintextKeyring",
        "os.path",
        "no_such_module.Keyring",
    ],
)
def test_case_38_a_backend_that_is_not_on_the_list_is_refused_by_name(name: str) -> None:
    error = _trouble({VARIABLE: name})
    assert error.failure is KeyringFailure.REFUSED
    assert name in error.reason


def test_case_38_a_refused_backend_is_not_even_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "planted.py").write_text("raise SystemExit('planted code ran')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert _trouble({VARIABLE: "planted.Keyring"}).failure is KeyringFailure.REFUSED
    assert "planted" not in sys.modules


def test_case_38_a_keyring_switched_off_in_its_own_configuration_stays_off(tmp_path: Path) -> None:
    folder = tmp_path / "python_keyring"
    folder.mkdir()
    (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    error = _trouble({})
    assert (error.failure, "keyring.backends.null.Keyring" in error.reason) == (KeyringFailure.REFUSED, True)
    (folder / "keyringrc.cfg").write_bytes(b"\xff\xfe nothing")
    assert _trouble({}).failure is KeyringFailure.REFUSED


@pytest.mark.parametrize("environment", [{}, {VARIABLE: ""}, {VARIABLE: "keyring.backends.chainer.ChainerBackend"}])
def test_case_38_without_a_daemon_there_is_no_keyring(environment: dict[str, str]) -> None:
    assert _trouble(environment).failure is KeyringFailure.ABSENT


def test_another_platforms_keyring_is_not_on_the_list() -> None:
    assert _trouble({VARIABLE: "keyring.backends.macOS.Keyring"}).failure is KeyringFailure.REFUSED


def test_case_38_an_empty_choice_does_not_crash() -> None:
    with pytest.raises(KeyringUnavailable) as caught:
        open_keyring({VARIABLE: ""}, say_waiting=None)
    assert caught.value.failure is KeyringFailure.ABSENT


def test_keyring_is_imported_only_when_it_is_opened() -> None:
    program = "import sys, nexcred.oskeyring.access; print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("environment", "platform", "total_s"),
    [
        ({"DISPLAY": ":0"}, "linux", 60.0),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", 60.0),
        ({}, "darwin", 60.0),
        ({"CI": "false"}, "darwin", 60.0),
        ({}, "linux", 3.0),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", 3.0),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1"}, "linux", 3.0),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", 3.0),
    ],
)
def test_case_39_a_person_is_waited_for_only_at_a_desktop(
    environment: dict[str, str], platform: str, total_s: float
) -> None:
    assert decide_patience(environment, platform, may_wait=True).total_s == total_s
    assert decide_patience(environment, platform, may_wait=False) == Patience(3.0, 3.0)
