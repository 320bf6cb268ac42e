"""Where nexcred keeps things: the folders of the platform, or a clear word when there are none."""

from pathlib import Path

from nexcred.errors import NexcredError
from nexcred.model.user_folder import user_folder


def data_folder() -> Path:
    """Return the folder of the default vault."""
    return _absolute(user_folder("data"), "XDG_DATA_HOME")


def state_folder() -> Path:
    """Return the folder of what this machine remembers."""
    return _absolute(user_folder("state"), "XDG_STATE_HOME")


def _absolute(folder: Path, variable: str) -> Path:
    # Without HOME and without an entry in the system's list of users, '~' stays as it is.
    if not folder.is_absolute():
        raise NexcredError("there is no home folder", hint=f"set HOME, or {variable} to a folder of yours")
    return folder
