"""An opened vault that threads share."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from nexcred.local.use_log import Use, Verb
from nexcred.model.credential import Credential
from nexcred.model.name import normalise_name
from nexcred.model.text import make_visible
from nexcred.services.grants.sessions import Sessions
from nexcred.services.known_values import KnownValues
from nexcred.services.values.decoded import Decoded
from nexcred.services.workspace import Workspace
from nexcred.vault.vault import Vault

T = TypeVar("T")
_LOG = logging.getLogger("nexcred")


class Access:
    """One thread at a time reads the vault; what is asked of providers holds up nobody."""

    def __init__(self, workspace: Workspace, vault: Vault, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._workspace = workspace
        self._vault = vault
        self._lock = threading.Lock()
        self._known = KnownValues(vault)
        self._told = 0
        self.sessions = Sessions(vault, workspace.state_folder, environment, reading=self._lock)

    def read(self, look: Callable[[Vault], T]) -> T:
        """Return what `look` sees; it must not ask for a grant. Records that do not open are told to the log."""
        with self._lock:
            seen = look(self._vault)
            for problem in self._vault.problems[self._told :]:
                _LOG.warning(make_visible(problem))
            self._told = len(self._vault.problems)
            return seen

    def uses(self) -> list[Use]:
        """Return what was noted on this machine, oldest first; raise StoreFailed."""
        return self._workspace.uses.read()[0]

    def find(self, name: str) -> Credential:
        """Return the credential of this name, as the vault has it now; raise what `Vault.find` does."""
        wanted = normalise_name(name)
        with self._lock:
            return self._known.find(wanted)

    def opened(self, credential: Credential) -> Decoded:
        """Return its present values, to be used; raise what `open_to_use` does."""
        with self._lock:
            return self._known.opened(credential)

    def note(
        self,
        verb: Verb,
        credentials: Iterable[Credential],
        fields: Iterable[str] = (),
        *,
        names: tuple[str, ...] = (),
        token: str = "",
    ) -> None:
        """Note the use for `nexcred audit`, the names that are gone by it, and the token that asked; never fails."""
        self._workspace.note_use(self._vault, verb, credentials, fields, names=names, token=token)
