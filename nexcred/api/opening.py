"""Opening a vault for a program: nobody is asked."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from nexcred.api.vault import Vault
from nexcred.errors import Locked, UsageError
from nexcred.local.settings import effective
from nexcred.local.settings_file import FILE_NAME, read_settings
from nexcred.local.vault_names import VaultChoice, choose_vault
from nexcred.model.secret import Secret
from nexcred.services.access import Access
from nexcred.services.vaults import opening
from nexcred.services.vaults.login import refuse_chain
from nexcred.services.workspace import Workspace
from nexcred.unlock.sources import SecretPlace, SourceKind, UnlockSource, find_source, for_another_vault
from nexcred.unlock.unlock import unlock
from nexcred.vault.identity import Identity
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault as OpenedVault

_LOG = logging.getLogger("nexcred")
_CHOICES = (
    "give nexcred.open() an identity, identity_file or passphrase, or set one of NEXCRED_IDENTITY_FILE,"
    " NEXCRED_IDENTITY, NEXCRED_PASSPHRASE_FILE or NEXCRED_PASSPHRASE, or run: nexcred vault unlock --for 8h"
)


def open_vault(
    address: str | os.PathLike[str] | None,
    *,
    identity: str | None,
    identity_file: str | os.PathLike[str] | None,
    passphrase: str | None,
) -> Vault:
    """Open it by the first way that is given, and no other; what is no error is logged."""
    file = None if identity_file is None else os.fspath(identity_file)
    source = _only([
        ("identity", "identity", "here", identity),
        ("identity_file", "identity", "file", file),
        ("passphrase", "passphrase", "here", passphrase),
    ])  # fmt: skip
    return Vault(_open(_choose(address), source, os.environ))


def _open(choice: VaultChoice, source: UnlockSource | None, environment: Mapping[str, str]) -> Access:
    workspace = Workspace(choice, environment, warn=_LOG.warning, open_other=_open_other)

    def identify(store: Store) -> Identity:
        chosen = source or find_source(None, environment, _LOG.warning)
        try:
            return unlock(
                store, chosen, unasked=(lambda: workspace.from_kernel(store), lambda: workspace.from_keyring(store))
            )
        except Locked as locked:
            raise Locked(locked.message, hint=locked.hint if chosen else _CHOICES) from None

    vault = opening.open_vault(
        workspace.store,
        workspace.anchors,
        identify,
        warn=_LOG.warning,
        checkpoint=workspace.checkpoint,
        is_named=workspace.address is not None,
    )
    return Access(workspace, vault, environment)


def _open_other(name: str) -> OpenedVault:
    """Open the vault that has the login of another one; what was given to unlock belongs to that one."""
    choice = choose_vault(name, read_settings().vaults, by="")
    refuse_chain(choice)
    return _open(choice, None, for_another_vault(os.environ)).read(lambda vault: vault)


def _choose(given: str | os.PathLike[str] | None) -> VaultChoice:
    """Return the vault that the caller says, by a name of the user's too, else a variable or the user's settings."""
    if given is not None and not isinstance(given, str):
        return VaultChoice(str(Path(given).absolute()), None)
    settings = read_settings()
    found = effective("vault", os.environ, settings.kept, FILE_NAME, flag=given)
    by = "" if given is not None else found.where
    return choose_vault(None if found.value is None else str(found.value), settings.vaults, by=by)


def _only(ways: list[tuple[str, SourceKind, SecretPlace, str | None]]) -> UnlockSource | None:
    given = [(name, kind, place, text) for name, kind, place, text in ways if text is not None]
    if len(given) > 1:
        raise UsageError(f"nexcred.open() takes one way to unlock, not {' and '.join(name for name, *_ in given)}")
    return next((UnlockSource(name, kind, place, Secret(text)) for name, kind, place, text in given), None)
