"""The JSON that the service of this machine answers to programs."""

from typing import NotRequired, TypedDict

from nexcred.wire.credential import Revealed
from nexcred.wire.token import TokenShape


class ValueShape(TypedDict):
    """One value, where External Secrets and their like are told to look."""

    value: Revealed


class ValuesShape(TypedDict):
    """All values of a credential, by the names of their fields, in the same place."""

    value: dict[str, Revealed]


class ServedTokenShape(TokenShape):
    """What `token --json` prints; `value` is the token once more, in that place."""

    value: str


class AwsKeysShape(TypedDict):
    """Keys as AWS's SDKs take them from a container's service: `Token` is "" where the keys need none."""

    AccessKeyId: str
    SecretAccessKey: str
    Token: str
    Expiration: str
    AccountId: NotRequired[str]
