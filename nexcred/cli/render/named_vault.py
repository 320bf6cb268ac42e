"""Vaults that the user has names for, as JSON."""

from contextlib import suppress

from nexcred.cli.app.context import Context
from nexcred.cli.render.setting import setting_of
from nexcred.errors import NexcredError
from nexcred.local.folders import NoHome, data_folder
from nexcred.local.vault_names import PERSONAL, NamedVault, VaultChoice
from nexcred.services.workspace import Workspace
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
    """Return the name or place of the vault that is used when none is named, as it may be shown."""
    return str(setting_of(context, "vault").value or PERSONAL)


def named_vault_shape(context: Context, name: str, vault: NamedVault) -> NamedVaultShape:
    return {
        "name": name,
        "url": vault.url,
        "moved_to": _moved_to(context, name, vault),
        "default": name == default_vault(context),
        "credential": vault.credential,
        "offline": "warn" if vault.may_be_offline else "refuse",
        "offline_most_s": int(vault.offline_most.total_seconds()),
    }


def _moved_to(context: Context, name: str, vault: NamedVault) -> str | None:
    """Return where a vault went, as this machine remembers it; nothing is opened."""
    with suppress(NexcredError):
        one = Workspace(VaultChoice(vault.url, name, vault), context.environment, warn=context.streams.warn)
        place = one.anchors.place(one.store.location)
        return None if place is None else place.moved_to
    return None
