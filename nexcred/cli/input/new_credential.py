"""What is known of a credential that is to be added."""

from collections.abc import Mapping
from types import MappingProxyType

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

_NO_VALUES: Mapping[str, object] = MappingProxyType({})
_NOTHING_SAID: Mapping[str, bool] = MappingProxyType({})


class CredentialInput(NamedTuple):
    """None is not known yet. `secrecy` is that of fields which the credential names itself, as far as it was said."""

    connector: str | None
    name: str | None
    method: str | None
    description: str | None
    tags: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    values: Mapping[str, object] = _NO_VALUES
    secrecy: Mapping[str, bool] = _NOTHING_SAID

    def __repr__(self) -> str:
        return repr_of(self, "connector", "name", "method")
