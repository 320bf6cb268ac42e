"""Bitwarden's exports: bitwarden.com/help/condition-bitwarden-import and /encrypted-export describe them."""

import json
from typing import Any

import pytest

from nexcred.errors import InvalidData, Locked, NexcredError
from nexcred.model.secret import Secret
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading
from nexcred.services.importing.managers.bitwarden import read_bitwarden
from nexcred.services.importing.request import ImportRequest
from tests.support.exports.sealing import sealed_bitwarden
from tests.support.import_readings import plain

LOGIN: dict[str, Any] = {
    "id": "1",
    "organizationId": None,
    "folderId": "f1",
    "type": 1,
    "name": "Portal",
    "notes": "line 1\nline 2",
    "favorite": False,
    "fields": [
        {"name": "Tenant", "value": "acme", "type": 0},
        {"name": "PIN", "value": "1234-EXAMPLE", "type": 1},
        {"name": "On", "value": "true", "type": 2},
        {"name": "Link", "value": None, "type": 3, "linkedId": 100},
    ],
    "login": {
        "uris": [{"match": None, "uri": "https://portal.example"}, {"match": None, "uri": "https://two.example"}],
        "username": "ada",
        "password": "p-EXAMPLE",
        "totp": "otpauth://totp/x?secret=EXAMPLE",
    },
    "passwordHistory": [{"lastUsedDate": "2026-01-01T00:00:00.000Z", "password": "old-EXAMPLE"}],
    "collectionIds": None,
    "deletedDate": None,
}
CARD = {"type": 3, "name": "Card", "card": {"brand": "Visa", "number": "4111EXAMPLE", "code": "123"}}
KEY = {"type": 5, "name": "Key", "sshKey": {"privateKey": "PEM-EXAMPLE", "publicKey": "ssh-ed25519 EXAMPLE"}}
GONE = {"type": 1, "name": "Gone", "deletedDate": "2026-01-01T00:00:00.000Z", "login": {"password": "x"}}
EXPORT = {"encrypted": False, "folders": [{"id": "f1", "name": "Work"}], "items": [LOGIN, CARD, KEY, GONE]}
WANTED = {
    "username": "ada",
    "password": "p-EXAMPLE",
    "totp": "otpauth://totp/x?secret=EXAMPLE",
    "url": "https://portal.example",
    "url_2": "https://two.example",
    "tenant": "acme",
    "pin": "1234-EXAMPLE",
    "on": "true",
    "notes": "line 1\nline 2",
}


def read(data: bytes, passphrase: str = "correct horse EXAMPLE") -> Reading:
    return read_bitwarden(ImportRequest((SourceFile("FILE", data),), passphrase=lambda: Secret(passphrase)))


def check(reading: Reading) -> None:
    login, card, key = reading.found
    assert isinstance(login, ImportCandidate)
    assert (login.name, login.tags, login.left_out) == ("Portal", ("Work",), ("earlier passwords",))
    assert plain(login) == WANTED
    assert set(login.public) == {"username", "url", "url_2", "tenant", "on"}
    assert isinstance(card, ImportCandidate)
    assert isinstance(key, ImportCandidate)
    assert plain(card) == {"brand": "Visa", "number": "4111EXAMPLE", "code": "123"}
    assert plain(key) == {"privatekey": "PEM-EXAMPLE", "publickey": "ssh-ed25519 EXAMPLE"}
    assert reading.notes == ("left out: 1 in Bitwarden's trash",)


def test_an_export_in_the_open() -> None:
    check(read(json.dumps(EXPORT).encode()))


@pytest.mark.parametrize("argon2", [False, True], ids=["pbkdf2", "argon2id"])
def test_an_export_behind_a_passphrase(argon2: bool) -> None:
    data = sealed_bitwarden(EXPORT, "correct horse EXAMPLE", argon2=argon2)
    check(read(data))
    with pytest.raises(Locked, match="not the passphrase"):
        read(data, "wrong")


def test_an_export_of_an_organisation_has_collections() -> None:
    item = {"type": 1, "name": "Shared", "collectionIds": ["c1", "c2"], "login": {"password": "p-EXAMPLE"}}
    document = {
        "encrypted": False,
        "collections": [{"id": "c1", "name": "Ops"}, {"id": "c2", "name": "Dev"}],
        "items": [item],
    }
    (one,) = read(json.dumps(document).encode()).found
    assert isinstance(one, ImportCandidate)
    assert one.tags == ("Ops", "Dev")


def test_an_export_for_its_account_alone_says_how_to_export_again() -> None:
    with pytest.raises(InvalidData) as caught:
        read(b'{"encrypted": true, "encKeyValidation_DO_NOT_EDIT": "2.a|b|c", "items": []}')
    assert "Password protected" in caught.value.hint


@pytest.mark.parametrize(
    "changed",
    [
        {"kdfIterations": 2_000_001},
        {"kdfIterations": 0},
        {"kdfIterations": True},
        {"kdfType": 7},
        {"salt": ""},
        {"data": "2.AAAA|AAAA|AAAA"},
        {"data": "AAAA"},
        {"data": "2.%|%|%"},
        {"encKeyValidation_DO_NOT_EDIT": None},
        {"kdfType": 1, "kdfMemory": 10**9, "kdfIterations": 1, "kdfParallelism": 1},
    ],
)
def test_a_sealed_export_that_was_changed_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises((InvalidData, Locked)):
        read(sealed_bitwarden(EXPORT, "correct horse EXAMPLE", **changed))


def test_a_sealed_export_that_is_cut_is_refused() -> None:
    whole = sealed_bitwarden(EXPORT, "correct horse EXAMPLE")
    for size in range(1, len(whole), 97):
        with pytest.raises(NexcredError):
            read(whole[:size])


@pytest.mark.parametrize("items", ["[1]", '[{"type": "x", "name": 5, "login": [], "fields": {}}]', '[{"type": []}]'])
def test_items_of_another_shape_are_named(items: str) -> None:
    reading = read(f'{{"items": {items}}}'.encode())
    assert len(reading.found) == 1
    assert not isinstance(reading.found[0], ImportCandidate)


def test_deep_json_is_refused() -> None:
    with pytest.raises(InvalidData, match="64 levels"):
        read(b'{"items": ' + b"[" * 100_000)
