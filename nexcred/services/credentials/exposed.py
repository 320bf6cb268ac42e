"""Exposures in words: who knows a secret, and the command that ends that."""

from typing import TYPE_CHECKING

from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word

if TYPE_CHECKING:  # `list` shows few
    from nexcred.model.lifecycle import Exposure


def command_to_mend(credential: Credential, exposure: "Exposure") -> str:
    """Return what ends an exposure: another secret, or the end of a former one."""
    name = shell_word(credential.name)
    if exposure.revision == credential.version:
        return f"nexcred rotate {name}"
    return f"nexcred revoke {name} --revision {exposure.revision}"


def who_and_why(exposure: "Exposure") -> str:
    """Say who knows it and why, in words: left: bob."""
    who = exposure.name or exposure.who[:16]
    return ": ".join(filter(None, (exposure.why, who, exposure.reason)))
