"""Settings, for people and as JSON."""

from nexcred.cli.app.context import Context
from nexcred.errors import NotFound
from nexcred.local.settings import FILE, KNOWN_SETTINGS, Effective, SettingValue
from nexcred.local.settings_edit import line_of_setting
from nexcred.local.settings_file import read_text, settings_path, why_unknown
from nexcred.local.vault_names import without_secret
from nexcred.model.text import make_visible
from nexcred.wire.settings import SettingShape


def require_known(key: str) -> None:
    """Raise NotFound for what is no setting."""
    if key not in KNOWN_SETTINGS:
        raise NotFound(f"'{make_visible(key[:64])}' {why_unknown(key)}")


def where_from(key: str, found: Effective) -> str:
    """Name the place that decided: a flag, a variable, or the file with its line; "" for a default."""
    if found.origin != FILE:
        return found.where
    return f"{settings_path()}:{line_of_setting(read_text(), key)}"


def shown(value: SettingValue | None) -> str:
    """Write a value as it is typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def setting_of(context: Context, key: str) -> Effective:
    """Return what holds, as it may be shown: a variable may hold what is refused when it is used."""
    found = context.setting(key)
    if key == "vault" and isinstance(found.value, str):
        return found._replace(value=without_secret(found.value))
    return found


def setting_shape(context: Context, key: str) -> SettingShape:
    setting, found = KNOWN_SETTINGS[key], setting_of(context, key)
    return {
        "name": key,
        "value": found.value,
        "default": setting.default,
        "origin": found.origin,
        "where": where_from(key, found) or None,
        "variable": setting.variable,
        "flag": setting.flag or None,
    }


def tell_changed(context: Context, key: str, *, as_json: bool) -> None:
    """Say what holds from now on, and what decides over the file."""
    context.forget_settings()
    found = setting_of(context, key)
    if as_json:
        context.streams.json(setting_shape(context, key))
        return
    where = where_from(key, found) or found.origin
    context.streams.note(f"{key} is {shown(found.value) or 'not set'} ({where})")
