"""Case 58: a secret shows nowhere: not on stdout or stderr, not with --debug, not in a file, not after SIGTERM."""

import signal
import subprocess
import time
from pathlib import Path

from nexcred.cli.app import error_report
from nexcred.cli.terminal.streams import open_streams
from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Received
from tests.support.standins.faults import silence

__all__ = ["nexcred", "vaulted"]

CANARY = "canary-4711-EXAMPLE"
NEW_CANARY = "canary-4712-EXAMPLE"


def test_case_58_no_command_shows_a_secret(vaulted: Program, aventri: Aventri) -> None:
    aventri.api_key = CANARY
    host = aventri.host
    there = ("--set", f"base_url=http://{host}", "--allow-host", host)
    asking = [
        (("add", "aventri", "--set", "account_id=4711", "--set", "api_key=-", *there), CANARY),
        (("add", "aventri", "two", "--set", "account_id=4711", "--set", "api_key=-", *there), NEW_CANARY),
        (("probe", "aventri", "--json"), ""),
        (("probe", "aventri", "--control"), ""),
        (("update", "aventri", "--set", "api_key=-", "--save-unverified"), NEW_CANARY),
        (("restore", "aventri", "--revision", "1"), ""),
    ]
    runs = [
        (("add", "aventri", "two", "--set", "account_id=4711", "--set", f"api_key={CANARY}"), ""),
        (("add", "aventri", "two", "--set", f"api_kee={CANARY}"), ""),
        (("add", "aventri", "two", CANARY), ""),
        (("add", "aventri", "--from", "-"), CANARY),
        (("show", "aventri"), ""),
        (("show", "aventri", "--json"), ""),
        (("history", "aventri", "--json"), ""),
        (("list", "--json"), ""),
        (("get", "aventri/account_id"), ""),
        (("vault", "verify"), ""),
        (("remove", "aventri", "--yes"), ""),
    ]
    for arguments, stdin in (*asking, *runs):
        aventri.received.clear()
        for debug in ((), ("--debug",)):
            ran = vaulted(*arguments, *debug, stdin=stdin.encode())
            assert "canary" not in ran.out + ran.err, arguments
            assert "internal error" not in ran.err, arguments
        assert any(map(was_sent, aventri.received)) == ((arguments, stdin) in asking), arguments
    assert not _files_with_a_canary(vaulted.home.parent)


def test_case_58_nothing_is_left_after_sigterm(vaulted: Program, aventri: Aventri, tmp_path: Path) -> None:
    aventri.fault = silence()
    folder = tmp_path / "tmp"
    folder.mkdir()
    host = aventri.host
    arguments = ("add", "aventri", "--set", "account_id=4711", "--set", "api_key=-")
    child = subprocess.Popen(
        vaulted.command(*arguments, "--set", f"base_url=http://{host}", "--allow-host", host),
        env={**vaulted.environment, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert child.stdin is not None
    child.stdin.write(CANARY.encode())
    child.stdin.close()
    child.stdin = None
    deadline = time.monotonic() + 30
    while not aventri.received and time.monotonic() < deadline:
        time.sleep(0.02)
    assert any(map(was_sent, aventri.received)), "it ended before it asked"
    assert CANARY.encode() not in Path(f"/proc/{child.pid}/cmdline").read_bytes()
    child.send_signal(signal.SIGTERM)
    output, _ = child.communicate(timeout=30)
    assert output == b""
    assert not _files_with_a_canary(tmp_path)
    assert not list(folder.iterdir())
    assert vaulted("list", "--json").out == "[]\n"


def test_case_58_a_fault_of_the_program_is_told_without_its_text(capfd: object) -> None:
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            raise KeyError(CANARY) from error
    except KeyError as error:
        caught = error
    streams = open_streams()
    error_report.trace(caught, streams)
    error_report.tell(error_report.internal(caught), streams, as_json=False)
    _, told = capfd.readouterr()  # type: ignore[attr-defined]
    assert "builtins.KeyError" in told
    assert "builtins.ValueError" in told
    assert __file__ in told
    assert "canary" not in told.replace(__file__, "")


def was_sent(request: Received) -> bool:
    """True when a canary left the program: where none does, nothing is proved by its absence."""
    return request.holds("canary")


def _files_with_a_canary(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
