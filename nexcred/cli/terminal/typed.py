"""Read what is typed. A signal that comes just before is heard at once, and not when the next key is pressed."""

import os
import select
import signal
import threading


def read_typed(terminal: int, most: int) -> bytes:
    """Wait until something is typed and return it, at most so many bytes; nothing at the end.

    Python runs a signal's handler between two of its own steps. One that comes after the last step before a read would
    have to wait for that read: so its arrival is written into a pipe, and the pipe is waited for too.
    """
    if os.name != "posix" or threading.current_thread() is not threading.main_thread():
        return os.read(terminal, most)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    former = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    try:
        while terminal not in (ready := select.select([terminal, woken], [], [])[0]):
            os.read(ready[0], 256)
        return os.read(terminal, most)
    finally:
        signal.set_wakeup_fd(former)
        os.close(woken)
        os.close(wake)
