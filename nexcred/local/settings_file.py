"""The file of the user's settings, `config.toml`: read strictly, and never one that somebody else could write."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from nexcred.errors import InvalidData, Problem
from nexcred.local.settings import KNOWN_SETTINGS, Kept
from nexcred.local.vault_names import NamedVault, decode_vaults
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.model.user_folder import user_folder

FILE_NAME = "config.toml"
_LARGEST = 64 * 1024
_WRITABLE_BY_OTHERS = 0o022
# What people may look for here, and what no file may decide.
_ELSEWHERE = ("identity", "passphrase", "secret", "password", "token", "host", "trust", "key")
VAULTS, AFTER = "vaults", "after"


class UserSettings(NamedTuple):
    """What the file says: single settings, the vaults that the user has names for, and what runs after a switch."""

    kept: Kept = MappingProxyType({})
    vaults: Mapping[str, NamedVault] = MappingProxyType({})
    after_switch: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def __repr__(self) -> str:
        return repr_of(self)


def settings_path() -> Path | None:
    """Return where the settings are kept; None where the user has no home."""
    try:
        folder = user_folder("config")
    except RuntimeError:
        return None
    return folder / FILE_NAME if folder.is_absolute() else None


def read_settings() -> UserSettings:
    """Return what is set; raise InvalidData that names each place, and for a file that others could have written."""
    data = read_text()
    return decode_settings(data) if data else UserSettings()


def read_text() -> bytes:
    """Return the file as it is, nothing where there is none; raise InvalidData as `read_settings` does."""
    path = settings_path()
    if path is None:
        return b""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            return _checked(descriptor, path)
        finally:
            os.close(descriptor)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise _unreadable(path, (error.strerror or str(error)).lower()) from None


def _checked(descriptor: int, path: Path) -> bytes:
    import stat  # os.stat has it loaded already

    from nexcred.model.bounded_file import read_at_most

    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise _unreadable(path, "it is not a plain file")
    _refuse_others(path, found, "it", 600)
    # Whoever can write to a folder can put a link there, to another file of this user's own.
    for folder in {path.parent, Path(os.path.realpath(path)).parent}:
        _refuse_others(path, folder.stat(), f"its folder {_shown(folder)}", 700, folder)
    data = read_at_most(descriptor, _LARGEST + 1)
    if len(data) > _LARGEST:
        raise _unreadable(path, f"it is larger than {_LARGEST // 1024} KiB")
    return data


def _refuse_others(path: Path, found: os.stat_result, what: str, mode: int, changed: Path | None = None) -> None:
    """Raise InvalidData for a file or a folder that somebody else owns, or can write."""
    if not hasattr(os, "geteuid"):
        return
    if found.st_uid not in (0, os.geteuid()):
        raise _unreadable(path, f"{what} belongs to another user")
    if found.st_mode & _WRITABLE_BY_OTHERS:
        why = f"others can write {what} (mode {found.st_mode & 0o7777:04o})"
        raise _unreadable(path, why, f"chmod {mode} {_shown(changed or path)}")


def decode_settings(data: bytes) -> UserSettings:
    """Return what a file says; raise InvalidData with every problem at once, and its line."""
    from nexcred.connectors.language.toml import NotToml, counted, read_toml

    try:
        text, document = read_toml(data, FILE_NAME)
    except NotToml as error:
        raise InvalidData(f"{error.problem.field}: {error.problem.problem}", problems=(error.problem,)) from None
    vaults, found = decode_vaults(document.pop(VAULTS, {}))
    after_switch: Mapping[str, tuple[str, ...]] = {}
    if AFTER in document:
        from nexcred.local.after_switch import decode_after  # which few have

        after_switch, wrong = decode_after(document.pop(AFTER))
        found += wrong
    found += [(make_visible(key), problem) for key, value in document.items() if (problem := _problem(key, value))]
    if found:
        from nexcred.connectors.lint.toml_lines import line_of, lines_by_path

        lines = lines_by_path(text)
        placed = sorted((line_of(key, lines), key, problem) for key, problem in found)
        problems = tuple(Problem(f"{FILE_NAME}:{line}: {key}", problem) for line, key, problem in placed)
        if len(problems) == 1:
            raise InvalidData(f"{problems[0].field} {problems[0].problem}", hint=_HINT, problems=problems)
        raise InvalidData(f"the settings in {FILE_NAME} have {counted(problems)}", hint=_HINT, problems=problems)
    kept = {key: value for key, value in document.items() if isinstance(value, str | int | float | bool)}
    return UserSettings(kept, vaults, after_switch)


_HINT = "see what may be set with: nexcred help settings"


def _problem(key: str, value: object) -> str:
    if key in KNOWN_SETTINGS:
        return KNOWN_SETTINGS[key].problem(value)
    return why_unknown(key)


def why_unknown(key: str) -> str:
    """Say that there is no such setting, and why there never will be one that opens or trusts."""
    from nexcred.model.suggest import suggest

    if any(word in key.lower() for word in _ELSEWHERE):
        return "cannot be set here: a file of settings opens nothing, and trusts nobody"
    meant = "vault" if key == "default" else suggest(key, (*KNOWN_SETTINGS, VAULTS, AFTER))
    return "is no setting; " + (f"did you mean '{meant}'?" if meant else f"there are: {', '.join(KNOWN_SETTINGS)}")


def _unreadable(path: Path, why: str, command: str = "") -> InvalidData:
    hint = f"take that away with: {command}" if command else ""
    return InvalidData(f"the settings in {_shown(path)} are not read: {why}", hint=hint)


def _shown(path: Path) -> str:
    return f"'{make_visible(str(path))}'"
