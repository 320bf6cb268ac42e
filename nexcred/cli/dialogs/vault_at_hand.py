"""The vault that something is added to: the one that there is, or one that is made once there is something to keep."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.cli.app.context import Context

if TYPE_CHECKING:
    from nexcred.vault.vault import Vault


def has_vault(context: Context) -> bool:
    """True where a vault is, was, or is named by the user: none is made in its place."""
    return context.named_vault is not None or context.store.exists() or context.anchors.known(context.store.location)


def vault_or_pending(context: Context) -> tuple["Vault | None", Callable[[], "Vault"]]:
    """Open the vault to write to; where there is none yet, settle how the default one will be locked.

    The second is the vault, or what makes it: called only once there is something to keep. A vault that the user
    names is never made here. Raises NotPermitted for one that can only be read, before anything is asked.
    """
    from nexcred.local.settings import PROJECT

    found = context.setting("vault")
    if found.origin == PROJECT:
        context.streams.note(f"into the vault '{found.value}', as {Path(found.where).name} says")
    if has_vault(context):
        vault = context.vault
        vault.require_writable()
        return vault, lambda: vault
    from nexcred.cli.dialogs.new_vault import choose_founder, found_vault  # once in the life of a vault

    founder = choose_founder(context)
    return None, cache(lambda: found_vault(context, founder, organisation=None, member=None))
