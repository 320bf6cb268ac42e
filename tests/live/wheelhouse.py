"""A folder from which pip installs nexcred without a network: its wheel, and those that it needs, as installed here."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

_ROOT = Path(__file__).parents[2]
_EXTRAS = ("", "ed25519", "rsa")


@pytest.fixture(scope="session")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=_ROOT, capture_output=True, check=True)
    for name in sorted({*_needed_by("nexcred"), "hatchling", *_needed_by("hatchling")}):
        _pack(metadata.distribution(name), folder)
    folder.chmod(0o755)
    return folder


def variables(wheelhouse: Path) -> dict[str, str]:
    """Return what has pip look there and nowhere else."""
    return {
        "PIP_NO_INDEX": "1",
        "PIP_NO_COMPILE": "1",
        "PIP_FIND_LINKS": str(wheelhouse),
        "PIP_CONFIG_FILE": os.devnull,
    }


def _needed_by(name: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    for line in metadata.requires(name) or []:
        requirement = Requirement(line)
        wanted = requirement.marker is None or any(requirement.marker.evaluate({"extra": one}) for one in _EXTRAS)
        if wanted and requirement.name not in seen:
            yield requirement.name
            yield from _needed_by(requirement.name, seen | {requirement.name})


def _pack(installed: metadata.Distribution, folder: Path) -> None:
    """Make the wheel again that it was installed from, from the files that it left."""
    said = (installed.read_text("WHEEL") or "").splitlines()
    tags = [line.removeprefix("Tag: ").split("-") for line in said if line.startswith("Tag: ")]
    tag = "-".join(".".join(dict.fromkeys(part)) for part in zip(*tags, strict=True))
    name = installed.metadata["Name"].replace("-", "_").replace(".", "_")
    with zipfile.ZipFile(folder / f"{name}-{installed.version}-{tag}.whl", "w") as wheel:
        for file in installed.files or []:
            if ".." not in file.parts and "__pycache__" not in file.parts and file.name not in _OF_THE_INSTALLER:
                wheel.write(str(file.locate()), str(file))


_OF_THE_INSTALLER = ("INSTALLER", "REQUESTED", "direct_url.json")
