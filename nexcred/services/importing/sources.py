"""Every source, once: its name, what it reads, and where it is when no file is named."""

from collections.abc import Callable
from typing import NamedTuple

from nexcred.services.importing.found import Reading
from nexcred.services.importing.nexla import read_nexla


class Source(NamedTuple):
    """`default` is below the home folder; "" where a file must be named."""

    about: str
    read: Callable[[bytes], Reading]
    default: str = ""


SOURCES = {
    "nexla": Source("bodies of Nexla's POST /data_credentials, one or an array", read_nexla),
}
