"""A program that is killed as it writes to its vault, at one write after the other, and what goes on after it."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nexcred.auth.flow import Request, Response
from tests.support.bucket_server import Meddler, serving
from tests.support.bucket_writers import LOGIN
from tests.support.program import Program, Ran
from tests.support.warm.run import run

_PATIENCE_S = 60


class Killer:
    """Stands before the bucket of a vault, and kills who makes its n-th change: before it is done, or once it is."""

    def __init__(self) -> None:
        self._pid: int | None = None
        self._known = threading.Event()
        self._left = 0
        self._is_done = False

    def aim(self, number: int, *, is_done: bool) -> None:
        self._left, self._is_done = number, is_done
        self._pid = None
        self._known.clear()

    def started(self, pid: int) -> None:
        self._pid = pid
        self._known.set()

    def __call__(self, request: Request, answer: Callable[[Request], Response]) -> Response | None:
        if request.method != "PUT" or "If-Match" not in request.headers or not self._left:
            return answer(request)
        self._left -= 1
        if self._left:
            return answer(request)
        if self._is_done:
            answer(request)
        assert self._known.wait(_PATIENCE_S)
        assert self._pid is not None
        os.kill(self._pid, signal.SIGKILL)
        return None


class Rotating:
    """A program with a vault in a bucket and the credential `key`."""

    def __init__(self, program: Program, killer: Killer) -> None:
        self.program, self._killer = program, killer

    def add(self, connector: str, values: Mapping[str, object]) -> None:
        body = {"name": "key", "credentials_type": connector, "credentials": values}
        added = self.program("add", "--from", "-", stdin=json.dumps(body).encode())
        assert (added.code, added.out.partition(",")[0]) == (0, "added key: accepted"), added.err

    def present(self) -> dict[str, object]:
        shown = self.program("show", "key", "--reveal", "--json")
        assert shown.code == 0, shown.err
        values: dict[str, object] = json.loads(shown.out)["credentials"]
        return values

    def states(self) -> list[str]:
        """Return what is known of the present key and of the former ones, the newest first."""
        return [str(one["state"]) for one in json.loads(self.program("history", "key", "--json").out)]

    def killed_everywhere(self) -> Iterator[str]:
        """Yield the moment of each death, once somebody went on to the end; stop where nobody was killed any more.

        Before a change of the vault it may be that the provider was asked and nobody has noted it, after one that the
        provider is to be asked and was not.
        """
        number = 1
        while True:
            for is_done in (False, True):
                self._killer.aim(number, is_done=is_done)
                died = self._run("rotate", "key", "--grace", "0", "--json")
                self._killer.aim(0, is_done=False)
                if died.code == 0:
                    return
                assert died.code == -signal.SIGKILL, died.err
                moment = f"{'after' if is_done else 'before'} change {number}"
                went_on = self.program("rotate", "--resume", "--grace", "0", "--yes", "--json")
                outcomes = [one["outcome"] for one in json.loads(went_on.out or "[]")]
                assert (went_on.code, outcomes in ([], ["done"])) == (0, True), f"{moment}: {went_on}"
                yield moment
            number += 1

    def _run(self, *arguments: str) -> Ran:
        program = self.program
        done = run(
            arguments,
            stdin=b"",
            environment=program.environment,
            folder=program.home,
            timeout_s=_PATIENCE_S,
            started=self._killer.started,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def rotating(home: Path) -> Iterator[Rotating]:
    killer, way = Killer(), Meddler()
    way.meddle = killer
    with serving(way) as served:
        home.mkdir(mode=0o700)
        identity = home / "identity"
        program = Program(home, NEXCRED_VAULT=served.url, NEXCRED_IDENTITY_FILE=str(identity), **LOGIN)
        assert program("identity", "new", "ada", "--unbound", "-o", "identity").code == 0
        assert program("vault", "init", "--member", "ada").code == 0
        yield Rotating(program, killer)
