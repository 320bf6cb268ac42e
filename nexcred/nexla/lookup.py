"""Read a body for one of our connectors: its type, its method and its values under our names."""

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.index import built_in_first, known_systems
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import UnknownConnector
from nexcred.nexla.data_credentials import Body
from nexcred.nexla.translate import Translated, from_nexla


def connector_of(credentials_type: str) -> Connector:
    """Return the connector of a type of Nexla's; raise UnknownConnector."""
    try:
        return load_connector(credentials_type)
    except UnknownConnector:
        for one in built_in_first(known_systems()):
            if credentials_type in one.nexla_types:
                return load_connector(one.name)
        raise


def translate(body: Body) -> tuple[Connector, Translated]:
    """Return the connector, and the values as it names them; raise UnknownConnector, InvalidData."""
    connector = connector_of(body.connector)
    translated = from_nexla(connector, body.values, body.method)
    takes_any = any(method.free_fields for method in connector.methods)
    known = {name for name in body.public if takes_any or any(method.find(name) for method in connector.methods)}
    shown = {name: body.public[name] for name in known if name not in translated.values}
    return connector, translated._replace(values={**shown, **translated.values})
