"""Whether Git would commit a file: Git itself is asked, which knows every way to ignore one."""

import os
import subprocess
from pathlib import Path

from nexcred.model.own_programs import find_program, for_own_program

_NOT_IGNORED = 1
_PATIENCE_S = 5
# The repository may be somebody else's, and names programs: by its settings, and for how its remotes are reached,
# which git asks for an object that is missing. The second variable is heeded since 2.45.
_NO_PROGRAMS = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_NO_REMOTES = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}


def is_in_git_unignored(path: Path) -> bool:
    """True for a file in a work tree that Git does not ignore; False where Git does not say."""
    folder = path.absolute().parent
    if not any((above / ".git").exists() for above in (folder, *folder.parents)):
        return False
    git = find_program("git", os.environ)
    if git is None:
        return False
    command = [git, *_NO_PROGRAMS, "-C", str(folder), "check-ignore", "-q", "--", path.name]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME") if name in os.environ}
    environment = {**for_own_program(environment), **_NO_REMOTES}
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
    return done.returncode == _NOT_IGNORED
