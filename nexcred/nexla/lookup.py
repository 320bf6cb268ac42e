"""Read a body for one of our connectors: its type, its method and its values under our names."""

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.index import built_in_first, known_systems
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import UnknownConnector
from nexcred.nexla.data_credentials import Body
from nexcred.nexla.translate import Translated, from_nexla
from nexcred.nexla.types import MISSING, TYPES


def connector_of(credentials_type: str) -> Connector:
    """Return the connector of a type of Nexla's; raise UnknownConnector, with what is missing for one of those."""
    try:
        return load_connector(credentials_type)
    except UnknownConnector:
        for one in built_in_first(known_systems()):
            if credentials_type in one.nexla_types:
                return load_connector(one.name)
        if credentials_type in MISSING:
            raise UnknownConnector(
                f"Nexla's type '{credentials_type}' has no connector here: {MISSING[credentials_type]}",
                hint="keep it all the same, not proved: nexcred add secret NAME --set FIELD=-",
            ) from None
        raise


def type_of(connector: Connector) -> str:
    """Return what Nexla calls the type: its own name for it where it has one, else the connector's."""
    if connector.name in TYPES:
        return connector.name
    return next(iter(connector.nexla_types), connector.name)


def translate(body: Body) -> tuple[Connector, Translated]:
    """Return the connector, and the values as it names them; raise UnknownConnector, InvalidData."""
    connector = connector_of(body.connector)
    translated = from_nexla(connector, body.values, body.method)
    takes_any = any(method.free_fields for method in connector.methods)
    known = {name for name in body.public if takes_any or any(method.find(name) for method in connector.methods)}
    shown = {name: body.public[name] for name in known if name not in translated.values}
    return connector, translated._replace(values={**shown, **translated.values})
