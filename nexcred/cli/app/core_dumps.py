"""Keep memory that holds secrets out of core dumps."""

import sys


def forbid_core_dumps() -> None:
    """Set the limit to nothing, for this process and its children; where there is no such limit, go on."""
    if sys.platform == "win32":
        return
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return
