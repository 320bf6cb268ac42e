"""The work of the credential helpers for other programs."""
