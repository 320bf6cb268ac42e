"""Finding the store that a path or URL means."""

import re
from collections.abc import Callable
from pathlib import Path

from nexcred.errors import UsageError
from nexcred.local.folders import NoHome
from nexcred.local.vault_names import NO_LOGIN, holds_secret, refuse_half_url
from nexcred.model.text import make_visible
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.stores.surroundings import Surroundings
from nexcred.vault.store import Store

DEFAULT_FILE = "vault.db"

# A scheme of one letter is a Windows drive.
_URL = r"[A-Za-z][A-Za-z0-9+.-]+:"
# As the hosts of Git show an address: git@host:org/vault.git. A file of such a name is meant by ./git@host:org.
_SCP_FORM = r"[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][\w.-]*:[^:]"


def open_store(address: str | None, around: Surroundings) -> Store:
    """Return the store at a path or URL, or the default one in the data folder; nothing is opened yet.

    Raises UsageError for what is neither a path nor a URL.
    """
    if address is None:
        return SqliteStore(around.data_folder() / DEFAULT_FILE, own_folder=around.data_folder())
    if not address:
        raise UsageError("the vault's path is empty", hint="name one with --vault FILE, or unset NEXCRED_VAULT")
    refuse_half_url(address)
    scheme = address.partition(":")[0].lower() if re.match(_URL, address) else "file"
    opener = _open_git if re.match(_SCP_FORM, address) else _SCHEMES.get(scheme)
    if opener not in _SAY_WHERE_IT_BELONGS and holds_secret(address):
        raise UsageError(f"the place of a vault {NO_LOGIN}")
    if opener is None:
        raise UsageError(
            f"there is no kind of vault called '{make_visible(scheme[:40])}:'",
            hint=f"a vault is a path, or begins with {' or '.join(f'{known}:' for known in _SCHEMES)}",
        )
    return opener(address, around)


def _open_file(address: str, around: Surroundings) -> Store:
    text = _path_of(address)
    if "\0" in text:
        raise UsageError("the vault's path holds a NUL")
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise UsageError("the vault's path begins with '~', and there is no such home folder") from None
    try:
        return SqliteStore(path, own_folder=around.data_folder())
    except NoHome:
        return SqliteStore(path)


def _path_of(address: str) -> str:
    if not re.match(_URL, address):
        return address
    from urllib.parse import unquote, urlsplit  # which a path has no use for

    try:
        parts = urlsplit(address)
        path = unquote(parts.path, errors="strict")
    except ValueError:
        raise UsageError("the vault's URL cannot be read", hint="it has the form file:///folder/vault.db") from None
    if parts.netloc not in ("", "localhost") or parts.query or parts.fragment or not path.startswith("/"):
        raise UsageError(
            "a vault's URL has the form file:///folder/vault.db",
            hint="write '?' and '#' in a name as %3F and %23, or give the plain path",
        )
    return path


def _open_keyring(address: str, around: Surroundings) -> Store:
    from nexcred.stores.keyring.store import KeyringStore

    return KeyringStore(address.partition(":")[2], around.keyring, around.data_folder())


def _open_postgresql(address: str, around: Surroundings) -> Store:
    from nexcred.stores.local_copy.store import behind_copy
    from nexcred.stores.postgresql.store import PostgresqlStore

    return behind_copy(PostgresqlStore(address, around.environment, around.warn), around)


def _open_git(address: str, around: Surroundings) -> Store:
    from nexcred.stores.git.address import read_address
    from nexcred.stores.git.store import GitStore
    from nexcred.stores.local_copy.store import copy_of

    place = read_address(address)
    copy = copy_of(place.location, around)
    return GitStore(place, around.environment, around.cache_folder, around.warn, around.offline, copy)


def _open_bucket(address: str, around: Surroundings) -> Store:
    from nexcred.stores.s3.opening import open_bucket

    return open_bucket(address, around)


# Each scheme's own module is imported by its opener, so that one kind of vault does not load another's library.
_SCHEMES: dict[str, Callable[[str, Surroundings], Store]] = {
    "file": _open_file,
    "keyring": _open_keyring,
    "postgresql": _open_postgresql,
    "postgres": _open_postgresql,
    "git+ssh": _open_git,
    "git+https": _open_git,
    "git+file": _open_git,
    "s3": _open_bucket,
}
# Which refuse a password themselves, and say where theirs is kept.
_SAY_WHERE_IT_BELONGS = (_open_postgresql, _open_git, _open_bucket)
