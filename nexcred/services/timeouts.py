"""How long a provider is waited for where nobody says."""

# For all of one question: names, connecting, TLS, and the answer to its end.
DEFAULT_TIMEOUT_S = 10.0
