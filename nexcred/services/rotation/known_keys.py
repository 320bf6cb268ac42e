"""Keys that a provider lists, and that a credential of this vault has: nobody ends those as what nobody knows."""

from collections.abc import Iterable
from contextlib import suppress

from nexcred.errors import Damaged, NotPermitted
from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.rotating.rotator import LivingKey
from nexcred.services.values.kept_details import compared_details
from nexcred.vault.vault import Vault

# A shorter one stands by chance in the secrets of others, such as a key file that says which key it is.
_LEAST_IN_A_SECRET = 8


def known_here(vault: Vault, keys: Iterable[LivingKey]) -> tuple[LivingKey, ...]:
    """Return those of the keys that the present values of a credential name which this identity opens."""
    held = []
    with vault.snapshot():
        for one in vault.credentials():
            with suppress(NotPermitted, Damaged):
                held.append(compared_details(vault, one))
    return tuple(key for key in keys if any(_names(details, key.id) for details in held))


def _names(details: Details, key_id: str) -> bool:
    return any(_is_in(value, key_id) for value in details.fields.values())


def _is_in(value: object, key_id: str) -> bool:
    if not isinstance(value, Secret):
        return str(value) == key_id
    text = value.reveal()
    return isinstance(text, str) and len(key_id) >= _LEAST_IN_A_SECRET and key_id in text
