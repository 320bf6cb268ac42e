"""What a store may need of this machine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.stores.offline import AS_USUAL, Offline

if TYPE_CHECKING:
    from nexcred.oskeyring.access import GuardedKeyring

FindFolder = Callable[[], Path]


class Surroundings(NamedTuple):
    """What a store may need of this machine, each asked for only by those that do.

    The folders raise NoHome where there is none, which a named file does without. `keyring` opens that of the operating
    system; `warn` is told of what is no error; `offline` says whether an earlier state will do.
    """

    data_folder: FindFolder
    cache_folder: FindFolder
    keyring: Callable[[], "GuardedKeyring"]
    environment: Mapping[str, str]
    warn: Callable[[str], None]
    offline: Offline = AS_USUAL

    def __repr__(self) -> str:
        return repr_of(self)
