"""The program `nexcred`; `python -m nexcred` is the same."""

import contextlib
import gc
import os
import sys

# Starting makes many objects and no garbage: looking for it a hundred times would cost a tenth of a short command.
gc.set_threshold(100_000, 50, 50)

try:
    from nexcred.cli.app.main import main as run
except KeyboardInterrupt:  # Ctrl-C before there is anything that could tell of it
    os._exit(130)


def main() -> None:
    """Run, and leave without taking the interpreter down: that would cost a fifth of `get`, and frees what is freed."""
    _run(sys.argv[1:])


def git_credential() -> None:
    """Be `git-credential-nexcred`, which git looks for by this name."""
    _run(["helper", "git", *sys.argv[1:]])


def docker_credential() -> None:
    """Be `docker-credential-nexcred`, which docker looks for by this name."""
    _run(["helper", "docker", *sys.argv[1:]])


def _run(arguments: list[str]) -> None:
    try:
        _leave(run(arguments))
    except KeyboardInterrupt:  # before the streams are open, or after all is told
        os._exit(130)


def _leave(code: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        # Closed, or a pipe whose reader has gone: there is nobody left to tell.
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    if code < 0:
        _end_by(-code)
    os._exit(code)


def _end_by(number: int) -> None:
    """Let a signal end the program, as it does one that has no handler: a shell then sees 128 and the number."""
    import signal  # which hardly any run needs

    signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    main()
