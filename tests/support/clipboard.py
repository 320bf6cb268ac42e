"""Programs that stand in for those of a system's clipboard, on a PATH of their own, and tell what they were given."""

import json
import os
import stat
import sys
from pathlib import Path

_PROGRAM = """#!{python}
import json, os, sys, time
folder, name, arguments = {folder!r}, {name!r}, sys.argv[1:]
kept = os.path.join(folder, "kept")
with open(os.path.join(folder, "calls"), "a") as calls:
    calls.write(json.dumps([name, arguments, dict(os.environ)]) + "\\n")
def put(data):
    with open(kept + str(os.getpid()), "wb") as file:
        file.write(data)
    os.replace(kept + str(os.getpid()), kept)
{body}
"""
# What each does; those that serve the clipboard go on running in the background until somebody else copies.
_BODIES = {
    "keeps": "put(sys.stdin.buffer.read())",
    "reads": "sys.stdout.buffer.write(open(kept, 'rb').read())",
    "fails": "sys.exit(1)",
    "hangs": "time.sleep(600)",
    "serves": """
if '--sensitive' in arguments and {refuses_mark}:
    sys.exit(1)
if '--clear' in arguments:
    put(b'')
    sys.exit()
put(sys.stdin.buffer.read())
mine = os.stat(kept).st_ino
if os.fork():
    os._exit(0)
while os.stat(kept).st_ino == mine:
    time.sleep(0.01)
""",
}


class StandInClipboard:
    """A folder for PATH, and what the programs in it have seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def install(self, name: str, does: str, *, refuses_mark: bool = False) -> None:
        body = _BODIES[does].replace("{refuses_mark}", str(refuses_mark))
        path = self.folder / name
        path.write_text(_PROGRAM.format(python=sys.executable, folder=str(self.folder), name=name, body=body))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    @property
    def holds(self) -> bytes:
        kept = self.folder / "kept"
        return kept.read_bytes() if kept.exists() else b""

    @property
    def calls(self) -> list[tuple[str, list[str], dict[str, str]]]:
        path = self.folder / "calls"
        return [tuple(json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []

    def copy_another(self, data: bytes) -> None:
        """Copy as another program does."""
        beside = self.folder / "another"
        beside.write_bytes(data)
        beside.replace(self.folder / "kept")


def shows_anywhere(value: bytes) -> list[str]:
    """Return the processes that have the value in their command line or their environment."""
    showing = []
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                if value in (process / name).read_bytes() and int(process.name) != os.getpid():
                    showing.append(f"{process.name}/{name}")
            except OSError:
                continue
    return showing


def holders(value_folder: str) -> list[int]:
    """Return the processes that hold a clipboard, and were given this folder on their PATH."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_one = b"clipboard/holder.py" in (process / "cmdline").read_bytes()
            if is_one and value_folder.encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found
