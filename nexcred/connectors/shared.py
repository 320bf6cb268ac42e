"""What a connector says once for all its methods."""

from msgspec.structs import replace

from nexcred.connectors.spec import Connector, Method


def with_shared(connector: Connector, method: Method) -> Method:
    """Return the method with the connector's fields, hosts and probe filled in; its own word wins."""
    return replace(
        method,
        fields=(*connector.fields, *method.fields),
        probe=method.probe or (None if method.unprobed else connector.probe),
        hosts=(*connector.hosts, *method.hosts),
        own_host=method.own_host or connector.own_host,
    )
