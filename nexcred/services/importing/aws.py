"""Profiles of `~/.aws/credentials` and `~/.aws/config` (AWS SDKs and Tools Reference Guide), as the CLI reads them."""

import os
from collections.abc import Iterator, Mapping, Sequence

from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.services.importing.aws_profiles import (
    CONFIG,
    CREDENTIALS,
    KEY,
    SECRET,
    Profile,
    Profiles,
    nested,
    read_profiles,
)
from nexcred.services.importing.files import FilePlace, NamedFiles, SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.ini import IniOption

# In the order in which the AWS CLI looks.
_TOKENS = ("aws_security_token", "aws_session_token")
_SETTINGS = ("region", "role_arn", "external_id")
_ENDPOINT = "endpoint_url"
_ENDPOINTS = {"s3": _ENDPOINT, "sts": "sts_endpoint_url"}
# Where keys come from that no file holds.
_ELSEWHERE = ("credential_process", "sso_session", "sso_start_url", "web_identity_token_file", "credential_source")
_USED = {KEY, SECRET, *_TOKENS, *_SETTINGS, _ENDPOINT, "source_profile", "services", "ignore_configured_endpoint_urls"}

Options = Mapping[str, IniOption]


def aws_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    """Return both files, as the variables name them: the AWS CLI fills in variables and `~`."""
    return (
        _place(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", CREDENTIALS),
        _place(environment, "AWS_CONFIG_FILE", "~/.aws/config", CONFIG),
    )


def _place(environment: Mapping[str, str], variable: str, default: str, role: str) -> FilePlace:
    if variable not in environment:
        return FilePlace(default, role=role)
    return FilePlace(os.path.expandvars(environment[variable]), variable, role)


def read_aws_files(files: Sequence[SourceFile], _: NamedFiles | None = None) -> Reading:
    profiles = read_profiles(files)
    reading = Reading.of((*profiles.strays, *_found_in(profiles)))
    keyless = [f"'{make_visible(one.name)}'{_source_of(one)}" for one in profiles.by_name.values() if _is_keyless(one)]
    notes = (f"left out, since they hold no key: {', '.join(keyless)}",) if keyless else ()
    return reading._replace(notes=(*notes, *profiles.notes))


def _is_keyless(profile: Profile) -> bool:
    """True for a profile of the config alone that is only settings, or says how to sign in."""
    return not profile.problem and profile.credentials is None and not {KEY, SECRET, "role_arn"} & set(profile.merged)


def _source_of(profile: Profile) -> str:
    return next((f" ({name})" for name in _ELSEWHERE if name in profile.merged), "")


def _found_in(profiles: Profiles) -> Iterator[ImportCandidate | Unreadable]:
    for profile in profiles.by_name.values():
        if not _is_keyless(profile):
            name = "aws" if profile.name == "default" else profile.name
            problem = profile.problem or _problem_in_role(profile, profiles)
            source = _source_profile(profile, profiles)
            problem = problem or _problem_in(source.keys, profile.merged)
            yield Unreadable(profile.place, problem, name, "s3") if problem else _found(profile, source, profiles, name)


def _found(profile: Profile, source: Profile, profiles: Profiles, name: str) -> ImportCandidate:
    keys, settings = source.keys, profile.merged
    token = _of(keys, _token_in(keys))
    values: dict[str, object] = {"access_key_id": _of(keys, KEY), "secret_key": Secret(_of(keys, SECRET))}
    values |= {"session_token": Secret(token)} if token else {}
    values |= {one: _of(settings, one) for one in _SETTINGS} | _endpoints(settings, profiles)
    left_out = tuple(one for one in settings if one not in _USED)
    given = {field: value for field, value in values.items() if value}
    return ImportCandidate(profile.place, "s3", given, name=name, left_out=left_out)


def _source_profile(profile: Profile, profiles: Profiles) -> Profile:
    """Return the profile whose keys these are: another one's, where a role is assumed by them."""
    if "role_arn" not in profile.merged:
        return profile
    return profiles.by_name.get(_of(profile.merged, "source_profile"), profile)


def _problem_in_role(profile: Profile, profiles: Profiles) -> str:
    """Say why a profile's role cannot be assumed by keys of these files."""
    if "role_arn" not in profile.merged:
        return ""
    if "mfa_serial" in profile.merged:
        return "is a role that asks for a code (mfa_serial)"
    name = _of(profile.merged, "source_profile")
    if not name:
        return f"is a role without a key that assumes it{_source_of(profile)}"
    source = profiles.by_name.get(name)
    if source is None:
        return f"is a role of the profile '{make_visible(name)}', which is not there"
    if source is not profile and "role_arn" in source.merged and KEY not in source.keys:
        return f"is a role that is assumed by another role, '{make_visible(name)}'"
    return source.problem


def _problem_in(keys: Options, settings: Options) -> str:
    if not _of(keys, SECRET):
        return f"holds no secret key of its own{_told(settings)}"
    if not _of(keys, KEY):
        return "holds no access key ID"
    doubtful = [(name, keys[name]) for name in (KEY, SECRET, _token_in(keys)) if name in keys]
    doubtful += [(name, settings[name]) for name in (*_SETTINGS, _ENDPOINT) if name in settings]
    for name, option in doubtful:
        if any(character.isspace() for character in option.value):
            return f"line {option.line}: to the AWS CLI, what follows the blank is part of {name}, even a comment"
        if option.value[:1] in ('"', "'"):
            return f"line {option.line}: to the AWS CLI, the quotes are part of {name}"
    return ""


def _token_in(keys: Options) -> str:
    return next((one for one in _TOKENS if one in keys), "")


def _told(settings: Options) -> str:
    return next((f", but {name}" for name in _ELSEWHERE if name in settings), "")


def _endpoints(settings: Options, profiles: Profiles) -> dict[str, object]:
    """Return the endpoint of S3 and of STS: that of the profile's services before its own."""
    if _of(settings, "ignore_configured_endpoint_urls").lower() == "true":
        return {}
    services = profiles.services.get(_of(settings, "services"))
    of_service = {name: nested(services.options.get(name)) for name in _ENDPOINTS} if services else {}
    found = {field: of_service.get(name, {}).get(_ENDPOINT, "") for name, field in _ENDPOINTS.items()}
    return {**found, _ENDPOINT: found[_ENDPOINT] or _of(settings, _ENDPOINT)}


def _of(options: Options, name: str) -> str:
    return options[name].value if name in options else ""
