"""Which secrets of what is added are in another credential too: to be named, since whoever has one has both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import chain

from nexcred.errors import Damaged, NotPermitted
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.services.importing.plan import Item, Outcome
from nexcred.services.values.kept_details import compared_details
from nexcred.vault.vault import Vault

# Shorter ones, such as a PIN, are the same by chance.
_LEAST_BYTES = 8
_MOST_NAMED = 3
# Opening a record takes two milliseconds, and an import of one is not to wait for all of a large vault.
MOST_COMPARED = 2_000
_MOST_COMPARED_WITH_ONE = 500

_Places = dict[Secret, list[str]]


def with_same_secrets(vault: Vault | None, items: Sequence[Item]) -> list[Item]:
    """Return the items, each with the places that hold one of its secrets too, in the vault or among the items.

    A vault of more than MOST_COMPARED credentials is not looked through.
    """
    adding = [item for item in items if item.fate in (Outcome.ADDED, Outcome.UPDATED) and item.new is not None]
    wanted = {secret for item in adding for _, secret in _secrets_of(_values_of(item))}
    if not wanted:
        return list(items)
    known: _Places = {}
    with vault.snapshot() if vault is not None else nullcontext():
        for name, values in chain(_kept(vault), ((item.name, _values_of(item)) for item in adding)):
            for field, secret in _secrets_of(values):
                if secret in wanted:
                    known.setdefault(secret, []).append(f"{name}/{field}")
    return [replace(item, same_as=_elsewhere(item, known)) if item.new is not None else item for item in items]


def places_with_same(vault: Vault, name: str, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the first places that hold one of the secrets of this credential too, as NAME/FIELD.

    A vault of more than 500 credentials is not looked through: `rotate` does, whose business it is.
    """
    secrets = {secret for _, secret in _secrets_of(fields)}
    if not secrets or vault.size > _MOST_COMPARED_WITH_ONE:
        return ()
    with vault.snapshot():
        found = [
            f"{other}/{field}"
            for other, values in _kept(vault)
            if other != name
            for field, secret in _secrets_of(values)
            if secret in secrets
        ]
    return tuple(found)[:_MOST_NAMED]


def _values_of(item: Item) -> Mapping[str, Value]:
    return item.new.details.fields if item.new is not None else {}


def _kept(vault: Vault | None) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield the values of all records that this identity may read."""
    if vault is None or len(credentials := vault.credentials()) > MOST_COMPARED:
        return
    for credential in credentials:
        with suppress(NotPermitted, Damaged):
            yield credential.name, compared_details(vault, credential).fields


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
