"""The variables that belong to the vault in hand: a program that a store starts may be nexcred, for another one."""

from collections.abc import Mapping

_OWN = ("NEXCRED_VAULT", "NEXCRED_IDENTITY", "NEXCRED_PASSPHRASE", "NEXCRED_CHECKPOINT")


def without_own(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program that helps to reach a vault: nothing that opens it, or names it."""
    return {name: value for name, value in environment.items() if not name.startswith(_OWN)}
