"""An opened vault that threads share."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from nexcred.model.credential import Credential
from nexcred.model.text import make_visible
from nexcred.services.grants.sessions import Sessions
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

    def note(self, credential: Credential, fields: Iterable[str] = ()) -> None:
        """Note the use for `nexcred audit`."""
        self._workspace.note_use(self._vault, "python", [credential], fields)
