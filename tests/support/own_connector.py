"""A connector of the user's own, in the folder where every command finds it."""

from pathlib import Path

from tests.support.program import Program


def put_connector(program: Program, name: str, text: str) -> Path:
    folder = program.home / ".config/nexcred/connectors"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path
