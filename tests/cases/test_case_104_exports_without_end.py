"""Case 104: a small file to import that takes hours, gigabytes, or what no text can be made of."""

import resource
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.exports.sealing import kdbx_4
from tests.support.opened import Opened
from tests.support.program import Ran

MOST_MEMORY = 700 * 1024**2
PASSPHRASE = "correct horse EXAMPLE"
PROFILE = "p: {outputs: {d: {type: postgres, host: h, user: u, password: p-EXAMPLE, port: %s}}}\n"


def profile(value: str) -> bytes:
    return (PROFILE % value).encode()


def database(inside: bytes) -> bytes:
    return kdbx_4(b"<KeePassFile><Root><Group" + inside + b"</Group></Root></KeePassFile>", PASSPHRASE, memory=8192)


def archive_of_many() -> bytes:
    """Return a ZIP whose list of files names a million of them, and holds none."""
    listed = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, *(0,) * 8, 1, *(0,) * 6) + b"x"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 1_000_000 * len(listed), 30, 0)
    return b"PK\x03\x04" + bytes(26) + listed * 1_000_000 + end


EXPORTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "values": ("dbt", lambda: b"p: [" + b"a," * 4_000_000 + b"a]\n"),
    "a number of base 60": ("dbt", lambda: profile("1" + ":59" * 2_000_000)),
    "a fraction of base 60": ("dbt", lambda: profile("1" + ":59" * 400 + ".5")),
    "digits": ("dbt", lambda: profile("0x" + "f" * 6_000)),
    "a day": ("dbt", lambda: profile("{a: 2026-02-28}")),
    "bytes": ("dbt", lambda: profile("[!!binary aGk=]")),
    "a set": ("airflow", lambda: b"c: {conn_type: postgres, password: p-EXAMPLE, extra: !!set {a}}\n"),
    "templates": ("dbt", lambda: profile('"' + "{{env_var('A','}}" * 400_000 + '"')),
    "blanks": ("env", lambda: b"A=x" + b" " * 4_000_000 + b"y\n"),
    "many rows of blanks": ("env", lambda: (b"A=x" + b" " * 60_000 + b"y\n") * 60),
    "elements": ("keepass", lambda: database(b">" + b"<Entry/>" * 6_000_000)),
    "attributes": ("keepass", lambda: database(b" " + b" ".join(b'a%x=""' % n for n in range(4_000_000)) + b">")),
    "files": ("1password", archive_of_many),
}


def import_within_bounds(program: Opened, *words: str) -> Ran:
    done = subprocess.run(
        program.command("import", *words, "--dry-run"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=program.environment,
        cwd=program.home,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY)),
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("kind", EXPORTS)
def test_case_104_it_is_read_or_refused(opened: Opened, tmp_path: Path, kind: str) -> None:
    source, make = EXPORTS[kind]
    path, passphrase = tmp_path / "export", tmp_path / "passphrase"
    path.write_bytes(make())
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o600)
    done = import_within_bounds(opened, source, str(path), "--passphrase-file", str(passphrase))
    assert done.code in (0, 2), done.err
    assert "internal error" not in done.err
