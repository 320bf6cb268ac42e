"""What tells one version of a connector's file from another: of one that extends another, both count."""

from nexcred.model.sha256 import sha256


def file_digest(own: bytes, base: bytes = b"") -> str:
    """Return it in hex; `base` is the file that it extends."""
    return (sha256(sha256(own), sha256(base)) if base else sha256(own)).hex()
