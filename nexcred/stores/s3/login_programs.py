"""Keys that a program prints: the profile's own, or botocore in a process of its own."""

import os
import shlex
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import msgspec

from nexcred.auth.sigv4_signature import Keys
from nexcred.auth.timestamp import parse_timestamp
from nexcred.child.captured import EndedBadly, capture
from nexcred.errors import NexcredError, StoreFailed
from nexcred.model.text import make_visible
from nexcred.stores.own_variables import without_own
from nexcred.stores.s3 import botocore_keys
from nexcred.stores.s3.login import Granted

_MOST_PROCESS_BYTES = 64 * 1024


def by_program(command: str, environment: Mapping[str, str]) -> Granted:
    """Run the profile's own program, without a shell; raise StoreFailed."""
    try:
        words = shlex.split(command)
    except ValueError:
        raise StoreFailed("the credential_process of the AWS profile has quotes that do not close") from None
    if not words:
        raise StoreFailed("the credential_process of the AWS profile is empty")
    name = f"the credential_process '{make_visible(words[0])}'"
    try:
        written = capture(words, without_own(environment))
    except EndedBadly as error:
        raise StoreFailed(f"{name} failed: {make_visible(str(error)[:200])}") from None
    except NexcredError as error:
        raise StoreFailed(f"the credential_process of the AWS profile: {error.message}") from None
    granted = _read_program(written) if len(written) <= _MOST_PROCESS_BYTES else None
    if granted is None:
        raise StoreFailed(f"{name} does not print what AWS asks of one: JSON with Version 1 and the keys")
    return granted


def _read_program(written: bytes) -> Granted | None:
    try:
        told: Any = msgspec.json.decode(written)
    except (msgspec.MsgspecError, ValueError):
        return None
    if not isinstance(told, dict) or told.get("Version") != 1:
        return None
    values = [told.get(name) for name in ("AccessKeyId", "SecretAccessKey")]
    token, ends = told.get("SessionToken") or "", told.get("Expiration")
    if not all(isinstance(value, str) and value for value in values) or not isinstance(token, str):
        return None
    expires_at = parse_timestamp(ends)
    if ends and expires_at is None:
        return None
    return Granted(Keys(str(values[0]), str(values[1]), token), expires_at if ends else None)


def by_botocore(environment: Mapping[str, str], region: str) -> Granted | None:
    """Ask the library that knows all other ways; None where it is not installed, or finds nothing."""
    if not _has_botocore():
        return None
    where = {"AWS_DEFAULT_REGION": region} if region else {}
    command = [sys.executable, "-I", "-S", botocore_keys.__file__, *filter(os.path.isabs, sys.path)]
    try:
        written = capture(command, {**without_own(environment), **where})
    except EndedBadly as error:
        raise StoreFailed(f"no login for the bucket: {make_visible(str(error)[:200])}") from None
    if not written:
        return None
    granted = _read_program(written)
    if granted is None:
        raise StoreFailed("no login for the bucket: botocore finds keys that cannot be read")
    return granted


def _has_botocore() -> bool:
    try:
        return find_spec("botocore.session") is not None
    except ImportError:
        return False
