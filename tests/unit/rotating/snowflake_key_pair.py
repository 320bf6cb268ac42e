"""A key pair of a Snowflake user in the hands of its engine."""

from collections.abc import Iterator, Mapping

import pytest

from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.acting import ActingLogin
from nexcred.rotating.snowflake_key_pair import SnowflakeKeyPair
from nexcred.services.proving.prober import Prober
from tests.support.acting import acting, login
from tests.support.standins.google import rsa_pem
from tests.support.standins.reach import PLENTY_S
from tests.support.standins.snowflake_users import SnowflakeUsers


@pytest.fixture
def snowflake() -> Iterator[SnowflakeUsers]:
    with SnowflakeUsers() as stand_in:
        yield stand_in


class Rotation:
    """The engine for the user's key, by itself or by another user, and how often it waited."""

    def __init__(
        self, snowflake: SnowflakeUsers, rotator: ActingLogin | None = None, given: Mapping[str, object] | None = None
    ) -> None:
        self._snowflake = snowflake
        self._rotator = rotator
        self._given = {"account": snowflake.account, "username": snowflake.username, "base_url": snowflake.url}
        self.waits: list[float] = []
        self.old = self._login({"private_key": rsa_pem(), **(given or {})}).details.fields
        self.engine = self.switched(self.old)

    def switched(self, present: Mapping[str, Value]) -> SnowflakeKeyPair:
        """Return the engine as it is once this key is the present one."""
        return SnowflakeKeyPair(acting(self._login(revealed(present)), self._rotator), pause=self.waits.append)

    def made(self) -> Mapping[str, Value]:
        return self.engine.create(self.engine.plan(soon()).fields, soon())

    def probe(self, fields: Mapping[str, Value]) -> ProbeStatus:
        own = self._login(revealed(fields))
        return Prober({}).probe(own.method, own.details).status

    def _login(self, given: Mapping[str, object]) -> ActingLogin:
        return login("snowflake", {**self._given, **given}, self._snowflake.host)


def revealed(fields: Mapping[str, Value]) -> dict[str, object]:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in fields.items()}


def soon() -> Deadline:
    return Deadline.after(PLENTY_S)
