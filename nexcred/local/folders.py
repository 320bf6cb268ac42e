"""The data, state and cache folders of the platform, or a clear error when there are none."""

import os
from pathlib import Path

from nexcred.errors import NexcredError
from nexcred.model.user_folder import Kind, user_folder

# Nothing can be there, and nothing be written: where a program without a home remembers what it has seen.
NOWHERE = Path(os.devnull, "nexcred")


class NoHome(NexcredError):
    """The user has no home folder, as in a container whose user is a number."""


def data_folder() -> Path:
    """Return the folder of the default vault; raise NoHome."""
    return _found("data")


def state_folder() -> Path:
    """Return the state folder; raise NoHome."""
    return _found("state")


def cache_folder() -> Path:
    """Return the cache folder, whose loss costs time alone; raise NoHome."""
    return _found("cache")


def _found(kind: Kind) -> Path:
    try:
        folder = user_folder(kind)
    except RuntimeError:
        raise _no_home() from None
    # Without HOME and without an entry in the system's list of users, an older platformdirs leaves '~' as it is.
    if not folder.is_absolute():
        raise _no_home()
    return folder


def _no_home() -> NoHome:
    return NoHome(
        "there is no home folder: HOME is not set to one",
        hint="set HOME; or name a vault by NEXCRED_VAULT, and what opens it by NEXCRED_IDENTITY_FILE",
    )
