"""Default timeouts for providers."""

# For all of one question: names, connecting, TLS, and the answer to its end.
DEFAULT_TIMEOUT_S = 10.0

# For what a person or a program asks of it, which may take the provider work.
REQUEST_TIMEOUT_S = 60.0
