"""Bare repositories for vaults, and vaults in them."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from nexcred.stores.git.address import read_address
from nexcred.stores.git.store import LOCK_TIMEOUT_S, GitStore
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.offline import Offline

BRANCH = "refs/heads/nexcred"


def git(*words: str, folder: Path, stdin: bytes = b"") -> str:
    """Run git as nobody in particular, and return what it writes."""
    return git_bytes(*words, folder=folder, stdin=stdin).decode().strip()


def git_bytes(*words: str, folder: Path, stdin: bytes = b"") -> bytes:
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    done = subprocess.run(["git", *words], cwd=folder, env=environment, input=stdin, capture_output=True, check=True)
    return done.stdout


def bare_repository(folder: Path, name: str = "vault.git") -> Path:
    """Make an empty one, if there is none."""
    path = folder / name
    if not path.exists():
        git("init", "-q", "--bare", "-b", "main", name, folder=folder)
    return path


def git_store(
    folder: Path,
    *,
    home: str = "home",
    query: str = "?fresh=0s",
    warn: Callable[[str], None] = lambda _: None,
    offline: Offline = Offline(),  # noqa: B008
    lock_timeout_s: float = LOCK_TIMEOUT_S,
    environment: dict[str, str] | None = None,
    is_copied: bool = True,
) -> GitStore:
    """Return the vault in the repository of a folder, as a machine with this home sees it."""
    given = {"PATH": os.environ["PATH"], **(environment or {})}
    address = read_address(f"git+file://{folder}/vault.git{query}")
    cache = folder / home / "cache"
    copy = CopyFile(cache / "copy.db") if is_copied else None
    return GitStore(address, given, lambda: cache, warn, offline, copy, lock_timeout_s=lock_timeout_s)
