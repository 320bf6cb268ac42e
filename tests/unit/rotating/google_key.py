"""A key of a Google service account in the hands of its engine."""

import json
from collections.abc import Iterator, Mapping

import pytest

from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.acting import ActingLogin
from nexcred.rotating.google_key import GoogleKey
from nexcred.services.proving.prober import Prober
from tests.support.acting import acting, login
from tests.support.standins.google_iam import GoogleIam
from tests.support.standins.reach import PLENTY_S


@pytest.fixture
def google() -> Iterator[GoogleIam]:
    with GoogleIam() as stand_in:
        yield stand_in


class Rotation:
    """The engine for the account's key, by itself or by another key, and how often it waited."""

    def __init__(self, google: GoogleIam, rotator: ActingLogin | None = None) -> None:
        self._google = google
        self._rotator = rotator
        self.waits: list[float] = []
        self.old = login_with(google, google.service_account).details.fields
        self.engine = self.switched(self.old)

    def switched(self, present: Mapping[str, Value]) -> GoogleKey:
        """Return the engine as it is once this key is the present one."""
        return GoogleKey(acting(login_with(self._google, key_file(present)), self._rotator), pause=self.waits.append)

    def made(self) -> Mapping[str, Value]:
        return self.engine.create(self.engine.plan(soon()).fields, soon())

    def probe(self, fields: Mapping[str, Value]) -> ProbeStatus:
        own = login_with(self._google, key_file(fields))
        return Prober({}).probe(own.method, own.details).status


def login_with(google: GoogleIam, file: Mapping[str, object]) -> ActingLogin:
    places = {"base_url": google.url, "iam_url": google.url}
    return login("gcs", {"service_account_key": json.dumps(file), **places}, google.host)


def key_file(fields: Mapping[str, Value]) -> dict[str, object]:
    value = fields["service_account_key"]
    assert isinstance(value, Secret)
    found: dict[str, object] = json.loads(value.reveal())
    return found


def soon() -> Deadline:
    return Deadline.after(PLENTY_S)
