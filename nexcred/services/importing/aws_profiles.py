"""The profiles of AWS's two files, joined as the AWS CLI joins them: what credentials say wins over config."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.model.text_lines import lines_of, text_of
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import Unreadable
from nexcred.services.importing.ini import IniOption, IniSection, read_ini

CREDENTIALS, CONFIG = "credentials", "config"
KEY, SECRET = "aws_access_key_id", "aws_secret_access_key"
_DEFAULT = "default"
_SERVICES = "services"
_NO_PROFILES = ("sso-session", _SERVICES)


@dataclass(slots=True)
class Profile:
    """What each file says of a profile; None where it says nothing."""

    name: str
    credentials: IniSection | None = None
    config: IniSection | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name")

    @property
    def merged(self) -> dict[str, IniOption]:
        return {name: one for section in (self.config, self.credentials) if section for name, one in _options(section)}

    @property
    def keys(self) -> dict[str, IniOption]:
        """Return what the one file says that has the key: another's secret does not belong to it."""
        both = [dict(_options(section)) for section in (self.credentials, self.config) if section]
        return next((options for options in both if KEY in options), self.merged)

    @property
    def place(self) -> str:
        section = self.credentials or self.config
        return f"[{make_visible(section.name)}]" if section else ""

    @property
    def problem(self) -> str:
        return next((section.problem for section in (self.credentials, self.config) if section and section.problem), "")


@dataclass(slots=True)
class Profiles:
    """All profiles by name, the endpoints that services sections name, and what is no profile."""

    by_name: dict[str, Profile] = field(default_factory=dict)
    services: dict[str, IniSection] = field(default_factory=dict)
    strays: list[Unreadable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return repr_of(self)


def read_profiles(files: Sequence[SourceFile]) -> Profiles:
    profiles = Profiles()
    for file in files:
        ini = read_ini(lines_of(text_of(file.data)))
        if ini.stray:
            where = f"line {ini.stray}" if len(files) == 1 else f"line {ini.stray} of {file.shown}"
            profiles.strays.append(Unreadable(where, "comes before the first [profile]", connector="s3"))
        for section in ini.sections.values():
            _sort_in(profiles, section, file)
    return profiles


def _sort_in(profiles: Profiles, section: IniSection, file: SourceFile) -> None:
    if file.role == CREDENTIALS:
        profiles.by_name.setdefault(section.name, Profile(section.name)).credentials = section
        return
    kind, name = _parted(section.name)
    if kind == _SERVICES:
        profiles.services[name] = section
    elif kind in _NO_PROFILES:
        return
    elif kind == "profile" or section.name == _DEFAULT:
        profiles.by_name.setdefault(name, Profile(name)).config = section
    elif not file.role:
        profiles.by_name.setdefault(section.name, Profile(section.name)).credentials = section
    elif {KEY, SECRET} & set(section.options):
        shown = make_visible(section.name)
        profiles.notes.append(f"[{shown}] of {file.shown} is no profile to AWS's tools: name it [profile {shown}]")


def _parted(name: str) -> tuple[str, str]:
    """Part `profile "a b"` as a shell would; what is not of two words is of no kind."""
    try:
        words = shlex.split(name)
    except ValueError:
        return "", name
    return (words[0], words[1]) if len(words) == 2 else ("", name)


def _options(section: IniSection) -> list[tuple[str, IniOption]]:
    return list(section.options.items())


def nested(option: IniOption | None) -> Mapping[str, str]:
    """Return the settings that stand indented below a name."""
    if option is None or not option.value.startswith("\n"):
        return {}
    parted = (line.partition("=") for line in option.value.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in parted}
