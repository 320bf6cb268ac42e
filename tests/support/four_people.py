"""Ada, who founded a vault and added "prod", Bob, who may write it, Rita, who may read it, and Mal, who lies."""

from typing import NamedTuple

from nexcred.vault.access_list import READ
from nexcred.vault.overview import Overview
from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of
from tests.support.lying_member import WatchedStore
from tests.support.sample_vault import add, open_new
from tests.support.shared_vault import join, share


class People(NamedTuple):
    """Each at a machine of their own. Mal is a member without any grant, and knows "prod" by its name."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    rita: Vault
    mal: Vault

    def present(self) -> Overview:
        """Return what "prod" is now, as a member without any grant sees it."""
        return overview_of(self.mal, "prod")

    @property
    def holders(self) -> tuple[Vault, ...]:
        return self.ada, self.bob, self.rita


def four_people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, rita, mal = (join(ada, store, name, MEMBER) for name in ("Bob", "Rita", "Mal"))
    add(ada, "prod", "EXAMPLE-1")
    share(ada, "prod", bob)
    ada.edit(lambda edit: edit.share(edit.find("prod"), [rita.identity.fingerprint], may=READ))
    return People(store, ada, bob, rita, mal)
