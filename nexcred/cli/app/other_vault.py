"""Another vault of the user's, where the login for the one in hand lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexcred.cli.app.context import Context
    from nexcred.vault.vault import Vault


def open_other(context: Context, name: str) -> Vault:
    """Open it by the user's name for it; what was given to unlock belongs to the one in hand."""
    from nexcred.services.vaults.login import refuse_chain  # which hardly any command comes to
    from nexcred.unlock.sources import for_another_vault

    other = type(context)(context.streams)
    other.environment, other.options = for_another_vault(context.environment), context.options.for_vault(name)
    other.__dict__["user_settings"] = context.user_settings
    other.unlock_label = f"Passphrase of the vault '{name}'"
    refuse_chain(other.vault_choice)
    return other.vault
