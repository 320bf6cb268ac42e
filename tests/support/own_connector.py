"""A connector of the user's own, in the folder where every command finds it."""

from pathlib import Path

from tests.support.program import Program


def put_connector(program: Program, name: str, text: str | bytes) -> Path:
    folder = program.home / ".config/nexcred/connectors"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)
    return path
