"""A real GNOME Keyring on a D-Bus of its own, in a throw-away home."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

_PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")


class Desktop:
    """What a session of this desktop has in its environment. `lock` locks the keyring; nobody can answer its dialog."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def lock(self) -> None:
        """Lock the keyring as a screen saver does."""
        arguments = ["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]
        collection = "/org/freedesktop/secrets/collection/login"
        subprocess.run(
            ["dbus-send", *arguments, "org.freedesktop.Secret.Service.Lock", f"array:objpath:{collection}"],
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=30,
        )


@pytest.fixture
def gnome(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """A desktop whose keyring the process of the tests reaches too."""
    with gnome_desktop() as desktop:
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            monkeypatch.setenv(name, desktop.environment[name])
        yield desktop


@contextmanager
def gnome_desktop() -> Iterator[Desktop]:
    """Run a bus and an unlocked keyring; skip the test where they are not installed."""
    paths = {name: shutil.which(name) for name in _PROGRAMS}
    if None in paths.values():
        pytest.skip("needs a real keyring: apt-get install dbus gnome-keyring")
    with ExitStack() as stack:
        # A short path, since sockets take only some hundred bytes.
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nx-", ignore_cleanup_errors=True)))
        environment = {
            "HOME": str(home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "XDG_RUNTIME_DIR": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "LC_ALL": "C.UTF-8",
        }
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
        bus += [f"--address=unix:path={home}/bus"]
        address = stack.enter_context(_running(bus, environment))
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
        keyring = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        stack.enter_context(_running(keyring, environment, password="EXAMPLE"))
        yield Desktop(environment)


@contextmanager
def _running(command: list[str], environment: dict[str, str], *, password: str | None = None) -> Iterator[str]:
    """Run a daemon until its first line of output, which is returned, and end it afterwards."""
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(password or "")
            process.stdin.close()
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
