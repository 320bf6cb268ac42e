"""The login at a bucket, from where AWS's own tools find it: variables, profiles, a program, a job's token, botocore.

Sources: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
"""

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from nexcred.auth.sigv4_signature import Keys
from nexcred.auth.timestamp import parse_timestamp
from nexcred.child.captured import EndedBadly, capture
from nexcred.errors import NexcredError, StoreFailed
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS
from nexcred.model.text import make_visible
from nexcred.stores.own_variables import without_own
from nexcred.stores.s3 import botocore_keys
from nexcred.stores.s3.profiles import Profile, read_profile
from nexcred.stores.s3.web_identity import WebIdentity, ask_for_keys

# Keys that end while a request is on its way are of no use.
_MARGIN = timedelta(seconds=60)
_MOST_PROCESS_BYTES = 64 * 1024
_PLACES = (
    "give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for single sign-on and the roles of machines:"
    " pip install 'nexcred[aws]'"
)


class Granted(NamedTuple):
    """Keys, and when they end where they do."""

    keys: Keys
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Granted({DOTS})"


class Login:
    """Keys that are looked for once, and again when they have ended.

    `bucket_region` is what the vault's URL says, "" where it says none: who grants a role is asked there.
    """

    def __init__(self, environment: Mapping[str, str], now: Callable[[], datetime], bucket_region: str = "") -> None:
        self._environment = environment
        self._now = now
        self._bucket_region = bucket_region
        self._finding = Lock()
        self._granted: Granted | None = None
        self._profile: Profile | None = None

    @property
    def profile(self) -> Profile:
        if self._profile is None:
            self._profile = read_profile(self._environment)
        return self._profile

    @property
    def region(self) -> str:
        """The region that this machine asks in, "" where it says none."""
        environment = self._environment
        return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or self.profile.get("region", "")

    def keys(self) -> Keys:
        """Return keys that are good now; raise StoreFailed where there are none."""
        with self._finding:  # many requests at once need one login
            granted = self._granted
            if granted is None or (granted.expires_at is not None and self._now() + _MARGIN >= granted.expires_at):
                granted = self._granted = self._find()
            return granted.keys

    def _find(self) -> Granted:
        environment = self._environment
        by_variables = _keys_in(environment, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        if by_variables is not None:
            return Granted(by_variables)
        by_token = _web_identity(environment, "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME")
        if by_token is not None:
            return self._by_token(by_token)
        profile = self.profile
        by_profile = _keys_in(profile, "aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        if by_profile is not None and "role_arn" not in profile:
            return Granted(by_profile)
        if command := profile.get("credential_process"):
            return _by_program(command, environment)
        by_token = _web_identity(profile, "web_identity_token_file", "role_arn", "role_session_name")
        if by_token is not None:
            return self._by_token(by_token)
        by_library = _by_botocore(environment, self._bucket_region or self.region)
        if by_library is None:
            raise StoreFailed("no login for the bucket is at hand", hint=_PLACES)
        return by_library

    def _by_token(self, identity: WebIdentity) -> Granted:
        return Granted(*ask_for_keys(identity, self._environment, self._bucket_region or self.region))


def _keys_in(settings: Mapping[str, str], key_id: str, secret: str, token: str) -> Keys | None:
    if not settings.get(key_id) or not settings.get(secret):
        return None
    return Keys(settings[key_id], settings[secret], settings.get(token, ""))


def _web_identity(settings: Mapping[str, str], file: str, role: str, name: str) -> WebIdentity | None:
    if not settings.get(file) or not settings.get(role):
        return None
    return WebIdentity(settings[file], settings[role], settings.get(name) or "nexcred")


def _by_program(command: str, environment: Mapping[str, str]) -> Granted:
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
    import msgspec  # what few logins need

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


def _by_botocore(environment: Mapping[str, str], region: str) -> Granted | None:
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
    from importlib.util import find_spec  # what few logins need

    try:
        return find_spec("botocore.session") is not None
    except ImportError:
        return False
