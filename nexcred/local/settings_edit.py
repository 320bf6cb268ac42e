"""Changing one of the user's settings, or a vault's table, in their file, of which all else stays as it is.

There is one setting to a line, so that no writer of TOML is needed; what was written is read back before it is kept.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from nexcred.connectors.language.toml import NotToml, read_toml
from nexcred.connectors.lint.toml_lines import line_of, lines_by_path
from nexcred.errors import InvalidData
from nexcred.local.files import make_folder
from nexcred.local.folders import NoHome
from nexcred.local.private_file import write_private_file
from nexcred.local.settings import SettingValue
from nexcred.local.settings_file import FILE_NAME, VAULTS, decode_settings, read_text, settings_path


def change_setting(key: str, value: SettingValue | None) -> Path:
    """Set it, or for None take it out; return where. Raises InvalidData, NoHome, StoreFailed.

    What is wrong with other settings is told before anything is written, but nothing keeps a wrong one from going.
    """
    return _change(lambda data: with_setting(data, key, value), is_checked=value is not None)


def add_vault(name: str, table: Mapping[str, str]) -> Path:
    """Give a vault a name; return where. Raises InvalidData, NoHome, StoreFailed."""
    return _change(lambda data: with_vault(data, name, table), is_checked=True)


def replace_vault(name: str, table: Mapping[str, str]) -> Path:
    """Let a vault's name stand for another place; return where. Raises InvalidData, NoHome, StoreFailed."""
    return _change(lambda data: with_vault(without_vault(data, name), name, table), is_checked=True)


def forget_vault(name: str) -> Path:
    """Take a vault's table out; return where. Raises InvalidData, NoHome, StoreFailed."""
    return _change(lambda data: without_vault(data, name), is_checked=False)


def _change(change: Callable[[bytes], bytes], *, is_checked: bool) -> Path:
    path = settings_path()
    if path is None:
        raise NoHome("there is no home folder: HOME is not set to one", hint="set HOME")
    changed = change(read_text())
    if is_checked:
        decode_settings(changed)
    make_folder(path.parent)
    # The file itself was read, and is nobody else's: a link to it is the user's own.
    write_private_file(path.resolve() if path.is_symlink() else path, changed)
    return path


def line_of_setting(data: bytes, key: str) -> int:
    """Return the line on which a setting stands in the file."""
    return line_of(key, lines_by_path(data.decode()))


def with_setting(data: bytes, key: str, value: SettingValue | None) -> bytes:
    """Return the file with a setting changed, or taken out for None; all else in it, comments too, stays.

    Raises InvalidData where the change cannot be made without touching more than its line.
    """
    before = _document(data)
    lines = data.decode().splitlines(keepends=True)
    written = [] if value is None else [f"{key} = {_encoded(value)}\n"]
    if key in before:
        at = line_of_setting(data, key) - 1
        lines[at : at + 1] = written
    elif written:
        # Before the first table, to which what follows its heading belongs.
        at = next((number for number, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
        if at == len(lines) and lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines[at:at] = written
    changed = "".join(lines).encode()
    wanted = {name: kept for name, kept in before.items() if name != key} | ({} if value is None else {key: value})
    if not _reads_as(changed, wanted):
        raise InvalidData(f"{key} stands on several lines of {FILE_NAME}", hint="change it there by hand")
    return changed


def with_vault(data: bytes, name: str, table: Mapping[str, str]) -> bytes:
    """Return the file with one more table `[vaults.NAME]`, at its end; raise InvalidData where that does not go."""
    before = _document(data)
    text = data.decode()
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    lines = "".join(f"{key} = {_encoded(value)}\n" for key, value in table.items())
    changed = f"{text}{gap}[{VAULTS}.{name}]\n{lines}".encode()
    vaults = before.get(VAULTS, {})
    if not isinstance(vaults, dict) or not _reads_as(changed, before | {VAULTS: {**vaults, name: table}}):
        raise InvalidData(f"{FILE_NAME} has no room for one more table [{VAULTS}.{name}]", hint="add it there by hand")
    return changed


def without_vault(data: bytes, name: str) -> bytes:
    """Return the file without the table of that name; raise InvalidData where that would touch more."""
    before = _document(data)
    vaults = before.get(VAULTS, {})
    at, text = f"{VAULTS}.{name}", data.decode()
    numbers = [line for path, line in lines_by_path(text).items() if path == at or path.startswith(f"{at}.")]
    lines = text.splitlines(keepends=True)
    if numbers:
        first = min(numbers) - 1
        del lines[first if first == 0 or lines[first - 1].strip() else first - 1 : max(numbers)]
    changed = "".join(lines).encode()
    others = {other: table for other, table in vaults.items() if other != name} if isinstance(vaults, dict) else {}
    wanted = {key: value for key, value in before.items() if key != VAULTS} | ({VAULTS: others} if others else {})
    if not _reads_as(changed, wanted):
        raise InvalidData(f"{at} is not a table of lines in {FILE_NAME}", hint="take it out there by hand")
    return changed


def keys_in_file() -> list[str]:
    """Return what stands in the file, settings or not; raise InvalidData for one that cannot be read."""
    return list(_document(read_text()))


def _document(data: bytes) -> dict[str, object]:
    try:
        return read_toml(data, FILE_NAME)[1]
    except NotToml as error:
        raise InvalidData(f"{error.problem.field}: {error.problem.problem}", problems=(error.problem,)) from None


def _reads_as(data: bytes, wanted: dict[str, object]) -> bool:
    try:
        return read_toml(data, FILE_NAME)[1] == wanted
    except NotToml:
        return False


def _encoded(value: SettingValue) -> str:
    """Write a value as TOML; a text without control characters is the same in JSON."""
    return json.dumps(value, ensure_ascii=False)
