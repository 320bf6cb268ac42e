"""Running git, in a private folder that is written anew each time and holds nothing but what git needs."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from nexcred.child.temporary_files import TemporaryFiles
from nexcred.errors import StoreFailed
from nexcred.local.files import make_folder, reason, refuse_link
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.stores.git.address import GitAddress
from nexcred.stores.git.environment import far_end, git_environment, git_program, settings

DEADLINE_S = 120
# Where the fetched branch is in the private folder.
FETCHED = "refs/nexcred/fetched"
_LARGEST_FILE = 2 * 1024**3
_LARGEST_MEMORY = 4 * 1024**3
_MOST_TOLD = 64 * 1024
_CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n"


class GitEnded(NamedTuple):
    """How git ended; None for one that was not waited for any longer."""

    code: int | None
    out: str
    told: str

    def __repr__(self) -> str:
        return repr_of(self, "code")


class Git:
    """Git with one private folder, for the repository at an address."""

    def __init__(
        self, environment: Mapping[str, str], address: GitAddress, folder: Path, objects: Path, deadline_s: float
    ) -> None:
        self.folder = folder
        self._program = git_program(environment)
        self._environment = git_environment(environment, address, folder, objects)
        self.address = address
        self._deadline_s = deadline_s

    def run(self, *words: str, stdin: Iterable[bytes] = ()) -> GitEnded:
        """Run it to its end. What it writes goes to files, since what it started may hold a pipe open for ever."""
        out, told = self.folder / "out", self.folder / "told"
        with open(out, "wb") as out_file, open(told, "wb") as told_file, _bounded():  # noqa: PTH123
            process = self._started(words, subprocess.PIPE, out_file.fileno(), told_file.fileno())
        try:
            _feed(process, stdin)
            code: int | None = process.wait(self._deadline_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            end(process)
        return GitEnded(code, _beginning(out), _end_of(told))

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start one that is asked and answers."""
        return self._started(words, subprocess.PIPE, subprocess.PIPE, subprocess.DEVNULL)

    def far_end(self, option: str, command: str) -> list[str]:
        return far_end(self.address, self._program, option, command)

    def _started(self, words: Sequence[str], stdin: int, out: int, told: int) -> "subprocess.Popen[bytes]":
        command = [self._program, *settings(self.address), *words]
        try:
            return subprocess.Popen(  # noqa: S603  without a shell
                command, stdin=stdin, stdout=out, stderr=told, cwd=self.folder, env=self._environment
            )
        except OSError as error:
            raise StoreFailed(f"git cannot be started: {reason(error)}") from None


@contextmanager
def private_git(
    environment: Mapping[str, str],
    address: GitAddress,
    objects: Path,
    have: str | None = None,
    deadline_s: float = DEADLINE_S,
) -> Iterator[Git]:
    """Have git in a folder that is gone afterwards; `have` is a commit that is among the objects, without those before.

    Raises StoreFailed.
    """
    refuse_link(objects)
    make_folder(objects / "info")
    for planted in ("alternates", "http-alternates"):  # objects from elsewhere
        (objects / "info" / planted).unlink(missing_ok=True)
    try:
        with TemporaryFiles(environment) as files:
            files.write("HEAD", b"ref: refs/heads/none\n")
            files.write("config", _CONFIG)
            (files.folder / FETCHED).parent.mkdir(mode=0o700, parents=True)
            if have is not None:
                files.write("shallow", f"{have}\n".encode())
                files.write(FETCHED, f"{have}\n".encode())
            yield Git(environment, address, files.folder, objects, deadline_s)
    except OSError as error:
        raise StoreFailed(f"git has no folder to work in: {reason(error)}") from None


def end(process: "subprocess.Popen[bytes]") -> None:
    """Leave neither a process nor a pipe behind."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _feed(process: "subprocess.Popen[bytes]", pieces: Iterable[bytes]) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # its exit code tells
        for piece in pieces:
            process.stdin.write(piece)
        process.stdin.close()


@contextmanager
def _bounded() -> Iterator[None]:
    """Let what is started now neither write a file nor take memory without end, whatever a server sends."""
    if sys.platform == "win32":
        yield
        return
    import resource

    kinds = ((resource.RLIMIT_FSIZE, _LARGEST_FILE), (resource.RLIMIT_AS, _LARGEST_MEMORY))
    before = [(kind, resource.getrlimit(kind)) for kind, _ in kinds]
    try:
        for kind, most in kinds:
            soft, hard = resource.getrlimit(kind)
            if soft == resource.RLIM_INFINITY or soft > most:
                resource.setrlimit(kind, (most, hard))
        yield
    finally:
        for kind, limits in before:
            resource.setrlimit(kind, limits)


def _beginning(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_MOST_TOLD).decode(errors="replace")


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _MOST_TOLD))
        return file.read(_MOST_TOLD).decode(errors="replace")
