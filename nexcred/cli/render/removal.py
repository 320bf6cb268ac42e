"""What neither removing nor unsharing does: the key still works, and bytes of it may be elsewhere."""

from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal


def tell_gone(context: Context, removals: Sequence[Removal], *, as_json: bool, is_revoked: bool = False) -> None:
    """Say of each that it is gone for good, where bytes of it remain, and that only revoking ends its key."""
    for removal in removals:
        if not as_json:
            context.streams.line(make_visible(f"removed {removal.credential.name} for good"))
        if not is_revoked:
            context.streams.note(still_valid(removal))
    if removals and not is_revoked:
        context.streams.note(
            "backups, and other copies of the vault, still hold what it was: only revoking ends a key"
            if len(removals) == 1
            else "backups, and other copies of the vault, still hold what they were: only revoking ends a key"
        )


def still_valid(removal: Removal) -> str:
    where = removal.revoke or "where it was made"
    return f"the {_key(removal)} of '{removal.credential.name}' still works: revoke it {where}"


def rotate_line(removal: Removal) -> str:
    """Name the command that makes worthless what somebody knows."""
    name = removal.credential.name
    return make_visible(f"{name}: nexcred rotate {shell_word(name)}")


def _key(removal: Removal) -> str:
    return f"{removal.title} key" if removal.title else "key"
