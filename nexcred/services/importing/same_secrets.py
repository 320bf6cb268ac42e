"""Which secrets of an import are in another credential too: to be named, since whoever has one has both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from nexcred.errors import NotPermitted, SpecError, UnknownConnector, WrongDetails
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.services.importing.plan import Item, Outcome
from nexcred.services.values.decoded import open_details
from nexcred.services.values.kept_details import MethodGone
from nexcred.vault.vault import Vault

# Shorter ones, such as a PIN, are the same by chance.
_LEAST_BYTES = 8
_MOST_NAMED = 3

_Places = dict[Secret, list[str]]


def with_same_secrets(vault: Vault | None, items: Sequence[Item]) -> list[Item]:
    """Return the items, each with the places that hold one of its secrets too, in the vault or among the items."""
    adding = [item for item in items if item.fate is Outcome.ADDED and item.new is not None]
    wanted = {secret for item in adding for _, secret in _secrets_of(_values_of(item))}
    if not wanted:
        return list(items)
    known: _Places = {}
    for name, values in (*_kept(vault), *((item.name, _values_of(item)) for item in adding)):
        for field, secret in _secrets_of(values):
            if secret in wanted:
                known.setdefault(secret, []).append(f"{name}/{field}")
    return [replace(item, same_as=_elsewhere(item, known)) if item.new is not None else item for item in items]


def _values_of(item: Item) -> Mapping[str, Value]:
    return item.new.details.fields if item.new is not None else {}


def _kept(vault: Vault | None) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield the values of all records that this identity may read."""
    for credential in vault.credentials() if vault is not None else ():
        try:
            assert vault is not None
            yield credential.name, open_details(vault, credential).details.fields
        except (NotPermitted, UnknownConnector, SpecError, MethodGone, WrongDetails):
            continue


def _secrets_of(values: Mapping[str, Value]) -> Iterable[tuple[str, Secret]]:
    for name, value in values.items():
        if isinstance(value, Secret) and value.size >= _LEAST_BYTES:
            yield name, value


def _elsewhere(item: Item, known: _Places) -> tuple[str, ...]:
    """Return the first places but its own."""
    own = f"{item.name}/"
    found = dict.fromkeys(
        place
        for _, secret in _secrets_of(_values_of(item))
        for place in known.get(secret, ())[: _MOST_NAMED + 1]
        if not place.startswith(own)
    )
    return tuple(found)[:_MOST_NAMED]
