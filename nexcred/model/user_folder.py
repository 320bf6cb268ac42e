"""The folders that the platform gives a program of a user."""

import os
import sys
from pathlib import Path
from posixpath import isabs
from typing import Literal

Kind = Literal["config", "data", "state", "cache"]
# XDG Base Directory Specification, section 3.
_BELOW_HOME = {"config": ".config", "data": ".local/share", "state": ".local/state", "cache": ".cache"}


def user_folder(kind: Kind) -> Path:
    """Return nexcred's folder, as platformdirs says; where there is no home, raise RuntimeError or return `~/…`.

    A HOME that is empty or relative is none: it would be a folder at the root, or another one in every folder.
    """
    plain = _plain_folder(kind)
    if plain is None and os.name == "posix" and not isabs(os.environ.get("HOME", "/")):
        raise RuntimeError("HOME is no absolute path")
    return plain or _by_platformdirs(kind)


def _plain_folder(kind: Kind) -> Path | None:
    """Return what is plain on Linux without platformdirs, whose import would be a twelfth of `get`."""
    environment = os.environ
    if sys.platform != "linux" or "ANDROID_ROOT" in environment:
        return None
    chosen, home = environment.get(f"XDG_{kind.upper()}_HOME", ""), environment.get("HOME", "")
    if isabs(chosen):
        return Path(chosen, "nexcred")
    return Path(home, _BELOW_HOME[kind], "nexcred") if not chosen and isabs(home) else None


def _by_platformdirs(kind: Kind) -> Path:
    from platformdirs import PlatformDirs

    folders = PlatformDirs("nexcred", appauthor=False)
    found: Path = getattr(folders, f"user_{kind}_path")
    return found
