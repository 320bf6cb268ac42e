"""Case 59: `run` is as if the command had been run: signals, exit codes, no shell; and what it hands over."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.support.opened import Opened

KEY = "key of EXAMPLE $(touch owned) `x` \"'"


@pytest.fixture
def holding(opened: Opened) -> Opened:
    """A vault with a credential for variables alone, and one that needs a file."""
    values = ("--set", "account_id=4711", "--set", "api_key=env:HELD")
    assert opened("add", "aventri", "events", *values, "--no-probe", environment={"HELD": KEY}).code == 0
    database = {"host": "127.0.0.1", "port": 1, "database": "d", "username": "u", "password": "pw-EXAMPLE"}
    pem = "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----\n"
    body = {"name": "pg", "credentials_type": "postgres", "credentials": {**database, "ca_certificate": pem}}
    assert opened("add", "--from", "-", "--no-probe", stdin=json.dumps(body).encode()).code == 0
    return opened


@pytest.mark.parametrize("with_files", [(), ("-c", "pg")], ids=["exec", "beside"])
@pytest.mark.parametrize("code", [0, 3, 77, 255])
def test_the_exit_code_is_the_commands(holding: Opened, code: int, with_files: tuple[str, ...]) -> None:
    assert holding("run", *with_files, "--", "sh", "-c", f"exit {code}").code == code


@pytest.mark.parametrize("with_files", [(), ("-c", "pg")], ids=["exec", "beside"])
def test_a_command_killed_by_a_signal_is_seen_to_be(holding: Opened, with_files: tuple[str, ...]) -> None:
    assert holding("run", *with_files, "--", "sh", "-c", "kill -KILL $$").code == -signal.SIGKILL
    assert holding("run", *with_files, "--", "sh", "-c", "kill -TERM $$").code == -signal.SIGTERM


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-c", "nothing", "--", "true"], 125),
        (["--env", "X=events/nothing", "--", "true"], 125),
        (["--env", "X", "--", "true"], 125),
        (["--mistyped", "--", "true"], 125),
        ([], 125),
        (["--", "/etc"], 126),
        (["-c", "pg", "--", "/etc"], 126),
        (["--", "no-such-command"], 127),
        (["-c", "pg", "--", "no-such-command"], 127),
    ],
)
def test_its_own_failures_have_codes_that_no_command_has(holding: Opened, arguments: list[str], code: int) -> None:
    assert holding("run", *arguments).code == code


def test_a_locked_vault_is_a_failure_of_its_own(holding: Opened) -> None:
    assert holding("run", "-c", "events", "--", "true", environment={"NEXCRED_IDENTITY": ""}).code == 125


def test_no_shell_reads_the_words_or_the_values(holding: Opened) -> None:
    show = "import os, sys; print(os.environ['AVENTRI_API_KEY']); print(sys.argv[1:])"
    ran = holding("run", "-c", "events", "--", sys.executable, "-c", show, "$HOME", "a b", "--", "-c", "*")
    assert ran.out.splitlines() == [KEY, str(["$HOME", "a b", "--", "-c", "*"])]
    assert not (holding.home / "owned").exists()


def test_declared_variables_defaults_and_the_others_by_the_credentials_name(holding: Opened) -> None:
    ran = holding("run", "-c", "events", "--env", "MINE=events/region", "--", "env")
    lines = set(ran.out.splitlines())
    assert {f"AVENTRI_API_KEY={KEY}", "AVENTRI_ACCOUNT_ID=4711", "EVENTS_REGION=na", "MINE=na"} <= lines


def test_what_unlocks_the_vault_is_not_passed_on(holding: Opened) -> None:
    for with_files in ((), ("-c", "pg")):
        assert "NEXCRED_IDENTITY" not in holding("run", "-c", "events", *with_files, "--", "env").out


def test_two_credentials_for_one_variable_are_told(holding: Opened) -> None:
    values = ("--set", "account_id=1", "--set", "api_key=env:HELD")
    assert holding("add", "aventri", "other", *values, "--no-probe", environment={"HELD": "k-EXAMPLE"}).code == 0
    ran = holding("run", "-c", "events", "-c", "other", "--", "true")
    assert ran.code == 125
    assert "'events' and 'other' both set AVENTRI_ACCOUNT_ID" in ran.err


def test_a_file_is_there_while_the_command_runs_and_gone_afterwards(holding: Opened) -> None:
    show = 'printf "%s\\n" "$PGSSLROOTCERT"; stat -c %a "$PGSSLROOTCERT" "${PGSSLROOTCERT%/*}"; cat "$PGSSLROOTCERT"'
    path, *rest = holding("run", "-c", "pg", "--", "sh", "-c", show).out.splitlines()
    assert rest == ["600", "700", "-----BEGIN CERTIFICATE-----", "EXAMPLE", "-----END CERTIFICATE-----"]
    assert not Path(path).parent.exists()


def test_without_a_file_the_process_becomes_the_command(holding: Opened) -> None:
    command = holding.command("run", "-c", "events", "--", "sh", "-c", "echo $$")
    with subprocess.Popen(command, env=holding.environment, cwd=holding.home, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert int(process.stdout.read()) == process.pid


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_reaches_the_command_and_leaves_no_file(holding: Opened, number: signal.Signals) -> None:
    show = 'echo "$PGSSLROOTCERT"; exec sleep 60'
    command = holding.command("run", "-c", "pg", "--", "sh", "-c", show)
    with subprocess.Popen(
        command, env=holding.environment, cwd=holding.home, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().decode().strip())
        assert path.exists()
        process.send_signal(number)
        assert process.wait(30) == -number
    assert not path.parent.exists()


def test_a_command_may_answer_a_signal_itself(holding: Opened) -> None:
    show = "trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 0.05; done"
    command = holding.command("run", "-c", "pg", "--", "sh", "-c", show)
    with subprocess.Popen(command, env=holding.environment, cwd=holding.home, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.terminate()
        assert process.stdout.read() == b"caught\n"
        assert process.wait(30) == 5


def test_ctrl_c_at_a_terminal_reaches_the_command_once(holding: Opened) -> None:
    counting = """
