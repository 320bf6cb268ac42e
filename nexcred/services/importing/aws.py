"""Profiles of `~/.aws/credentials` (AWS SDKs and Tools Reference Guide, shared config and credentials files)."""

from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.text_lines import Section, sections_of, text_of

_FIELDS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_key",
    "aws_session_token": "session_token",
    "aws_security_token": "session_token",
    "region": "region",
    "endpoint_url": "endpoint_url",
}
_DEFAULT = "default"


def read_aws(data: bytes) -> Reading:
    return Reading.of(_found(section) for section in sections_of(text_of(data), "#;"))


def _found(section: Section) -> ImportCandidate | Unreadable:
    profile = section.name.removeprefix("profile ").strip()
    place, name = f"[{section.name}]", "aws" if profile == _DEFAULT else profile
    values = {_FIELDS[key]: Secret(value) for key, value in section.options.items() if key in _FIELDS and value}
    if "secret_key" not in values:
        return Unreadable(place, "holds no secret key of its own", name, "s3")
    left_out = tuple(key for key in section.options if key not in _FIELDS)
    return ImportCandidate(place, "s3", values, name=name, left_out=left_out)
