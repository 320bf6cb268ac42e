"""The programs that nexcred starts for itself: those of whole paths on the PATH.

A path that is relative, or empty, stands for whichever folder one happens to be in, and what lies there may be
anybody's. What `run` starts is the person's to choose, and is found as the shell would find it.
"""

import os
from collections.abc import Mapping

_PATH = "PATH"


def find_program(name: str, environment: Mapping[str, str]) -> str | None:
    """Return the whole path of a program, None where there is none; what is a path already stays one."""
    import shutil  # which most commands have no use for

    found = shutil.which(name, path=_whole_paths(environment))
    is_found = found is not None and (os.path.isabs(found) or bool(os.path.dirname(name)))  # noqa: PTH117, PTH120
    return found if is_found else None  # Windows looks into the present folder by itself


def for_own_program(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of such a program, so that it finds its own in the same places."""
    return {**environment, _PATH: _whole_paths(environment)}


def _whole_paths(environment: Mapping[str, str]) -> str:
    """Return the PATH without what is relative; where nothing is left the system's, as without a PATH."""
    for path in (environment.get(_PATH, ""), os.defpath):
        whole = [folder for folder in path.split(os.pathsep) if os.path.isabs(folder)]  # noqa: PTH117
        if whole:
            break
    return os.pathsep.join(whole)
