"""`nexcred get`: one field, or the only secret of a credential."""

import json
from pathlib import Path

import pytest

from tests.support.opened import Opened


@pytest.fixture
def stocked(opened: Opened) -> Opened:
    held = {"HELD": "key-EXAMPLE", "OTHER": "other-EXAMPLE"}
    both = ("--set", "secret_key=env:HELD", "--set", "session_token=env:OTHER")
    for words in (
        ("aventri", "events", "--set", "account_id=4711", "--set", "api_key=env:HELD"),
        ("aventri", "S3 Production", "--set", "account_id=1", "--set", "api_key=env:OTHER"),
        ("s3", "role", "--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=env:HELD"),
        ("s3", "temporary", "--set", "access_key_id=ASIAIOSFODNN7EXAMPLE", *both),
    ):
        added = opened("add", *words, "--no-probe", environment=held)
        assert added.code == 0, added.err
    return opened


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("events", "key-EXAMPLE"),
        ("EVENTS", "key-EXAMPLE"),
        ("S3 Production", "other-EXAMPLE"),
        ("nexcred://S3%20Production", "other-EXAMPLE"),
        ("role", "key-EXAMPLE"),
        ("events/account_id", "4711"),
    ],
)
def test_a_name_alone_means_its_only_secret(stocked: Opened, reference: str, value: str) -> None:
    assert tuple(stocked("get", reference)) == (0, value, "")


def test_several_secrets_are_named_and_none_is_chosen(stocked: Opened) -> None:
    ran = stocked("get", "temporary")
    assert (ran.code, ran.out) == (2, "")
    assert "'temporary' has several secrets: secret_key, session_token" in ran.err
    assert "nexcred get 'temporary/secret_key'" in ran.err


def test_a_credential_without_a_secret_names_its_fields(opened: Opened) -> None:
    path = Path(opened("connectors", "new", "acme").out.rstrip("\n"))
    path.write_text(path.read_text().replace("secret = true ", "required = false\n  secret = true "))
    to = ("--set", "base_url=https://acme.example.com", "--allow-host", "acme.example.com")
    added = opened("add", "acme", "open", *to, "--no-probe")
    assert added.code == 0, added.err
    ran = opened("get", "open")
    assert (ran.code, ran.out) == (2, "")
    assert "'open' has no secret; its fields are: base_url" in ran.err


@pytest.mark.parametrize(
    ("code", "reference"),
    [
        (3, "evnts"),
        (3, "events/api_kei"),
        *((2, malformed) for malformed in ("events/", "/api_key", "", "nexcred://", "nexcred://%ff")),
    ],
)
def test_what_is_no_reference_prints_nothing(stocked: Opened, code: int, reference: str) -> None:
    ran = stocked("get", reference)
    assert (ran.code, ran.out) == (code, "")


def test_a_near_miss_is_suggested(stocked: Opened) -> None:
    assert "did you mean 'events'" in stocked("get", "evnts").err


def test_the_field_that_was_read_is_noted(stocked: Opened) -> None:
    assert stocked("get", "events").code == 0
    last = [event for event in json.loads(stocked("audit", "--json").out) if event["action"] == "get"][-1]
    assert last["what"] == ["api_key"]
