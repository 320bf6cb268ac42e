"""Case 58: a secret is never in the arguments of a process, of the program's own or of what it starts."""

import subprocess
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.parcels import keep, key
from tests.support.standins.parcels import Parcels
from tests.support.strace import needs_strace

SECRETS = (b"first-EXAMPLE", b"made-2-EXAMPLE", b"NEXCRED-SECRET-")


@needs_strace
@pytest.mark.parametrize(
    ("words", "starts"),
    [
        (("rotate", "parcels", "--grace", "0"), b'"delivers"'),
        (("run", "-c", "parcels", "--", "sh", "-c", ": started"), b'": started"'),
        (("probe", "parcels"), b'"probe"'),
        (("request", "parcels", "me"), b'"request"'),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_case_58_no_process_has_it_in_its_arguments(
    opened: Opened, parcels: Parcels, tmp_path: Path, words: tuple[str, ...], starts: bytes
) -> None:
    keep(opened, parcels)
    settings = opened.home / ".config/nexcred/config.toml"
    settings.write_text("[after.switch]\nparcels = ['sh', '-c', ': \"$PARCELS_KEY\"', 'delivers']\n")
    settings.chmod(0o600)
    calls = tmp_path / "calls"
    traced = ("strace", "-f", "-qq", "-s", "100000", "-e", "trace=execve,execveat", "-o", str(calls))
    done = subprocess.run(
        [*traced, *opened.command(*words)],
        env=opened.environment,
        cwd=opened.home,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = calls.read_bytes()
    assert starts in seen
    assert [secret for secret in SECRETS if secret in seen] == []
    assert key(opened) == ("made-2-EXAMPLE" if words[0] == "rotate" else "first-EXAMPLE")
