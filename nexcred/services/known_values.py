"""What an opened vault held when it was last looked at, for programs that ask for the same again and again."""

from typing import TypeVar

from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.services.values.decoded import Decoded, open_to_use
from nexcred.services.values.handed_urls import check_handed
from nexcred.vault.vault import Vault

K = TypeVar("K")
V = TypeVar("V")
_MOST = 4_096


class KnownValues:
    """Under one head everything is as it was, and is proved and opened once; the head is looked at each time.

    Values are in the memory of this process for as long. Threads may not share it.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._head = b""
        self._found: dict[str, Credential] = {}
        self._opened: dict[tuple[str, str, int], Decoded] = {}

    def find(self, name: str) -> Credential:
        """Return what `Vault.find` does, and raise it."""
        self._look()
        key = fold_name(name)
        known = self._found.get(key)
        if known is None:
            known = self._vault.find(name)
            _keep(self._found, key, known)
        return known

    def opened(self, credential: Credential) -> Decoded:
        """Return what `open_to_use` does, and raise it; raise HostRefused for an address that nobody allowed."""
        self._look()
        key = credential.id, credential.name, credential.version
        known = self._opened.get(key)
        if known is None:
            known = open_to_use(self._vault, credential)
            check_handed(self._vault, credential, known.details, known.details.fields)
            _keep(self._opened, key, known)
        return known

    def _look(self) -> None:
        head = self._vault.present_head()
        if head != self._head:
            self._head, self._found, self._opened = head, {}, {}


def _keep(known: dict[K, V], key: K, value: V) -> None:
    while len(known) >= _MOST:
        del known[next(iter(known))]
    known[key] = value
