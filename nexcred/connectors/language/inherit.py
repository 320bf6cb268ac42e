"""What a connector says once for all its methods."""

from collections.abc import Iterator

from msgspec.structs import replace

from nexcred.connectors.language.file_digest import file_digest
from nexcred.connectors.language.spec import Connector, Method


def completed(connector: Connector, data: bytes, base: bytes = b"") -> Connector:
    """Return the connector as it is used: what its methods share filled in, and the digest of its file."""
    whole = [with_shared(connector, method) for method in connector.methods]
    declared = {variable for method in whole for variable in _logs_in_by(method)}
    methods = tuple(
        replace(method, clears=tuple(sorted({*connector.clears, *method.clears, *declared}))) for method in whole
    )
    return replace(connector, methods=methods, digest=file_digest(data, base))


def with_shared(connector: Connector, method: Method) -> Method:
    """Return the method with the connector's fields, hosts and probe filled in; its own word wins.

    Where a single source says how a key is tested, no good key is called bad by it: only rules tell a refusal.
    """
    probe = method.probe or (None if method.unprobed else connector.probe)
    if probe and connector.evidence and connector.evidence.level == "single":
        probe = replace(probe, refusal_unknown=True)
    return replace(
        method,
        fields=(*connector.fields, *method.fields),
        probe=probe,
        hosts=(*connector.hosts, *method.hosts),
        mints=(*connector.mints, *method.mints),
        own_host=method.own_host or connector.own_host,
        client_certificate=method.client_certificate or connector.client_certificate,
        revoke=method.revoke or connector.revoke,
        rotate=method.rotate or connector.rotate,
        notify=method.notify or connector.notify,
    )


def _logs_in_by(method: Method) -> Iterator[str]:
    """Yield the variables that a method declares, but for settings: of another credential, they would be mixed in."""
    for field in method.fields:
        if field.env and not field.setting:
            yield from (field.env, *field.env_also)
    yield from (file.env for file in method.files)
