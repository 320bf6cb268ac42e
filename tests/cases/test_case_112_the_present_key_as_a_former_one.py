"""Case 112: values from before, or in a key file, by which a call for a former key reaches the present one, or more.

Whoever may write a record chose them, or mistyped them.
"""

import json
import re
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.rotating.aws_iam import AwsIam
from nexcred.rotating.rotator import CallFailed, Rotator
from tests.support.acting import login
from tests.support.opened import Opened
from tests.support.parcels import put_parcels
from tests.support.people import said_no
from tests.support.standins.google_iam import GoogleIam
from tests.support.standins.parcels import Parcels
from tests.support.standins.snowflake_users import SnowflakeUsers
from tests.unit.rotating import aws_iam as aws
from tests.unit.rotating import google_key, snowflake_key_pair
from tests.unit.rotating.google_key import google
from tests.unit.rotating.parcels import engine
from tests.unit.rotating.parcels import fields_of as parcels_fields
from tests.unit.rotating.scripted_postgresql import GENUINE, fields_at, rotator_at, said_by, serving
from tests.unit.rotating.snowflake_key_pair import snowflake

__all__ = ["google", "snowflake"]

_OF_KEYS = re.compile(r"/v1/projects/[a-z-]+/serviceAccounts/[a-z@.-]+/keys(:upload|/[0-9A-Za-z]+(:[a-z]+)?)?")


def reads_otherwise(pem: object) -> str:
    """Return the same private key in another encoding."""
    key = load_pem_private_key(str(pem).encode(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def with_file(fields: Mapping[str, Value], **changed: object) -> dict[str, Value]:
    file = {**google_key.key_file(fields), **changed}
    said = {name: value for name, value in file.items() if value is not None}
    return {**fields, "service_account_key": Secret(json.dumps(said))}


def refused(rotator: Rotator, old: Mapping[str, Value], new: Mapping[str, Value]) -> None:
    """Nothing is ended, and neither by an undo, which ends the second one."""
    with pytest.raises(CallFailed):
        rotator.end(old, new, google_key.soon())
    with pytest.raises(CallFailed):
        rotator.undo(new, old, google_key.soon())


@pytest.mark.parametrize("present", [{}, {"private_key_id": None}], ids=["", "the present one without an id"])
@pytest.mark.parametrize("former", [{}, {"private_key_id": None}], ids=["", "the former one without an id"])
def test_case_112_a_google_key_in_another_encoding(
    google: GoogleIam, former: dict[str, object], present: dict[str, object]
) -> None:
    rotation = google_key.Rotation(google)
    pem = google_key.key_file(rotation.old)["private_key"]
    old, new = with_file(rotation.old, private_key=reads_otherwise(pem), **former), with_file(rotation.old, **present)
    refused(rotation.switched(new), old, new)
    assert [key.disabled for key in google.keys.values()] == [False]


@pytest.mark.parametrize("written", ["..", ".", "../keys", "a/../..", "?x", "x:enable", "\n"])
def test_case_112_an_id_in_a_key_file_that_leads_elsewhere(google: GoogleIam, written: str) -> None:
    rotation = google_key.Rotation(google)
    for name in ("private_key_id", "project_id", "client_email"):
        old = with_file(rotation.old, **{name: written})
        for act in (rotation.engine.end, rotation.engine.undo):
            with pytest.raises(CallFailed):
                act(old, rotation.old, google_key.soon())
    asked = [request.target.partition("?")[0] for request in google.received if request.path.startswith("/v1/")]
    assert all(_OF_KEYS.fullmatch(target) for target in asked), asked


def test_case_112_a_snowflake_key_in_another_encoding(snowflake: SnowflakeUsers) -> None:
    rotation = snowflake_key_pair.Rotation(snowflake)
    pem = snowflake_key_pair.revealed(rotation.old)["private_key"]
    refused(rotation.engine, {**rotation.old, "private_key": Secret(reads_otherwise(pem))}, rotation.old)
    assert len(snowflake.user.good_keys()) == 1


def test_case_112_an_aws_key_beside_another_secret() -> None:
    with aws.Whoever() as stand_in:
        present = dict(login("s3", aws.KEY, stand_in.host).details.fields)
        rotator: AwsIam = aws.engine_at(stand_in)
        refused(rotator, {**present, "secret_key": Secret("EXAMPLE-typo")}, present)
        assert stand_in.received == []


def test_case_112_a_declared_key_beside_another_secret(parcels: Parcels) -> None:
    refused(engine(parcels), parcels_fields(parcels, "typo-EXAMPLE"), parcels_fields(parcels))
    assert set(parcels.keys) == {"k1"}


def test_case_112_where_the_present_key_is_not_known_none_is_one_of_which_nobody_knows(
    parcels: Parcels, google: GoogleIam, snowflake: SnowflakeUsers
) -> None:
    """A journal may say that there was no key before, and somebody else may have left the id out of the values."""
    parcels.keys["k1"]["name"] = "nexcred 2025-01-01"
    nameless = {name: value for name, value in parcels_fields(parcels).items() if name != "key_id"}
    with pytest.raises(CallFailed, match="key_id"):
        engine(parcels, fields=nameless).orphans((), google_key.soon())
    rotation = google_key.Rotation(google)
    assert rotation.switched(with_file(rotation.old, private_key_id=None)).orphans((), google_key.soon()) == ()
    own = snowflake_key_pair.Rotation(snowflake)
    assert own.engine.orphans((), google_key.soon()) == ()


def test_case_112_a_password_of_one_server_is_not_set_at_another() -> None:
    """Whoever wrote where the new one is would be given what the old one is checked by."""
    told: list[str] = []
    with (
        serving(said_by(GENUINE), []) as here,
        serving(said_by(GENUINE), told) as elsewhere,
        pytest.raises(CallFailed, match="another server"),
    ):
        rotator_at(here).undo(fields_at(here), fields_at(elsewhere), google_key.soon())
    assert told == []


def test_case_112_revoke_ends_no_present_key_as_a_mistyped_one(opened: Opened, parcels: Parcels) -> None:
    put_parcels(opened)
    held = {"TYPO": "typo-EXAMPLE", "KEY": "first-EXAMPLE"}
    places = ("--set", "key_id=k1", "--set", f"base_url={parcels.url}", "--allow-host", parcels.host, "--no-probe")
    assert opened("add", "parcels", "post", "--set", "api_key=env:TYPO", *places, environment=held).code == 0
    assert opened("update", "post", "--set", "api_key=env:KEY", "--no-probe", environment=held).code == 0
    revoked = opened("revoke", "post", "--revision", "1", "--yes")
    assert said_no(revoked, 8, "names the present key"), revoked.err
    assert set(parcels.keys) == {"k1"}
