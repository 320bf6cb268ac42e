"""nexcred: a credential manager that knows what each credential is for."""

from nexcred.version import __version__

__all__ = ["__version__"]
