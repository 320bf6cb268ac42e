"""What is being done, on stderr, for whoever waits: the table comes at the end."""

import sys
import time

_BEGAN = time.monotonic()


def say(what: str) -> None:
    print(f"{time.monotonic() - _BEGAN:5.0f} s  {what}", file=sys.stderr, flush=True)
