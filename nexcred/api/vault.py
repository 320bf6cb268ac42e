"""A vault, as a program has it."""

from collections.abc import Iterator
from typing import NoReturn

from nexcred.api.credential import Credential
from nexcred.errors import InvalidData
from nexcred.model.name import normalise_name
from nexcred.model.text import make_visible
from nexcred.services.access import Access


class Vault:
    """The credentials of an opened vault, by name. Threads may share it; each read sees what is newest.

    Names are taken as the command takes them: two that differ only in case or normal form are the same.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def __getitem__(self, name: str) -> Credential:
        """Return the credential of this name; raise errors.CredentialNotFound, with the name perhaps meant."""
        return Credential(self._access, self._access.find(name))

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        try:
            wanted = normalise_name(name)
        except InvalidData:
            return False
        return self._access.read(lambda vault: vault.has(wanted))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def names(self) -> list[str]:
        """Return every name, in order."""
        return self._access.read(lambda vault: vault.names())

    def __repr__(self) -> str:
        return make_visible(f"<Vault of {self._access.read(lambda vault: vault.organisation.name)}>")

    def __reduce__(self) -> NoReturn:
        raise TypeError("an opened vault is not pickled: open it where it is needed")
