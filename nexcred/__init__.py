"""nexcred: a credential manager that knows what each credential is for."""

__version__ = "0.1.0"
