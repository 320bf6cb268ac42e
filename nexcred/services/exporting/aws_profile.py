"""`~/.aws/credentials` (AWS SDKs and Tools Reference Guide, shared config and credentials files): one profile each."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, require, texts, unfit

_KEYS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_key",
    "aws_session_token": "session_token",
    "region": "region",
    "endpoint_url": "endpoint_url",
}


def write_aws_profile(exported: Sequence[Exported]) -> str:
    require(exported, "s3", "aws")
    return "\n".join(_section(one) for one in exported)


def _section(one: Exported) -> str:
    if "]" in one.name:
        raise unfit(one, "name", "holds ']', which ends the name of a profile")
    values = texts(one)
    lines = [f"[{one.name}]\n"]
    for key, field in _KEYS.items():
        value = values.get(field, "")
        if not value:
            continue
        if value != value.strip() or any(character < " " for character in value):
            raise unfit(one, field, "holds a line break, or white space around it, which a profile loses")
        lines.append(f"{key} = {value}\n")
    return "".join(lines)
