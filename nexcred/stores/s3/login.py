"""The login at a bucket, from where AWS's own tools find it: variables, profiles, a program, a job's token, botocore.

Sources: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

from nexcred.auth.sigv4_signature import Keys
from nexcred.errors import StoreFailed
from nexcred.local.extras import install_command
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS

# What few logins need is imported where they do.
if TYPE_CHECKING:
    from nexcred.stores.s3.web_identity import WebIdentity

# Keys that end while a request is on its way are of no use.
_MARGIN = timedelta(seconds=60)
_PLACES = "give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"


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
        self._profile: Mapping[str, str] | None = None

    @property
    def profile(self) -> Mapping[str, str]:
        if self._profile is None:
            from nexcred.stores.s3.profiles import read_profile

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
            from nexcred.stores.s3.login_programs import by_program

            return by_program(command, environment)
        by_token = _web_identity(profile, "web_identity_token_file", "role_arn", "role_session_name")
        if by_token is not None:
            return self._by_token(by_token)
        from nexcred.stores.s3.login_programs import by_botocore

        by_library = by_botocore(environment, self._bucket_region or self.region)
        if by_library is None:
            raise StoreFailed("no login for the bucket is at hand", hint=_ways())
        return by_library

    def _by_token(self, identity: "WebIdentity") -> Granted:
        from nexcred.stores.s3.web_identity import ask_for_keys

        return Granted(*ask_for_keys(identity, self._environment, self._bucket_region or self.region))


def _ways() -> str:
    if find_spec("botocore") is not None:
        return _PLACES
    return f"{_PLACES}; for single sign-on and the roles of machines: {install_command('aws')}"


def _keys_in(settings: Mapping[str, str], key_id: str, secret: str, token: str) -> Keys | None:
    if not settings.get(key_id) or not settings.get(secret):
        return None
    return Keys(settings[key_id], settings[secret], settings.get(token, ""))


def _web_identity(settings: Mapping[str, str], file: str, role: str, name: str) -> "WebIdentity | None":
    if not settings.get(file) or not settings.get(role):
        return None
    from nexcred.stores.s3.web_identity import WebIdentity

    return WebIdentity(settings[file], settings[role], settings.get(name) or "nexcred")
