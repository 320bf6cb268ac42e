"""What a connector may be called."""

_BEGINS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_GOES_ON = _BEGINS | {"_", "-"}
_LONGEST = 64


def is_connector_name(name: str) -> bool:
    """True for at most 64 small letters, digits, hyphens and underscores, of which the last two begin no name."""
    return 0 < len(name) <= _LONGEST and name[0] in _BEGINS and _GOES_ON.issuperset(name)
