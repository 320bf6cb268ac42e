"""How often a provider may be asked, as its documentation says."""

from collections.abc import Iterator

from msgspec import Struct


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a provider allows each of its hosts to be asked. A limit left out does not exist."""

    at_once: int | None = None
    per_second: int | None = None
    per_minute: int | None = None


def problems_in_limits(limits: Limits) -> Iterator[tuple[str, str]]:
    """Yield each limit that nothing could keep to."""
    for name in limits.__struct_fields__:
        value = getattr(limits, name)
        if value is not None and value < 1:
            yield f"limits.{name}", "must be 1 or more"
