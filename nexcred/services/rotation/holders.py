"""Who else holds a key: the present values of this credential, and other records that this identity opens."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from nexcred.errors import Conflict, Damaged, NotPermitted
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.services.values.kept_details import compared_details
from nexcred.vault.vault import Vault

# Shorter ones, such as a PIN, are the same by chance.
_LEAST_BYTES = 8
Sibling = tuple[Credential, Details]


def others_with(vault: Vault, credential: Credential, key: Mapping[str, Value]) -> list[Sibling]:
    """Return the other credentials that hold one of these secrets, or the same connector's public value of its name."""
    secrets = {value for value in key.values() if isinstance(value, Secret) and value.size >= _LEAST_BYTES}
    public = {name: value for name, value in key.items() if not isinstance(value, Secret) and value != ""}
    return [
        (other, details)
        for other, details in _others(vault, credential)
        if _holds(details, secrets, public if other.connector == credential.connector else {})
    ]


def holds_key(details: Details, key: Mapping[str, Value]) -> bool:
    """True where these values have one of the secrets of a key, or its public values under the same names."""
    secrets = {value for value in key.values() if isinstance(value, Secret)}
    return _holds(details, secrets, {name: value for name, value in key.items() if not isinstance(value, Secret)})


def key_of(old: Details, new: Details) -> dict[str, Value]:
    """Return what is to be ended: the values of the old key that the new one does not have."""
    return {name: value for name, value in old.fields.items() if new.fields.get(name) != value and value != ""}


def switched_too(
    vault: Vault, credential: Credential, old: Details, new: Details, *, may_leave: bool = False
) -> list[Sibling]:
    """Return the other credentials that have the old secret, as they are and the values that they get.

    Raises Conflict where one of them is not this identity's to change, or is being rotated itself; where that
    `may_leave` it as it is, since the old secret is gone already, it is left out.
    """
    key = {name: value for name, value in key_of(old, new).items() if isinstance(value, Secret)}
    found = []
    for other, details in others_with(vault, credential, key):
        try:
            refuse_unless_free(vault, credential, other)
        except Conflict:
            if not may_leave:
                raise
            continue
        found.append((other, details._replace(fields=_with_new(details.fields, old, new))))
    return found


def refuse_unless_free(vault: Vault, credential: Credential, other: Credential) -> None:
    """Raise Conflict where another credential with the same secret cannot be switched at once."""
    name, beside = make_visible(credential.name), make_visible(other.name)
    try:
        vault.require_writer(other)
        kept = vault.kept(other)
    except NotPermitted:
        raise Conflict(
            f"'{beside}' has the same secret as '{name}', and this identity may not change it",
            hint="let somebody rotate it who may change both",
        ) from None
    if kept is not None:
        raise Conflict(
            f"'{beside}' has the same secret as '{name}', and a new value of it is on its way",
            hint="finish that first with: nexcred rotate --resume",
        )


def _with_new(fields: Mapping[str, Value], old: Details, new: Details) -> dict[str, Value]:
    by_value = {value: new.fields[name] for name, value in key_of(old, new).items() if name in new.fields}
    by_name = {name for name in key_of(old, new) if not isinstance(old.fields[name], Secret)}
    return {
        name: by_value[value] if value in by_value and (isinstance(value, Secret) or name in by_name) else value
        for name, value in fields.items()
    }


def _holds(details: Details, secrets: set[Secret], public: Mapping[str, Value]) -> bool:
    fields = details.fields
    if any(isinstance(value, Secret) and value in secrets for value in fields.values()):
        return True
    return any(name in fields and fields[name] == value for name, value in public.items())


def _others(vault: Vault, credential: Credential) -> Iterator[Sibling]:
    with vault.snapshot():
        for other in vault.credentials():
            if other.id != credential.id:
                with suppress(NotPermitted, Damaged):
                    yield other, compared_details(vault, other)
