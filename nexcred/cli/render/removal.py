"""What removing did not do: the key still works, and bytes of it may be elsewhere."""

from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal


def tell_gone(context: Context, removals: Sequence[Removal], *, as_json: bool) -> None:
    """Say of each that it is gone for good, where bytes of it remain, and that only revoking ends its key."""
    for removal in removals:
        if not as_json:
            context.streams.line(make_visible(f"removed {removal.credential.name} for good"))
        context.streams.note(still_valid(removal))
    if removals:
        context.streams.note(
            "backups, and other copies of the vault, still hold what it was: only revoking ends a key"
            if len(removals) == 1
            else "backups, and other copies of the vault, still hold what they were: only revoking ends a key"
        )


def still_valid(removal: Removal) -> str:
    at = f" at {removal.title}" if removal.title else ""
    return f"the key of '{removal.credential.name}' still works{at}: revoke it {removal.revoke or 'there'}"
