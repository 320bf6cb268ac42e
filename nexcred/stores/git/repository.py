"""A repository as this machine has it: as of a moment ago, or asked again, or, out of reach, as it was last."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.errors import StoreUnreachable
from nexcred.stores.git.address import GitAddress
from nexcred.stores.git.kept_objects import Fetched, KeptObjects
from nexcred.stores.offline import Offline, read_instead

if TYPE_CHECKING:
    from nexcred.stores.git.clone import Clone
    from nexcred.stores.git.snapshot import GitSnapshot

# As long as another process may take that fetches or pushes.
NETWORK_TIMEOUT_S = 60.0


class Repository:
    """Which commit is the present one, and what that holds."""

    def __init__(
        self,
        address: GitAddress,
        environment: Mapping[str, str],
        cache_folder: Callable[[], Path],
        warn: Callable[[str], None],
        offline: Offline,
    ) -> None:
        self.address = address
        self.kept = KeptObjects(cache_folder, address)
        self._environment = environment
        self._warn = warn
        self._offline = offline
        self._clone: Clone | None = None
        self._has_asked = self._must_ask = False
        self._instead: Fetched | None = None

    def present(self) -> Fetched | None:
        """Return the present commit to read from; None where there is no vault.

        Raises StoreUnreachable, where nothing may be read instead, and what `fetch` does.
        """
        fetched = self._instead or self._fresh()
        if fetched is not None:
            return fetched
        try:
            self._refuse_offline()
            with self.kept.on_the_network(NETWORK_TIMEOUT_S):
                return self._fresh() or self.refetch()  # another process may have asked meanwhile
        except StoreUnreachable as error:
            last = self.kept.fetched()
            if last is None:
                raise
            as_of = datetime.fromtimestamp(last.at, UTC)
            read_instead(self._offline, error, as_of, datetime.now(UTC), self._warn)
            self._instead = last
            return last

    def look_again(self) -> bool:
        """Let what was fetched a moment ago no longer count; False where the branch was asked, or may not be."""
        if self._has_asked or self._must_ask or self._offline.only or self._instead is not None:
            return False
        self._must_ask = True
        return True

    def fetch(self) -> Fetched | None:
        """Return what the branch stands at now; raise VaultBusy, StoreFailed, NotPermitted, Tampered."""
        self._refuse_offline()
        with self.kept.on_the_network(NETWORK_TIMEOUT_S):
            return self.refetch()

    def refetch(self) -> Fetched | None:
        """Return what the branch stands at now; inside `on_the_network`."""
        fetched = self.clone.fetch()
        self._has_asked, self._instead = True, None
        return fetched

    def snapshot(self, fetched: Fetched | None) -> "GitSnapshot":
        """Return the vault as of a commit; raise Tampered where the branch holds none."""
        return self.clone.snapshot(fetched)

    @property
    def clone(self) -> "Clone":
        if self._clone is None:
            from nexcred.stores.git.clone import Clone  # which starts git, and loads what that takes

            self._clone = Clone(self.address, self._environment, self.kept, self._mend)
        return self._clone

    def close(self) -> None:
        """End the git that is asked for objects; the next reading starts another one."""
        if self._clone is not None:
            self._clone.close()
        self.kept.close()

    def _refuse_offline(self) -> None:
        if self._offline.only:
            raise StoreUnreachable(f"the vault {self.address.location} is not asked")

    def _fresh(self) -> Fetched | None:
        """Return what was fetched so short a time ago that it counts as the present."""
        fetched = self.kept.fetched()
        if fetched is None or not (self._has_asked or (self._offline.may and not self._must_ask)):
            return None
        return fetched if 0 <= time.time() - fetched.at < self.address.fresh_s else None

    def _mend(self) -> None:
        """Fetch anew what is spoilt on this machine."""
        self._refuse_offline()
        with self.kept.on_the_network(NETWORK_TIMEOUT_S):
            self.clone.fetch_again()
        self._has_asked, self._instead = True, None
