"""What a machine keeps of a vault elsewhere, gone wrong: on a disk that is full, or spoilt."""

import sqlite3
import subprocess
from contextlib import closing

from tests.support.program import Program, Ran

# A file system of its own lies over the cache of the command, and is full.
_FILL = """mount -t tmpfs -o size=16k,mode=0700 none "$0" || exit 99
head -c 99999 /dev/zero > "$0/fill" 2> "$0.log"
"$@"
"""
_NOISE = b"EXAMPLE" * 1_000
SPOILS = {
    "records and leaves": "UPDATE kept SET bytes = x'00'",
    "records and leaves of zeros": "UPDATE kept SET bytes = zeroblob(length(bytes))",
    "the last state": "UPDATE row SET bytes = x'00'",
    "a last state of nothing": "DELETE FROM row",
    "noise": "",
}


def with_a_full_cache(program: Program, *words: str, **given: str) -> Ran:
    cache = program.home / ".cache"
    cache.mkdir(exist_ok=True)
    done = subprocess.run(
        ["unshare", "--mount", "--user", "--map-root-user", "sh", "-c", _FILL, str(cache), *program.command(*words)],
        env={**program.environment, **given},
        cwd=program.home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def spoil_copy(program: Program, part: str) -> None:
    """Spoil a part of what it keeps of its one vault, or all."""
    (path,) = (program.home / ".cache/nexcred/vaults").glob("*.db")
    if part == "noise":
        path.write_bytes(_NOISE)
    else:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(SPOILS[part])
