"""Where the key of a credential is made and managed: the provider's page, or else the steps there."""

from nexcred.connectors.key_page import page_for
from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of


class KeyPlace(NamedTuple):
    """`url` is "" where no page is known, or none that is this credential's own provider's."""

    title: str
    url: str
    steps: tuple[str, ...]

    def __repr__(self) -> str:
        return repr_of(self, "title")


def key_place(credential: Credential) -> KeyPlace:
    """Say it by this machine's connector and the values that are no secrets; raise UnknownConnector, SpecError."""
    connector = load_connector(credential.connector)
    method = connector.method(credential.method)
    if method is None:
        return KeyPlace(connector.title, "", connector.steps)
    return KeyPlace(connector.title, page_for(connector, method, credential.public), method.steps or connector.steps)
