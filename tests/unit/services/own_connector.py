"""A connector of the user's own, which changes from one run of the program to the next."""

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a connector into the user's folder; each time another one, as for another run of the program."""
    number = 0

    def write_spec(spec: str, name: str = "acme") -> None:
        nonlocal number
        number += 1
        folder = tmp_path / f"config-{number}" / "nexcred" / "connectors"
        folder.mkdir(parents=True)
        for above in (folder, folder.parent):
            above.chmod(0o755)
        (folder / f"{name}.toml").write_text(spec)
        (folder / f"{name}.toml").chmod(0o644)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder.parents[1]))

    return write_spec
