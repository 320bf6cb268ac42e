"""What the libraries and the service log, as lines of the program."""

import logging
from collections.abc import Callable

_LOGGERS = ("nexcred", "uvicorn.error", "asyncio")


class LogLines(logging.Handler):
    """Tells each record by its message and, of an exception, the kind alone: what one says may be a secret."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        line = record.getMessage().partition("\n")[0]
        self._tell(f"{line}{f' ({kind})' if kind else ''}")


def tell_by(tell: Callable[[str], None]) -> None:
    """Let this process's log be told so; nothing of it goes elsewhere."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [LogLines(tell)]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    # It warns of each request that is refused, which anybody can send.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
