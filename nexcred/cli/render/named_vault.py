"""Vaults that the user has names for, as JSON."""

from nexcred.cli.app.context import Context
from nexcred.local.folders import NoHome, data_folder
from nexcred.local.vault_names import PERSONAL, NamedVault
from nexcred.stores.locate import DEFAULT_FILE
from nexcred.wire.vault import NamedVaultShape


def named_vaults(context: Context) -> dict[str, NamedVault]:
    """Return all of them, first the one in the data folder, if there is such a folder."""
    try:
        personal = {PERSONAL: NamedVault(str(data_folder() / DEFAULT_FILE))}
    except NoHome:
        personal = {}
    return personal | dict(sorted(context.user_settings.vaults.items()))


def default_vault(context: Context) -> str:
    """Return the name or place of the vault that is used when none is named."""
    return str(context.setting("vault").value or PERSONAL)


def named_vault_shape(context: Context, name: str, vault: NamedVault) -> NamedVaultShape:
    return {
        "name": name,
        "url": vault.url,
        "default": name == default_vault(context),
        "credential": vault.credential,
        "offline": "warn" if vault.may_be_offline else "refuse",
        "offline_most_s": int(vault.offline_most.total_seconds()),
    }
