"""Opening the person's browser, where there is one to see."""

import os
import subprocess
import sys
from collections.abc import Mapping

from nexcred.model.own_programs import for_own_program
from nexcred.model.surroundings import has_display, is_over_ssh


def has_browser(environment: Mapping[str, str]) -> bool:
    """True where a browser opens on the screen that the person sees; a text browser would take the terminal."""
    if environment.get("BROWSER"):
        return True
    return not is_over_ssh(environment) and has_display(environment, sys.platform)


def open_browser(url: str, environment: Mapping[str, str]) -> None:
    """Open the address by the standard library's `webbrowser`, and do not wait for it.

    A process of its own, since a browser writes to the terminal, and holds a pipe open for as long as it lives. It is
    given nothing that unlocks the vault. Raises OSError.
    """
    own = {name: value for name, value in for_own_program(environment).items() if not name.startswith("NEXCRED_")}
    subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-m", "webbrowser", url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=own,
        start_new_session=os.name == "posix",
    )
