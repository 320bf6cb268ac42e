"""Describe what happened to records that depended on the signature of somebody who may not sign any more."""

from collections.abc import Iterable

from nexcred.cli.app.context import Context
from nexcred.cli.render.removal import rotate_line
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal
from nexcred.vault.membership import Departure


def tell_known(context: Context, who_knows: str, known: Iterable[Removal]) -> None:
    """Warn that values are known and still work: only new ones end that."""
    context.streams.warn(make_visible(f"{who_knows}, which still works:"))
    for removal in known:
        context.streams.plain_error_line(f"  {rotate_line(removal)}")


def tell_pinned(context: Context, full_name: str, departure: Departure) -> None:
    """Say what stays as it was, on whose word, and what opens for nobody until it is settled."""
    if departure.pinned:
        names = ", ".join(f"'{name}'" for name in departure.pinned)
        context.streams.note(
            make_visible(f"what {full_name} signed stays as it was, and you vouch for it now: {names}")
        )
    for name in departure.disputed:
        told = f"'{name}' opens for nobody until it is settled: nexcred vault settle {shell_word(name)}"
        context.streams.warn(make_visible(told))
