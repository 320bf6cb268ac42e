"""What a connector says once for all its methods."""

from hashlib import sha256

from msgspec.structs import replace

from nexcred.connectors.language.spec import Connector, Method


def completed(connector: Connector, data: bytes) -> Connector:
    """Return the connector as it is used: what its methods share filled in, and the digest of its file."""
    methods = tuple(with_shared(connector, method) for method in connector.methods)
    return replace(connector, methods=methods, digest=sha256(data).hexdigest())


def with_shared(connector: Connector, method: Method) -> Method:
    """Return the method with the connector's fields, hosts and probe filled in; its own word wins."""
    return replace(
        method,
        fields=(*connector.fields, *method.fields),
        probe=method.probe or (None if method.unprobed else connector.probe),
        hosts=(*connector.hosts, *method.hosts),
        own_host=method.own_host or connector.own_host,
    )
