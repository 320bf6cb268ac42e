"""What AWS's two files say of the profile in use: `credentials` counts before `config`."""

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.model.bounded_file import read_file
from nexcred.model.text import make_visible

Profile = Mapping[str, str]
_MOST_BYTES = 1024 * 1024
_DEFAULT = "default"


def read_profile(environment: Mapping[str, str]) -> Profile:
    """Return the settings of the profile; raise StoreFailed for one that is named and not there, and a bad file."""
    name = environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or _DEFAULT
    config = _read(environment, "AWS_CONFIG_FILE", "~/.aws/config")
    credentials = _read(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
    sections = (config.get(name if name == _DEFAULT else f"profile {name}"), credentials.get(name))
    if name != _DEFAULT and not any(sections):
        raise StoreFailed(f"there is no AWS profile '{make_visible(name)}'", hint="see: aws configure list-profiles")
    settings: dict[str, str] = {}
    for section in sections:
        settings.update(section or {})
    keys = credentials.get(name) or {}
    if "aws_access_key_id" in keys:  # another file's secret or token does not belong to it
        settings = {one: value for one, value in settings.items() if not one.startswith("aws_")} | dict(keys)
    return settings


def _read(environment: Mapping[str, str], variable: str, usual: str) -> dict[str, dict[str, str]]:
    """Return the sections of a file; none where there is no file."""
    path = Path(os.path.expandvars(environment.get(variable) or usual))
    try:
        if not path.expanduser().is_file():
            return {}
    except (OSError, RuntimeError):
        return {}
    data = read_file(path, _MOST_BYTES, lambda why: StoreFailed(f"the AWS file {path} cannot be read: {why}"))
    parser = configparser.RawConfigParser(strict=False, default_section="", inline_comment_prefixes=(" #", " ;"))
    try:
        parser.read_string(data.decode("utf-8"))
    except (configparser.Error, UnicodeDecodeError):
        raise StoreFailed(f"the AWS file {path} is not one that AWS's tools read") from None
    return {" ".join(name.split()): dict(parser[name]) for name in parser.sections()}
