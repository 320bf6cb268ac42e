"""One vault on this machine: its store, the memory of it, and what opens it without asking."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.local.anchors import AnchorFile
from nexcred.local.folders import NOWHERE, NoHome, cache_folder, data_folder, state_folder
from nexcred.local.use_log import Use, UseLog, Verb, is_wanted
from nexcred.local.vault_names import VaultChoice
from nexcred.model.credential import Credential
from nexcred.model.times import utc_now
from nexcred.services.vaults.opening import checkpoint_in, vault_id_of
from nexcred.stores.locate import open_store
from nexcred.stores.offline import AS_USUAL, Offline
from nexcred.stores.surroundings import Surroundings
from nexcred.vault.identity import Identity
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.oskeyring.access import GuardedKeyring
    from nexcred.services.vaults.login import OpenVault
    from nexcred.unlock.os_keyring import KeyringIdentities
    from nexcred.vault.checkpoint import Checkpoint


class Workspace:
    """Each part is made when it is first wanted; `warn` is told of what is no error.

    `choice` is the vault that the user means, by whatever way. `offline` says whether an earlier state will do where
    the vault lies elsewhere; what the user's settings say of the vault may only forbid it. `open_other` opens another
    vault by the user's name for it, where the login for this one lies.
    """

    def __init__(
        self,
        choice: VaultChoice,
        environment: Mapping[str, str],
        *,
        warn: Callable[[str], None],
        say_waiting: Callable[[], None] | None = None,
        offline: Offline = AS_USUAL,
        open_other: "OpenVault | None" = None,
    ) -> None:
        self.choice = choice
        self._offline = offline
        self._open_other = open_other
        self._environment = environment
        self._warn = warn
        self._say_waiting = say_waiting

    @property
    def address(self) -> str | None:
        """The place of the vault; None for the one in the data folder."""
        return self.choice.address

    @cached_property
    def state_folder(self) -> Path:
        """Return the state folder; a vault that is named works without one."""
        try:
            return state_folder()
        except NoHome as error:
            if self.address is None:
                raise
            self._warn(f"{error.message}, so an older copy of the vault would not be noticed, and no use is noted")
            return NOWHERE

    @cached_property
    def store(self) -> Store:
        table, offline = self.choice.table, self._offline
        if table is not None:
            offline = offline._replace(may=offline.may and table.may_be_offline, most=table.offline_most)
        environment = self._environment
        if table is not None and table.credential is not None and self._open_other is not None:
            from nexcred.services.vaults.login import LoginEnvironment

            environment = LoginEnvironment(table.credential, environment, self._open_other)
        around = Surroundings(data_folder, cache_folder, lambda: self.keyring, environment, self._warn, offline)
        return open_store(self.address, around)

    @cached_property
    def anchors(self) -> AnchorFile:
        return AnchorFile(self.state_folder, warn=self._warn_of_memory)

    def _warn_of_memory(self, text: str) -> None:
        if self.state_folder != NOWHERE:  # which was told
            self._warn(text)

    @property
    def checkpoint(self) -> "Checkpoint | None":
        """The checkpoint from the environment; raise InvalidData."""
        return checkpoint_in(self._environment)

    @cached_property
    def uses(self) -> UseLog:
        return UseLog(self.state_folder, warn=self._warn_of_memory)

    @cached_property
    def keyring(self) -> "GuardedKeyring":
        """Open the OS keyring, for the key and for a vault in it; raise KeyringUnavailable."""
        from nexcred.oskeyring.access import open_keyring

        return open_keyring(self._environment, say_waiting=self._say_waiting)

    @cached_property
    def identities(self) -> "KeyringIdentities":
        """The identities in the OS keyring, which is opened when one is asked for."""
        from nexcred.unlock.os_keyring import KeyringIdentities

        return KeyringIdentities(lambda: self.keyring)

    def from_kernel(self, store: Store) -> Identity | None:
        """Return the identity that `vault unlock` left with the kernel."""
        from nexcred.unlock.kernel_keyring import read_kept

        kept = read_kept(vault_id_of(store, self.anchors))
        return kept.identity if kept else None

    def from_keyring(self, store: Store, *, may_be_refused: bool = False) -> Identity | None:
        """Return the identity that the OS keyring holds for the vault; say so when it cannot be had.

        A keyring that is missing is nothing to speak of, nor is one that was switched off, where it `may_be_refused`.
        """
        from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable

        try:
            return self.identities.find(vault_id_of(store, self.anchors))
        except KeyringUnavailable as error:
            if error.failure is not KeyringFailure.ABSENT and not (
                error.failure is KeyringFailure.REFUSED and may_be_refused
            ):
                self._warn(f"the OS keyring does not open the vault: {error.reason}")
            return None

    def note_use(
        self,
        vault: Vault,
        verb: Verb,
        credentials: Iterable[Credential] = (),
        fields: Iterable[str] = (),
        *,
        project: str = "",
        names: tuple[str, ...] = (),
        token: str = "",
    ) -> None:
        """Note for `audit` what is read or used, unless the user switched that off; never fails.

        `project` is the folder of the project that it is used for, `names` are those that are gone by it, `token` is
        what asked the service.
        """
        if not is_wanted(self._environment):
            return
        records = tuple(credential.id for credential in credentials)
        vault_id, identity = vault.vault_id.hex(), vault.me.id
        gone = vault.seal_names(names) if names else ""
        self.uses.note(Use(utc_now(), verb, vault_id, identity, records, tuple(fields), project, gone, token))

    def note_gone(self, vault: Vault, verb: Verb, credentials: Iterable[Credential]) -> None:
        """Note each of those that a command took away, with the name that it had; never fails."""
        if not is_wanted(self._environment):
            return
        now, vault_id, identity = utc_now(), vault.vault_id.hex(), vault.me.id
        self.uses.note_all(
            Use(now, verb, vault_id, identity, (one.id,), (), names=vault.seal_names((one.name,)))
            for one in credentials
        )
