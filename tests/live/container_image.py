"""The Dockerfile without a builder: its steps in a root of their own, made of namespaces.

The base image is this machine's own system and Python, read-only. What apt-get would install is taken from there too.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.live.wheelhouse import variables

_ROOT = Path(__file__).parents[2]
_PYTHON = Path(sys.base_prefix)
_SYSTEM = [
    path for name in ("usr", "etc", "bin", "sbin", "lib", "lib32", "lib64") if (path := Path("/", name)).exists()
]
_MADE = ("proc", "dev", "tmp", "run", "root", "old")
# Leaves everything of this machine behind but what is bound: `$1` is the new root, `$2` what is bound read-only.
_ENTER = """
mount --bind "$1" "$1"; cd "$1"
mount --rbind /proc proc; mount --rbind /dev dev; mount -t tmpfs -o mode=1777 tmp tmp
for path in $2; do
  if [ -d "$path" ]; then mkdir -p ".$path"; else mkdir -p ".${path%/*}"; touch ".$path"; fi
  mount --rbind "$path" ".$path"; mount -o remount,bind,ro ".$path"
done
/usr/sbin/pivot_root . old
cd /; umount -l old
shift 2
"""
# As kubelet lays a Secret out: a folder of the moment, a link to it, and a link for each file.
_SECRET = """
mount -t tmpfs -o mode=755 secret /run
mkdir -p /run/nexcred/..2026_01_15_09_00_00.1
cd /run/nexcred
printf %s "$SECRET" > ..2026_01_15_09_00_00.1/identity
chmod 644 ..2026_01_15_09_00_00.1/identity
ln -s ..2026_01_15_09_00_00.1 ..data
ln -s ..data/identity identity
cd /
unset SECRET
mount -o remount,ro /run
"""
# A user whom nobody knows, without rights, on a root that nobody can write to.
_AS_SOMEBODY = """
mount -o remount,bind,ro /
exec unshare --user --map-user=12345 --map-group=12345 "$@"
"""


@dataclass
class Stage:
    """What a FROM begins: its root, and what its instructions say."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    entrypoint: tuple[str, ...] = ()


class Image:
    """The last stage of the Dockerfile, built in a folder."""

    def __init__(self, folder: Path, wheelhouse: Path) -> None:
        self._folder = folder
        self._wheelhouse = wheelhouse
        self._stages: dict[str, Stage] = {}
        for instruction, text in instructions((_ROOT / "Dockerfile").read_text()):
            self._do(instruction, text)

    @property
    def made(self) -> Stage:
        return list(self._stages.values())[-1]

    def run(
        self, *words: str, secret: str = "", files: tuple[Path, ...] = (), **given: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run the image as `docker run --read-only --tmpfs /tmp --user 12345:12345` or a pod does.

        `secret` is in the mounted Secret, and `files` are mounted where they are here.
        """
        # A container's runtime gives a user whom nobody knows this home.
        environment = {**self.made.environment, "HOME": "/", "SECRET": secret, **given}
        script = _ENTER + _SECRET + _AS_SOMEBODY
        return self._inside(self.made, script, [*self.made.entrypoint, *words], environment, files)

    def _do(self, instruction: str, text: str) -> None:
        if instruction == "FROM":
            name = text.partition(" AS ")[2] or "last"
            self._stages[name] = Stage(self._new_root(name))
        elif instruction == "COPY":
            self._copy(shlex.split(text))
        elif instruction == "RUN":
            if not text.startswith("apt-get "):
                self._build(text)
        elif instruction == "ENV":
            self.made.environment |= dict(word.split("=", 1) for word in shlex.split(text))
        elif instruction == "USER":
            self.made.user = text
        elif instruction == "ENTRYPOINT":
            self.made.entrypoint = tuple(json.loads(text))
        else:
            raise ValueError(f"what does {instruction} do?")

    def _new_root(self, name: str) -> Path:
        root = self._folder / name
        root.mkdir()
        for path in _SYSTEM:
            if path.is_symlink():
                (root / path.name).symlink_to(path.readlink())
        for made in _MADE:
            (root / made).mkdir()
        return root

    def _copy(self, words: list[str]) -> None:
        origin = _ROOT
        if words[0].startswith("--from="):
            origin = self._stages[words.pop(0).removeprefix("--from=")].root
        *sources, target = words
        for source in sources:
            path = origin / source.lstrip("/")
            to = self.made.root / target.lstrip("/") / (path.name if target.endswith("/") else "")
            to.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, to, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(path, to)

    def _build(self, script: str) -> None:
        environment = {"PATH": f"{_PYTHON}/bin:{os.defpath}", "HOME": "/tmp", **variables(self._wheelhouse)}
        done = self._inside(self.made, f'{_ENTER}exec "$@"', ["sh", "-euc", script], environment, (self._wheelhouse,))
        assert done.returncode == 0, done.stdout + done.stderr

    def _inside(
        self, stage: Stage, script: str, words: list[str], environment: Mapping[str, str], files: tuple[Path, ...]
    ) -> "subprocess.CompletedProcess[str]":
        bound = " ".join(str(path) for path in (*_SYSTEM, _PYTHON, *files) if not path.is_symlink())
        return subprocess.run(
            ["unshare", "-Urm", "sh", "-euc", script, "sh", str(stage.root), bound, *words],
            env=dict(environment),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile; one goes on after a backslash at the end of its line."""
    lines = [line for line in dockerfile.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return [(word, " ".join(rest.split())) for word, _, rest in (line.partition(" ") for line in lines)]
