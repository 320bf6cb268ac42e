"""The user's settings: what each may be, and which of flag, variable, file and default decides."""

from collections.abc import Callable, Mapping

from nexcred.errors import InvalidData
from nexcred.local.vault_names import PERSONAL, is_name, problem_in_name, problem_in_place
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.surroundings import is_set

SettingValue = str | int | float | bool
Kept = Mapping[str, SettingValue]
Parse = Callable[[str], SettingValue]

DEFAULT, FILE, PROJECT, ENVIRONMENT, FLAG = "default", "file", "project", "environment", "flag"
_YES, _NO = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})


class Setting(NamedTuple):
    """One setting: how its text is read, by which variable and flag it is given too, and what holds without any.

    `problem` says what is wrong with a value of the file, "" for nothing. A `fallback` is a variable of other programs,
    which decides only where nothing else does.
    """

    about: str
    parse: Parse
    problem: Callable[[object], str]
    variable: str
    flag: str = ""
    default: SettingValue | None = None
    fallback: str = ""

    def __repr__(self) -> str:
        return repr_of(self)


class Effective(NamedTuple):
    """What holds: the value, None where there is none, and where it comes from (`default`, `file`, …, and its name)."""

    value: SettingValue | None
    origin: str = DEFAULT
    where: str = ""

    def __repr__(self) -> str:
        return repr_of(self)


def _text(text: str) -> str:
    return text


def _number(text: str) -> SettingValue:
    """Return a whole number, or one with a fraction; raise ValueError."""
    if not text.isascii() or "_" in text:
        raise ValueError
    return int(text) if text.isdecimal() else float(text)


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in _YES | _NO:
        raise ValueError
    return word in _YES


def _whole(least: int, most: int) -> Callable[[object], str]:
    def problem(value: object) -> str:
        is_right = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if is_right else f"must be a whole number from {least} to {most}"

    return problem


def _problem_in_seconds(value: object) -> str:
    is_right = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 3600
    return "" if is_right else "must be a number of seconds above 0, up to 3600"


def _problem_in_flag(value: object) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _problem_in_color(value: object) -> str:
    return "" if value in ("auto", "always", "never") else "must be auto, always or never"


def _problem_in_line(value: object) -> str:
    return "" if isinstance(value, str) and value.isprintable() else "must be one line of text"


def _problem_in_vault(value: object) -> str:
    """Say what is wrong with a name or a place; whose name it is, is known where it is looked for."""
    if not isinstance(value, str) or not is_name(value):
        return problem_in_place(value)
    return "" if value == PERSONAL or not problem_in_name(value) else "must be a vault's name, path or URL"


KNOWN_SETTINGS: Mapping[str, Setting] = {
    "vault": Setting("the vault that is used when none is named", _text, _problem_in_vault, "NEXCRED_VAULT", "--vault"),
    "probe_jobs": Setting(
        "how many credentials probe asks for at once, also of one host",
        _number,
        _whole(1, 256),
        "NEXCRED_PROBE_JOBS",
        "--jobs",
        16,
    ),
    "probe_timeout": Setting(
        "the longest that one probe may take, in seconds",
        _number,
        _problem_in_seconds,
        "NEXCRED_PROBE_TIMEOUT",
        "--timeout",
        10,
    ),
    "color": Setting("colours: auto, always or never", _text, _problem_in_color, "NEXCRED_COLOR", "--no-color", "auto"),
    "pager": Setting(
        "the program for what is longer than the screen; empty for none",
        _text,
        _problem_in_line,
        "NEXCRED_PAGER",
        "--no-pager",
        fallback="PAGER",
    ),
    "local_time": Setting(
        "times as this machine's clock has them; false for UTC",
        _flag,
        _problem_in_flag,
        "NEXCRED_LOCAL_TIME",
        "--utc",
        True,
    ),
    "clip_seconds": Setting(
        "how long get --clip leaves a value in the clipboard", _number, _whole(1, 3600), "NEXCRED_CLIP_SECONDS", "", 45
    ),
}


def parse_setting(key: str, text: str, source: str) -> SettingValue:
    """Read a value as it is typed or as a variable has it; raise InvalidData, which names the source."""
    setting = KNOWN_SETTINGS[key]
    try:
        value = setting.parse(text)
    except ValueError:
        value = text
    problem = setting.problem(value)
    if problem:
        raise InvalidData(f"{source} {problem}")
    return value


def effective(
    key: str, environment: Mapping[str, str], kept: Kept, where: str = "", *, flag: SettingValue | None = None
) -> Effective:
    """Return what holds: what the flag says, else the variable, the file `where` the settings are kept, the default.

    Raises InvalidData for a variable that says nothing that makes sense.
    """
    setting = KNOWN_SETTINGS[key]
    if flag is not None:
        return Effective(flag, FLAG, setting.flag)
    if (said := _said(key, setting, environment)) is not None:
        return said
    if key in kept:
        return Effective(kept[key], FILE, where)
    if setting.fallback in environment:
        return Effective(environment[setting.fallback], ENVIRONMENT, setting.fallback)
    return Effective(setting.default)


def _said(key: str, setting: Setting, environment: Mapping[str, str]) -> Effective | None:
    if key == "color":
        # As no-color.org and force-color.org have it.
        if environment.get("NO_COLOR"):
            return Effective("never", ENVIRONMENT, "NO_COLOR")
        if is_set(environment, "FORCE_COLOR"):
            return Effective("always", ENVIRONMENT, "FORCE_COLOR")
    text = environment.get(setting.variable)
    # An empty path is refused where it is opened, and an empty pager is none.
    if text is None or (not text and key not in ("vault", "pager")):
        return None
    value = text if key == "vault" else parse_setting(key, text, setting.variable)
    return Effective(value, ENVIRONMENT, setting.variable)
