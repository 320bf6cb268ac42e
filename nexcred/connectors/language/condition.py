"""When something applies, by the value of a field."""

from msgspec import Struct


class When(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Holds when a field has one of these values, or any value when there are none."""

    field: str
    values: tuple[str, ...] = ()
