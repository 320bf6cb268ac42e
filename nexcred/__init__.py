"""nexcred: a credential manager that knows what each credential is for.

`nexcred.open()` opens a vault for a program; docs/python.md tells the rest.
"""

from typing import TYPE_CHECKING

from nexcred import errors

if TYPE_CHECKING:
    import os

    from nexcred.api.credential import Credential
    from nexcred.api.vault import Vault
    from nexcred.version import __version__

__all__ = ["Credential", "Vault", "__version__", "errors", "open"]


def open(  # noqa: A001  it reads as what it does: nexcred.open()
    vault: "str | os.PathLike[str] | None" = None,
    *,
    identity: str | None = None,
    identity_file: "str | os.PathLike[str] | None" = None,
    passphrase: str | None = None,
) -> "Vault":
    """Open a vault by what is given here, else as the command does: by NEXCRED_… variables, the kernel, the keyring.

    `vault` is a name that `nexcred vault list` shows, a path or a URL; without it NEXCRED_VAULT decides, else your
    settings. Nobody is ever asked.
    Raises errors.Locked, VaultNotFound, NotPermitted, UsageError and every kind of Damaged.
    """
    # Whoever imports the package for its version, or as the program does, pays for nothing of this.
    from nexcred.api.opening import open_vault

    return open_vault(vault, identity=identity, identity_file=identity_file, passphrase=passphrase)


if not TYPE_CHECKING:  # where types are checked, a name that is not there is a mistake

    def __getattr__(name: str) -> object:
        """Import what somebody names: classes rarely at run time, the version by few commands."""
        if name == "Vault":
            from nexcred.api.vault import Vault

            return Vault
        if name == "Credential":
            from nexcred.api.credential import Credential

            return Credential
        if name == "__version__":
            from nexcred.version import __version__

            return __version__
        raise AttributeError(f"module 'nexcred' has no attribute '{name}'")
