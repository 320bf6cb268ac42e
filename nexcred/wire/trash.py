"""The JSON of `trash list`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.vault.trash import Removed


class InTrashShape(TypedDict):
    """A credential in the trash, and until when it stays; `held` is false for what is shared with others alone."""

    name: str
    id: str
    credentials_type: str
    removed_at: str
    kept_until: str
    held: bool


def in_trash_shape(removed: Removed) -> InTrashShape:
    credential = removed.credential
    return {
        "name": credential.name,
        "id": credential.id,
        "credentials_type": credential.connector,
        "removed_at": to_rfc3339(removed.removed_at),
        "kept_until": to_rfc3339(removed.until),
        "held": removed.is_held,
    }
