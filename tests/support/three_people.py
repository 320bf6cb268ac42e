"""Ada, who founded a vault, Bob, and Mal, who lies, at a store that keeps all that was ever written."""

from typing import NamedTuple

from nexcred.vault.overview import Overview
from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of
from tests.support.lying_member import WatchedStore
from tests.support.sample_vault import open_new
from tests.support.shared_vault import join


class People(NamedTuple):
    """Each at a machine of their own."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    mal: Vault

    def present(self) -> Overview:
        """Return what "prod" is now, as a member without any grant sees it."""
        return overview_of(self.mal, "prod")


def three_people(bob: str = MEMBER) -> People:
    """Found a vault without any credential. Mal is a member; `bob` is Bob's role."""
    store = WatchedStore()
    ada = open_new(store)
    return People(store, ada, join(ada, store, "Bob", bob), join(ada, store, "Mal", MEMBER))
