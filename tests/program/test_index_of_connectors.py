"""The index of the built-in connectors: whatever has become of it, the files themselves are read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import nexcred
from nexcred.connectors.load.names import CATALOGUE
from tests.support.opened import Opened

KEPT = ("aha", "openai", "stripe")
WHOLE = (CATALOGUE / "index.json").read_text()
OF_KEPT = [one for one in json.loads(WHOLE) if one["name"] in KEPT]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return the catalogue of a program with three connectors; all else of it is this one's."""
    package = Path(nexcred.__file__).parent
    made = tmp_path / "copied" / "nexcred"
    for folder in ("", "connectors", "connectors/catalog"):
        (made / folder).mkdir(parents=True)
        for one in (package / folder).iterdir():
            if one.name not in ("connectors", "catalog", "index.json", "__pycache__") and (
                one.suffix != ".toml" or one.stem in KEPT
            ):
                (made / folder / one.name).symlink_to(one)
    return made / "connectors" / "catalog"


def run(program: Opened, copied: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "nexcred", *arguments],
        env={**program.environment, "PYTHONPATH": str(copied.parents[2])},
        cwd=program.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    "index",
    [
        None,
        b"",
        b"\xff\xfe",
        WHOLE.encode()[:5000],
        b"[" * 100_000,
        b"{}",
        b"7",
        b"null",
        b"[7]",
        b'[["openai"]]',
        b'[{"title": "OpenAI"}]',
        b'[{"name": ["openai"]}]',
        json.dumps([{"name": "openai"}]).encode(),
        json.dumps([{**one, "colour": "red"} for one in OF_KEPT]).encode(),
        json.dumps([{**one, "key_forms": [["api_key"]]} for one in OF_KEPT]).encode(),
        json.dumps([{**one, "key_forms": 7} for one in OF_KEPT]).encode(),
        json.dumps([{**one, "title": 7} for one in OF_KEPT]).encode(),
        json.dumps([{**one, "title": None, "also": "openai"} for one in OF_KEPT]).encode(),
        json.dumps([{**one, "also": [7]} for one in OF_KEPT]).encode(),
    ],
    ids=lambda one: repr(one)[:24],
)
def test_what_it_does_not_say_is_read(opened: Opened, copied: Path, index: bytes | None) -> None:
    if index is not None:
        (copied / "index.json").write_bytes(index)
    assert [line.split()[0] for line in run(opened, copied, "connectors", "list").splitlines()[1:]] == list(KEPT)
    assert "openai" in run(opened, copied, "connectors", "list", "chatgpt")


def test_one_that_names_what_there_is_not_adds_nothing(opened: Opened, copied: Path) -> None:
    (copied / "index.json").write_text(WHOLE)
    assert run(opened, copied, "connectors", "list", "anthropic") == ""
