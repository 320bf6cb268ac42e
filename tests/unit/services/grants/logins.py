"""Logins that are renewed."""

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import choose_method
from nexcred.model.credential import Credential
from nexcred.services.credentials.draft import NewCredential, prepare_new
from nexcred.services.grants.sessions import Subject
from nexcred.vault.vault import Vault
from tests.support.standins.aha_oauth import AhaOauth, Family
from tests.unit.services.places import never_taken


def new_login(at: AhaOauth) -> NewCredential:
    """Return a credential whose login has just ended, and can be renewed."""
    values = {
        "account_domain": at.account_domain,
        "client_id": at.client_id,
        "client_secret": at.client_secret,
        "oauth_url": at.oauth_url,
        "base_url": at.base_url,
    }
    new = prepare_new("aha", values, is_taken=never_taken, method_name="oauth2", allow_hosts=[at.host])
    at.families.append(Family(refresh_token="family.first-EXAMPLE"))
    session = {
        "access_token": "past-EXAMPLE",
        "expires_at": "2020-01-01T00:00:00Z",
        "refresh_token": "family.first-EXAMPLE",
    }
    return NewCredential(new.connector, new.method, new.name, "", (), new.details, (), session)


def subject_of(vault: Vault, credential: Credential) -> Subject:
    details = vault.details(credential)
    return Subject(credential, choose_method(load_connector(details.connector), (), details.method), details)
