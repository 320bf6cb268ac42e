"""The domain of a host name: what one owner has of it, as near as its labels tell."""

# Beneath a country's two letters these are no owner's yet, as in acme.co.uk.
_SHARED = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})


def domain_of(host: str) -> str:
    """Return its last two labels, three beneath a country's shared ones; "" for a name of one label."""
    labels = host.lower().strip(".").split(".")
    owned = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED else 2
    return ".".join(labels[-owned:]) if len(labels) >= 2 else ""
