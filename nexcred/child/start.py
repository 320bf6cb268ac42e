"""Starting a program beside oneself."""

import subprocess
from collections.abc import Callable, Mapping, Sequence

from nexcred.child.become import cannot_start
from nexcred.child.signals import Forwarder
from nexcred.child.undumpable import become_unseen


def run_beside(
    command: Sequence[str],
    environment: Mapping[str, str],
    forwarder: Forwarder,
    *,
    read: Callable[["subprocess.Popen[bytes]"], None] | None = None,
) -> int:
    """Run the command to its end, and return its exit code, or the negative number of the signal that killed it.

    `read` is given the program when it reads what is written there, to its end.
    """
    output = None if read is None else subprocess.PIPE
    become_unseen()
    try:
        child = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=output)  # noqa: S603  no shell
    except OSError as error:
        raise cannot_start(command[0], error) from None
    forwarder.forward_to(child)
    if read is not None:
        read(child)
    return child.wait()
