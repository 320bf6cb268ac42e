"""A command run bare and under `nexcred run`: how it ends, what it writes where and in which order are the same."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.handing_over import WAYS, Handing

# What bash runs, with $RUN before the command: nothing, or nexcred.
SCRIPTS = {
    "exit code": "$RUN sh -c 'exit 77'",
    "killed by a signal": "$RUN sh -c 'kill -SEGV $$'",
    "killed by SIGKILL": "$RUN sh -c 'kill -KILL $$'",
    "killed by a real-time signal": "$RUN sh -c 'kill -40 $$'",
    "both streams": "$RUN sh -c 'echo out; echo err >&2'",
    "order of the streams in one pipe": "$RUN sh -c 'for i in 1 2 3 4 5; do echo $i; echo e$i >&2; done' 2>&1",
    "order of the streams in one file": "$RUN sh -c 'echo 1; echo 2 >&2; echo 3' > both 2>&1; cat both",
    "what is appended to": "echo first > log; $RUN sh -c 'echo 1; echo 2 >&2; echo 3' >> log 2>&1; cat log",
    "bytes that are no text": "$RUN printf '\\0\\377\\200\\r\\n%%\\\\x' | od -An -tx1",
    "much output": "$RUN seq 200000 | cksum",
    "no output at all": "$RUN true",
    "standard input": "printf 'a\\nb' | $RUN cat",
    "closed standard input": "$RUN sh -c 'cat 2>/dev/null || echo none' <&-",
    "closed standard output": "$RUN sh -c 'echo x 2>/dev/null || echo cannot >&2' >&-",
    "closed standard error": "$RUN sh -c 'echo x; { echo y >&2; } 2>/dev/null' 2>&-",
    "process substitution": "$RUN cat <(echo from a descriptor)",
    "a descriptor to write to": "$RUN sh -c 'echo there >&7' 7> seven; cat seven",
    "a descriptor that is closed early": (
        "mkfifo seven; (cat seven; touch ended) & "
        "$RUN sh -c 'exec 7>&-; until [ -e ended ]; do sleep 0.02; done' 7> seven"
    ),
    "a reader that goes": "set -o pipefail; $RUN yes | head -n 1; echo ${PIPESTATUS[0]}",
    # What is masked notices it a moment later: who has ended by then has said all.
    "a reader that has gone": (
        "$RUN sh -c 'until [ -e gone ]; do sleep 0.02; done; while echo late; do sleep 0.02; done' "
        "| { exec <&-; touch gone; }; echo ${PIPESTATUS[0]}"
    ),
    "a signal that is ignored": "trap '' USR1; $RUN sh -c 'kill -USR1 $$; echo still here'",
    "hang-ups that are ignored": "trap '' HUP; $RUN sh -c 'kill -HUP $$; echo still here'",
    # Who waits for a child is told nothing then (util-linux/util-linux#4014).
    "children that are ignored": "trap '' CHLD; $RUN sh -c 'exit 7'; trap - CHLD; echo $?",
    "an alarm that was set": "perl -e 'alarm 1; exec @ARGV' $RUN sleep 30; echo $?",
    "the signals of the shell": "$RUN sh -c 'grep -E \"^Sig(Blk|Ign|Cgt)\" /proc/self/status'",
    "the limits of the shell": "ulimit -S -n 200; $RUN sh -c 'ulimit -n; ulimit -f'",
    "files for the group": "umask 027; $RUN sh -c 'umask; echo x > made'; stat -c %a made",
    "the process group": (
        "group=$(ps -o pgid= -p $$); $RUN sh -c 'ps -o pgid= -p $$' | grep -q \"$group\" && echo the same"
    ),
    "words": "$RUN sh -c 'printf \"<%s>\" \"$@\"' sh '' ' ' '*' \"a'b\" $'a\\nb' --mask -c",
    "letters": "$RUN printf '%s|' ä ß $'\\xff' | od -An -tx1",
    "the empty command": "$RUN ''",
    "no such command": "$RUN no-such-command-EXAMPLE 2>/dev/null",
    "a folder": "$RUN /etc 2>/dev/null",
    "a script without a first line": "printf 'echo $0 $1; exit 3' > script; chmod +x script; $RUN ./script one",
    "such a script on the PATH": "printf 'echo $1; exit 3' > script; chmod +x script; PATH=$PWD:$PATH $RUN script one",
    "a program of another machine": "printf '\\177ELF\\0\\0' > alien; chmod +x alien; $RUN ./alien 2>/dev/null",
    "what may not be run": "echo > plain; $RUN ./plain 2>/dev/null",
    "a background child that writes on": (
        "$RUN sh -c '(until [ -e go ]; do sleep 0.02; done; echo late) & echo early' > file; cat file; "
        "touch go; until grep -q late file; do sleep 0.02; done"
    ),
    # Its descriptors are those of its jobs (NetSys/bess#888, Ericsson/codechecker#3596).
    "parallel make": (
        "printf 'all:\\n\\t+@$(RUN) $(MAKE) --no-print-directory sub\\nsub: a b\\na b:\\n\\t@echo made\\n' > Makefile; "
        'RUN="$RUN" make -j2 2>&1'
    ),
    "a full disk": "$RUN sh -c 'echo lost' > /dev/full 2>/dev/null",
}


def ran(program: Handing, script: str, words: list[str] | None, folder: Path) -> tuple[int, bytes, bytes]:
    folder.mkdir()
    nexcred = "" if words is None else " ".join(program.under(words))
    done = subprocess.run(
        ["bash", "-c", script.replace("$RUN", nexcred)],
        env={**program.environment, "RUN": nexcred},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
        restore_signals=True,
        start_new_session=True,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_what_can_be_seen_is_the_same(handing: Handing, script: str, tmp_path: Path) -> None:
    bare = ran(handing, script, None, tmp_path / "bare")
    for way in ("become", "with a file", "masked"):
        code, out, err = ran(handing, script, WAYS[way], tmp_path / way)
        assert (way, code, out) == (way, bare[0], bare[1]), err
        # Messages of bash say which command; nexcred's own replace the shell's, and are told apart elsewhere.
        if b"bash: line" not in bare[2]:
            assert (way, err) == (way, bare[2])


def test_a_write_that_fails_is_told_and_has_a_code(handing: Handing) -> None:
    command = handing.under(["--mask"], "echo", "hi")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, env=handing.environment, cwd=handing.home, stdout=full, stderr=subprocess.PIPE, check=False
        )
    message = b"nexcred: error: the command's output cannot be written: no space left on device\n"
    assert (done.returncode, done.stderr) == (1, message)


def test_a_command_that_writes_on_feels_that_nothing_can_be_written(handing: Handing) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            handing.under(["--mask"], "yes"), env=handing.environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr.count(b"no space left")) == (1, 1)


@pytest.mark.parametrize("way", ["masked", "masked, with a file"])
def test_it_ends_with_the_command_although_a_child_of_it_holds_the_output(handing: Handing, way: str) -> None:
    """As opencode#48414 and Tencent/BrowserSkill#55: what the command had written is there, and nobody is killed."""
    script = "sleep 300 & echo $!; seq 20000"
    with handing.started(*handing.under(WAYS[way], "sh", "-c", script), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first, *others = process.stdout.read().split()  # to its end
        assert process.wait(60) == 0
    assert others == [str(number).encode() for number in range(1, 20001)]
    os.kill(int(first), signal.SIGTERM)  # it is still there


def test_output_that_would_block_is_waited_for(handing: Handing) -> None:
    """Whoever made the pipe may have it refuse to wait (curl/curl#3239)."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with handing.started(*handing.under(["--mask"], "seq", "100000"), stdout=writing) as process:
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            assert pipe.read().split()[-1] == b"100000"
        assert process.wait(60) == 0


@pytest.mark.parametrize("unread", ["stdout", "stderr"])
def test_what_nobody_reads_holds_back_nothing_else(handing: Handing, unread: str) -> None:
    """More is written than both pipes on the way hold, before a line goes the other way."""
    lines = (
        "import fcntl, os, sys, threading, time",
        "full, other = (1, 2) if sys.argv[1] == 'stdout' else (2, 1)",
        "written, enough = [0], fcntl.fcntl(full, fcntl.F_GETPIPE_SZ) + 60_000",
        "def write():",
        "    while written[0] < 4_000_000: written[0] += os.write(full, b'x' * 1000)",
        "writer = threading.Thread(target=write)",
        "writer.start()",
        "while written[0] < enough: time.sleep(0.001)",
        "os.write(other, b'now\\n')",
        "writer.join()",
    )
    command = handing.under(["-c", "events", "--mask"], sys.executable, "-c", "\n".join(lines), unread)
    with handing.started(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        read, later = (process.stderr, process.stdout) if unread == "stdout" else (process.stdout, process.stderr)
        assert read.readline() == b"now\n"
        assert len(later.read()) == 4_000_000
        assert process.wait(60) == 0


def test_no_folder_is_needed_where_no_file_is_lent(handing: Handing) -> None:
    """As where every file system is read-only."""
    lines = (
        "import tempfile, sys",
        "def refuse(*_, **__): raise OSError(30, 'read-only')",
        "tempfile.mkdtemp = tempfile.gettempdir = refuse",
        "from nexcred.cli.app.main import main",
        "sys.exit(main(sys.argv[1:]))",
    )
    command = [sys.executable, "-c", "\n".join(lines), "run", "--mask", "-c", "events", "--", "echo", "x"]
    done = subprocess.run(command, env=handing.environment, capture_output=True, check=True)
    assert done.stdout == b"x\n"