import os, signal, time
caught = []
signal.signal(signal.SIGINT, lambda *_: (caught.append(1), os.write(1, b"caught\\n")))  # print cannot break off print
print("ready", os.environ["PGSSLROOTCERT"], flush=True)
while not caught:  # a signal that comes just before a read begins is handled after it
    time.sleep(0.01)
input()
print("caught in all", len(caught))
raise SystemExit(9)
"""
    command = holding.command("run", "-c", "pg", "--", sys.executable, "-c", counting)
    child: pexpect.spawn[str] = pexpect.spawn(
        command[0], command[1:], env=holding.environment, cwd=str(holding.home), timeout=30, encoding="utf-8"
    )
    child.expect(r"ready (\S+)\r\n")
    assert isinstance(child.match, re.Match)
    path = Path(child.match[1])
    child.sendintr()
    child.expect("caught\r\n")
    child.sendline("")
    child.expect("caught in all 1\r\n")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 9
    assert not path.parent.exists()


def test_a_broken_pipe_kills_the_command_as_it_would_without_nexcred(holding: Opened) -> None:
    command = " ".join(holding.command("run", "-c", "events", "--", "yes"))
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-c", f"{command} | head -1; echo ${{PIPESTATUS[0]}}"],
        env=holding.environment,
        cwd=holding.home,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == [b"y", str(128 + signal.SIGPIPE).encode()]


def test_case_58_masked_output_holds_no_secret(holding: Opened) -> None:
    show = 'echo "is $PGPASSWORD"; printf "%s" "$PGPASSWORD" | base64; echo "err $PGPASSWORD" >&2; exit 4'
    ran = holding("run", "-c", "pg", "--mask", "--", "sh", "-c", show)
    assert (ran.code, ran.out, ran.err) == (4, "is ••••\n••••\n", "err ••••\n")


def test_case_58_no_secret_stands_in_the_words_of_any_process(holding: Opened) -> None:
    ran = holding("run", "-c", "events", "-c", "pg", "--", "sh", "-c", "cat /proc/$$/cmdline /proc/$PPID/cmdline")
    assert ran.code == 0
    assert "EXAMPLE" not in ran.out


def test_a_binary_value_is_kept_byte_for_byte_in_any_locale(holding: Opened) -> None:
    values = ("--set", "account_id=1", "--set", "api_key=env:HELD")
    environment = {"HELD": "schlüssel-EXAMPLE", "LC_ALL": "C"}
    assert holding("add", "aventri", "umlaut", *values, "--no-probe", environment=environment).code == 0
    done = holding.run_bytes("run", "-c", "umlaut", "--", "printenv", "AVENTRI_API_KEY", environment={"LC_ALL": "C"})
    assert done.stdout == "schlüssel-EXAMPLE\n".encode()


def test_the_use_is_noted_for_audit(holding: Opened) -> None:
    assert holding("run", "-c", "events", "--", "true").code == 0
    noted = json.loads(holding("audit", "--json").out)
    assert any("run" in json.dumps(entry) and "events" in json.dumps(entry) for entry in noted)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is Linux's")
def test_who_runs_a_command_beside_itself_cannot_be_looked_into_by_it(holding: Opened) -> None:
    """The variables that unlock stand in its own /proc/PID/environ, which root reads in any case: so ask the kernel."""
    lines = (
        "import ctypes, os, sys",
        "dumpable = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)",  # PR_GET_DUMPABLE
        "fork = os.fork",
        "os.fork = lambda: (print(dumpable(), file=sys.stderr), fork())[1]",
        "from nexcred.cli.app.main import main",
        "sys.exit(main(sys.argv[1:]))",
    )
    for arguments in (("-c", "pg"), ("--mask",)):
        ran = subprocess.run(
            [sys.executable, "-c", "\n".join(lines), "run", *arguments, "--", "true"],
            env=holding.environment,
            cwd=holding.home,
            capture_output=True,
            text=True,
            check=True,
        )
        # Before each process that is made of it, that of the command among them.
        assert set(ran.stderr.split()) == {"0"}
