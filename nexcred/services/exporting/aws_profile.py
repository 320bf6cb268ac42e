"""`~/.aws/credentials` (AWS SDKs and Tools Reference Guide, shared config and credentials files): one profile each."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, require, texts, unfit
from nexcred.services.exporting.sections import SectionLine, section

_LOSSY = "holds a line break, or white space around it, which a profile loses"
_KEYS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_key",
    "aws_session_token": "session_token",
    "region": "region",
    "endpoint_url": "endpoint_url",
}
# botocore (Python's configparser) takes what stands there for part of every profile.
_OF_EVERY_PROFILE = "DEFAULT"


def write_aws_profile(exported: Sequence[Exported]) -> str:
    require(exported, "s3", "aws")
    return "\n".join(_section(one) for one in exported)


def _section(one: Exported) -> str:
    if one.name == _OF_EVERY_PROFILE:
        raise unfit(one, "name", "is that of a profile which all others take their defaults from")
    return section(one, one.name, texts(one), _KEYS, _line)


def _line(key: str, value: str) -> SectionLine:
    is_lost = value != value.strip() or any(character < " " for character in value)
    return SectionLine(f"{key} = {value}", _LOSSY if is_lost else "")
