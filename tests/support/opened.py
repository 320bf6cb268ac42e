"""The program with a vault that opens by its identity, as in a CI job."""

import shutil
from pathlib import Path

import pytest

from tests.support.program import Program, Ran
from tests.support.standins.probe import good_values, secret_field
from tests.support.standins.server import StandIn


class Opened(Program):
    """Adds the credential of a stand-in by the flags that reach it."""

    def add(self, stand_in: StandIn, *more: str, secret: str | None = None, **environment: str) -> Ran:
        """Run `nexcred add` with the values that the stand-in accepts, or with another secret."""
        values = good_values(stand_in)
        held = str(values.pop(secret_field(stand_in)))
        settings = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
        settings += ["--set", f"{secret_field(stand_in)}=env:HELD", "--allow-host", stand_in.host]
        variables = {"HELD": held if secret is None else secret, **environment}
        return self("add", stand_in.name, *settings, *more, environment=variables)

    @property
    def names(self) -> list[str]:
        """The names of what is in the vault."""
        return [line.split("  ")[0] for line in self("list").out.splitlines()[1:]]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a home with an empty vault, and the identity that opens it: a passphrase is slow on purpose."""
    home = tmp_path_factory.mktemp("founded")
    program = Program(home, NEXCRED_PASSPHRASE="passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
    assert program("vault", "init").code == 0
    return home, program("identity", "show", "--secret").out.strip()


@pytest.fixture
def opened(founded: tuple[Path, str], tmp_path: Path) -> Opened:
    home, identity = founded
    shutil.copytree(home, tmp_path / "home")
    return Opened(tmp_path / "home", NEXCRED_IDENTITY=identity, NEXCRED_NO_INPUT="1")
