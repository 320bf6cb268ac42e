"""Which keyring is used: one that is known to keep secrets, or none. The only file that imports `keyring`."""

import configparser
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol

from keyring.errors import KeyringLocked, NoKeyringError, PasswordDeleteError
from keyring.util.platform_ import config_root

from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable

VARIABLE = "PYTHON_KEYRING_BACKEND"
_CHAINER = "keyring.backends.chainer.ChainerBackend"

# By platform, "" for all others: what it is called, and how people call it. Entry points are not asked: no code of
# third parties runs where secrets are.
_KNOWN = {
    "darwin": {"keyring.backends.macOS.Keyring": "the macOS Keychain"},
    "win32": {"keyring.backends.Windows.WinVaultKeyring": "the Windows Credential Manager"},
    "": {
        "keyring.backends.SecretService.Keyring": "the Secret Service",
        "keyring.backends.kwallet.DBusKeyring": "KWallet",
        "keyring.backends.libsecret.Keyring": "the Secret Service",
    },
}

# Windows keeps 2,560 bytes, and its backend writes UTF-16.
_WINDOWS_CHARACTERS = 1_280
_OTHER_CHARACTERS = 65_536


class Backend(Protocol):
    """What nexcred needs of a class of `keyring`."""

    def get_password(self, service: str, username: str, /) -> str | None: ...
    def set_password(self, service: str, username: str, password: str, /) -> None: ...
    def delete_password(self, service: str, username: str, /) -> None: ...


class _BackendClass(Protocol):
    __module__: str
    __qualname__: str
    priority: float

    def __call__(self) -> Backend: ...


class Chosen:
    """A backend, what people call it, and how many characters one item of it takes."""

    def __init__(self, backend: Backend, title: str, most_characters: int) -> None:
        self.backend = backend
        self.title = title
        self.most_characters = most_characters

    def get(self, service: str, user: str) -> str | None:
        try:
            return self.backend.get_password(service, user)
        except Exception as error:
            if _is_gone(error):
                return None
            raise

    def set(self, service: str, user: str, value: str) -> None:
        self.backend.set_password(service, user, value)

    def delete(self, service: str, user: str) -> None:
        """Delete the item, if it is there."""
        try:
            self.backend.delete_password(service, user)
        except PasswordDeleteError:
            return  # the caller looks whether it is gone
        except Exception as error:
            if not _is_gone(error):
                raise


def choose(environment: Mapping[str, str], platform: str = sys.platform) -> Chosen:
    """Return the keyring of this machine; raise KeyringUnavailable."""
    known = _KNOWN.get(platform, _KNOWN[""])
    wanted = _configured(environment)
    if wanted is not None and wanted not in (*known, _CHAINER):
        raise KeyringUnavailable(
            KeyringFailure.REFUSED,
            f"the configured keyring '{wanted[:80]}' is not one that nexcred trusts with a secret",
        )
    classes = [_load(name) for name in known if wanted in (None, _CHAINER, name)]
    usable = [(priority, cls) for cls in classes if (priority := _priority(cls)) is not None]
    if not usable:
        raise KeyringUnavailable(KeyringFailure.ABSENT, "this machine has no keyring that nexcred can use")
    _, best = max(usable, key=lambda ranked: ranked[0])
    limit = _WINDOWS_CHARACTERS if platform == "win32" else _OTHER_CHARACTERS
    return Chosen(best(), known[f"{best.__module__}.{best.__qualname__}"], limit)


def explain(error: Exception) -> KeyringUnavailable:
    """Say what a backend's failure means. Its own text is left out, for it may quote what was being written."""
    if isinstance(error, KeyringUnavailable):
        return error
    causes = [error, *([error.__cause__] if error.__cause__ is not None else [])]
    kinds = {cls.__name__ for cause in causes for cls in type(cause).__mro__}
    if isinstance(error, KeyringLocked) or kinds & {"LockedException", "PromptDismissedException"}:
        return KeyringUnavailable(KeyringFailure.LOCKED, "the keyring is locked")
    if isinstance(error, NoKeyringError) or "SecretServiceNotAvailableException" in kinds:
        return KeyringUnavailable(KeyringFailure.ABSENT, "this machine has no keyring that nexcred can use")
    return KeyringUnavailable(KeyringFailure.FAILED, f"the keyring failed ({type(error).__name__})")


def _is_gone(error: Exception) -> bool:
    """True when another process took the item away between finding and using it."""
    return type(error).__name__ == "ItemNotFoundException"


def _priority(cls: _BackendClass) -> float | None:
    """Return the rank of a backend, None where it cannot be used; asked once, for some connect to D-Bus to tell."""
    try:
        return cls.priority
    except TimeoutError:
        raise KeyringUnavailable(KeyringFailure.SILENT, "its D-Bus gives no answer") from None
    except Exception:  # noqa: BLE001  each backend raises what it likes where it cannot be used
        return None


def _load(name: str) -> _BackendClass:
    module, _, cls = name.rpartition(".")
    loaded: _BackendClass = getattr(import_module(module), cls)
    return loaded


def _configured(environment: Mapping[str, str]) -> str | None:
    """Return the class that the user chose for `keyring`: who put it to null must not find secrets in another."""
    if environment.get(VARIABLE):
        return environment[VARIABLE]
    path = Path(config_root()) / "keyringrc.cfg"
    config = configparser.RawConfigParser()
    try:
        config.read(path, encoding="utf-8")
        chosen = config.get("backend", "default-keyring", fallback="").strip()
    except (configparser.Error, UnicodeDecodeError, OSError):
        raise KeyringUnavailable(
            KeyringFailure.REFUSED, f"'{path}', which configures the keyring, cannot be read"
        ) from None
    return chosen or None
