"""Which credentials are meant by what a command line names: a whole name, or a pattern of names where none has it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from nexcred.errors import CredentialNotFound
from nexcred.model.credential import Credential
from nexcred.model.name import fits, is_pattern, normalise_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.services.credentials.listing import Filter, select
from nexcred.vault.vault import Vault


class Selection(NamedTuple):
    """What was chosen, each once. `is_by_name` where each was named in full: nobody need be shown what that means."""

    credentials: tuple[Credential, ...]
    is_by_name: bool

    def __repr__(self) -> str:
        return repr_of(self, "is_by_name")

    @property
    def is_many(self) -> bool:
        """True for more than one that nobody named one by one."""
        return not self.is_by_name and len(self.credentials) > 1


def choose(vault: Vault, patterns: Sequence[str], wanted: Filter = Filter(), *, now: datetime) -> Selection:  # noqa: B008
    """Return what the patterns name, in their order, as far as the filter takes it; without any, all that it takes.

    Raises InvalidData for what can be no name, CredentialNotFound for what names nothing, UnknownConnector.
    """
    names = [normalise_name(one) for one in patterns]
    with vault.snapshot():
        if names and wanted == Filter():
            found, is_by_name = _named(vault, names)
            return Selection(found, is_by_name)
        among = select(vault.credentials(), wanted, now)
        if not names:
            return Selection(tuple(among), is_by_name=False)
        found, is_by_name = _named(vault, names)
    taken = {one.id for one in among}
    return Selection(tuple(one for one in found if one.id in taken), is_by_name)


def nothing_matches() -> CredentialNotFound:
    """Return the failure of names, patterns and filters that leave no credential together."""
    return CredentialNotFound("no credential matches", hint="see them all with: nexcred list")


def _named(vault: Vault, names: Iterable[str]) -> tuple[tuple[Credential, ...], bool]:
    found: dict[str, Credential] = {}
    all_of_it: list[Credential] | None = None
    is_by_name = True
    for name in names:
        one = vault.find_if_there(name) if is_pattern(name) else vault.find(name)
        if one is not None:
            found[one.id] = one
            continue
        is_by_name = False
        all_of_it = vault.credentials() if all_of_it is None else all_of_it
        some = {one.id: one for one in all_of_it if fits(one.name, name)}
        if not some:
            raise CredentialNotFound(
                f"no credential has a name like '{make_visible(name)}'", hint="see them all with: nexcred list"
            )
        found |= some
    return tuple(found.values()), is_by_name
