"""Credentials to export that no vault holds, with any value in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from nexcred.connectors.free_fields import secrecy_of, with_free_fields
from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Credential, Details, Organisation, Person, Value
from nexcred.model.secret import Secret
from nexcred.services.exporting.exported import Exported

_LONG_AGO = datetime(2026, 1, 15, tzinfo=UTC)


def exported_of(connector: str, fields: Mapping[str, Value], name: str = "one", method: str | None = None) -> Exported:
    spec = load_connector(connector)
    chosen = spec.method(method) if method else spec.methods[0]
    assert chosen is not None
    details = Details(spec.name, spec.digest, chosen.name, (), fields)
    credential = Credential(
        id="0b7c",
        name=name,
        connector=spec.name,
        method=chosen.name,
        description="",
        tags=(),
        public=details.public,
        secret_fields=details.secret_fields,
        allowed_hosts=(),
        owner=Person("1", "ops"),
        organisation=Organisation("2", "default"),
        access_roles=("owner",),
        version=1,
        revision=1,
        created_at=_LONG_AGO,
        updated_at=_LONG_AGO,
    )
    return Exported(credential, spec, with_free_fields(chosen, secrecy_of(fields)), fields)


def secrets_as_variables(values: Sequence[str]) -> list[Exported]:
    """Return credentials that become the variables V0_API_KEY, V1_API_KEY and so on."""
    return [exported_of("rest", {"api_key": Secret(value)}, name=f"v{index}") for index, value in enumerate(values)]
