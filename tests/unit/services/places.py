"""What the tests of the services share."""

from collections.abc import Callable
from pathlib import Path

from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult
from nexcred.services.credentials.add import save_new
from nexcred.services.credentials.draft import NewCredential, prepare_new
from nexcred.services.grants.sessions import Sessions
from nexcred.vault.vault import Vault
from tests.support.standins.aha import Aha
from tests.support.standins.aventri import Aventri
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest
from tests.support.standins.server import StandIn


class Warnings(list[str]):
    """Collects what would be printed as warnings."""

    def __call__(self, text: str) -> None:
        self.append(text)


def never_taken(_name: str) -> bool:
    return False


def new_aventri(
    at: StandIn, *, key: str = Aventri.api_key, name: str | None = None, is_taken: Callable[[str], bool] = never_taken
) -> NewCredential:
    values = {"account_id": Aventri.account_id, "api_key": key, "base_url": at.base_url}
    return prepare_new("aventri", values, is_taken=is_taken, name=name, allow_hosts=[at.host])


def new_aha(at: StandIn, name: str | None = None) -> NewCredential:
    values = {"account_domain": Aha.account_domain, "api_key": Aha.api_key, "base_url": at.base_url}
    return prepare_new("aha", values, is_taken=never_taken, name=name, allow_hosts=[at.host])


def new_resci(at: StandIn, name: str | None = None) -> NewCredential:
    values = {"api_key": Resci.api_key, "base_url": at.base_url}
    return prepare_new("resci", values, is_taken=never_taken, name=name, allow_hosts=[at.host])


def new_rest(at: StandIn, name: str | None = None) -> NewCredential:
    values = {"api_key": Rest.api_key, "base_url": at.base_url, "health_path": "/health"}
    return prepare_new("rest", values, is_taken=never_taken, name=name, allow_hosts=[at.host])


def keep(vault: Vault, new: NewCredential, result: ProbeResult | None = None) -> Credential:
    return save_new(vault, new, result, save_unverified=True)


def unrenewed(vault: Vault) -> Sessions:
    """Return the sessions of a vault that has none to renew."""
    return Sessions(vault, Path("/nowhere"), {})
