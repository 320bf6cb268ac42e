"""What options of several tools say of TLS, in the words that connectors have for it."""

_MODES = {
    "disable": "disable",
    "disabled": "disable",
    "require": "require",
    "required": "require",
    "no-verify": "require",
    "verify-ca": "verify-ca",
    "verify-full": "verify-full",
    "verify-identity": "verify-full",
}
# They ask for TLS and do without: no connector does that, and what is not said is checked in full.
WAVERING = ("allow", "prefer", "preferred")
CHECKING = ("verify-ca", "verify-full")


def sslmode_of(text: str) -> str:
    """Return the mode that a tool calls `text`; "" for one that no connector has."""
    return _MODES.get(text.strip().lower().replace("_", "-"), "")
