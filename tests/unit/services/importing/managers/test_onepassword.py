"""1Password: exports as support.1password.com/1pux-format describes them, and what `op item get` writes."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest

from nexcred.errors import InvalidData, NexcredError
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.managers.onepassword import read_onepassword
from nexcred.services.importing.request import ImportRequest
from tests.support.exports.programs import Told
from tests.support.import_readings import plain

LOGIN: dict[str, Any] = {
    "uuid": "u1",
    "state": "active",
    "categoryUuid": "001",
    "details": {
        "loginFields": [
            {"value": "ada", "name": "username", "fieldType": "T", "designation": "username"},
            {"value": "p-EXAMPLE", "name": "password", "fieldType": "P", "designation": "password"},
            {"value": "x-EXAMPLE", "name": "pin", "fieldType": "P"},
        ],
        "notesPlain": "a note",
        "sections": [
            {
                "title": "More",
                "fields": [
                    {"title": "one-time password", "id": "TOTP_1", "value": {"totp": "otpauth://totp/x?secret=EXAMPLE"}},
                    {"title": "Recovery", "id": "r", "value": {"concealed": "r-EXAMPLE"}},
                    {"title": "Tenant", "id": "t", "value": {"string": "acme"}},
                    {"title": "Since", "id": "d", "value": {"date": 1700000000}},
                    {"title": "Mail", "id": "m", "value": {"email": {"email_address": "a@b.example"}}},
                    {"title": "Home", "id": "h", "value": {"address": {"street": "S 1", "zip": "1"}}},
                    {"title": "Plan", "id": "p", "value": {"file": {"fileName": "plan.txt", "documentId": "d1"}}},
                ],
            }
        ],
        "passwordHistory": [{"value": "old-EXAMPLE", "time": 1}],
    },
    "overview": {"title": "Portal", "urls": [{"label": "", "url": "https://p.example"}], "tags": ["x"]},
}  # fmt: skip
DATABASE: dict[str, Any] = {
    "categoryUuid": "102",
    "state": "archived",
    "details": {
        "sections": [
            {
                "fields": [
                    {"title": "type", "id": "database_type", "value": {"menu": "postgresql"}},
                    {"title": "server", "id": "hostname", "value": {"string": "db.example.com"}},
                    {"title": "port", "id": "port", "value": {"string": "5433"}},
                    {"title": "database", "id": "database", "value": {"string": "d"}},
                    {"title": "username", "id": "username", "value": {"string": "u"}},
                    {"title": "password", "id": "password", "value": {"concealed": "p-EXAMPLE"}},
                ]
            }
        ]
    },
    "overview": {"title": "Warehouse"},
}
DOCUMENT: dict[str, Any] = {
    "categoryUuid": "006",
    "details": {"documentAttributes": {"fileName": "a.p12", "documentId": "d2", "decryptedSize": 3}},
    "overview": {"title": "Cert"},
}
GONE = {"trashed": True, "overview": {"title": "Gone"}}


def archive(items: list[dict[str, Any]], files: dict[str, bytes] | None = None, data: bytes | None = None) -> bytes:
    document = {"accounts": [{"attrs": {}, "vaults": [{"attrs": {"name": "Private"}, "items": items}]}]}
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("export.attributes", "{}")
        made.writestr("export.data", json.dumps(document) if data is None else data)
        for name, content in (files or {}).items():
            made.writestr(name, content)
    return written.getvalue()


def read(data: bytes) -> Reading:
    return read_onepassword(ImportRequest((SourceFile("FILE", data),)))


def test_an_export_with_its_files() -> None:
    files = {"files/d1__plan.txt": b"hello", "files/d2__a.p12": b"\xff\x00\x01"}
    reading = read(archive([LOGIN, DATABASE, DOCUMENT, GONE], files))
    login, database, document = reading.found
    assert isinstance(login, ImportCandidate)
    assert (login.name, login.path, login.tags) == ("Portal", "Private/Portal", ("Private", "x"))
    assert plain(login) == {
        "username": "ada",
        "password": "p-EXAMPLE",
        "pin": "x-EXAMPLE",
        "totp": "otpauth://totp/x?secret=EXAMPLE",
        "recovery": "r-EXAMPLE",
        "tenant": "acme",
        "since": "1700000000",
        "mail": "a@b.example",
        "home_street": "S 1",
        "home_zip": "1",
        "url": "https://p.example",
        "notes": "a note",
        "plan.txt": "hello",
    }
    assert set(login.public) == {"username", "tenant", "since", "mail", "url"}
    assert isinstance(database, ImportCandidate)
    assert (database.connector, database.name, database.tags) == ("postgres", "Warehouse", ("Private", "archived"))
    assert plain(database) == {
        "host": "db.example.com",
        "port": "5433",
        "database": "d",
        "username": "u",
        "password": "p-EXAMPLE",
    }
    assert isinstance(document, ImportCandidate)
    assert plain(document) == {"a.p12": b"\xff\x00\x01"}
    assert reading.notes == ("left out: 1 in 1Password's bin",)


def test_a_file_that_is_not_there_is_named() -> None:
    (one,) = read(archive([LOGIN])).found
    assert isinstance(one, ImportCandidate)
    assert one.left_out == ("earlier passwords", "plan.txt, which is not in the export")


def test_paths_in_an_archive_lead_nowhere() -> None:
    """Members are looked up by the id in their name, and nothing is unpacked to a disk."""
    hostile = {"../../etc/cron.d/x": b"x", "files/../../d1__plan.txt": b"evil", "/abs": b"x"}
    (one,) = read(archive([LOGIN], hostile)).found
    assert isinstance(one, ImportCandidate)
    assert "plan.txt" not in one.values


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexcred.services.importing.managers.onepassword_archive._MOST_BYTES", 1024 * 1024)
    with pytest.raises(InvalidData, match="unpacks to more than 1 MiB"):
        read(archive([], data=b" " * 5_000_000))
    with pytest.raises(InvalidData, match="unpacks to more than 1 MiB"):
        read(archive([LOGIN], {"files/d1__plan.txt": bytes(5_000_000)}))


def test_an_archive_that_is_cut_is_refused() -> None:
    whole = archive([LOGIN], {"files/d1__plan.txt": b"hello"})
    for size in range(4, len(whole), 29):
        with pytest.raises(InvalidData):
            read(whole[:size])


def test_an_archive_that_was_changed_is_read_or_refused() -> None:
    whole = archive([LOGIN], {"files/d1__plan.txt": b"hello"})
    for place in range(0, len(whole), 11):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        try:
            read(bytes(changed))
        except NexcredError:
            continue


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_in_parts_is_refused(way: int) -> None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", way) as made:
        made.writestr("export.data", b" " * 1_000_000)
    with pytest.raises(InvalidData, match="never does"):
        read(written.getvalue())


def test_an_archive_without_an_export_says_so() -> None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("a", "b")
    with pytest.raises(InvalidData, match=r"has no export\.data"):
        read(written.getvalue())


ITEM = {
    "id": "i1",
    "title": "Portal",
    "category": "LOGIN",
    "vault": {"id": "v1", "name": "Private"},
    "tags": ["x"],
    "fields": [
        {"id": "username", "type": "STRING", "purpose": "USERNAME", "label": "username", "value": "ada"},
        {"id": "password", "type": "CONCEALED", "purpose": "PASSWORD", "label": "password", "value": "p-EXAMPLE"},
        {"id": "notesPlain", "type": "STRING", "purpose": "NOTES", "label": "notesPlain", "value": "a note"},
        {"id": "o", "type": "OTP", "label": "one-time password", "value": "otpauth://x", "totp": "123456"},
        {"id": "s", "section": {"id": "a"}, "type": "STRING", "label": "tenant", "value": "acme"},
        {"id": "e", "type": "STRING", "label": "empty"},
    ],
    "urls": [{"primary": True, "href": "https://p.example"}],
    "files": [{"id": "f", "name": "plan.txt", "size": 5, "content_path": "/v1/…"}],
}
WANTED = {
    "username": "ada",
    "password": "p-EXAMPLE",
    "notes": "a note",
    "one-time_password": "otpauth://x",
    "tenant": "acme",
    "url": "https://p.example",
}


def test_what_op_writes_of_one_item() -> None:
    for document in (ITEM, [ITEM]):
        (one,) = read(json.dumps(document).encode()).found
        assert isinstance(one, ImportCandidate)
        assert plain(one) == WANTED
        assert set(one.public) == {"username", "tenant", "url"}
        assert one.left_out == ("plan.txt, which op writes apart (an export as 1PUX has it)",)


def test_op_is_asked_for_each_item() -> None:
    titles = {"1": "A", "2": "B", "3": "A", "4": "C"}
    listed = [{"id": one, "title": title, "vault": {"id": "v1", "name": "Private"}} for one, title in titles.items()]
    asked = [f"op item get {one} --format json --vault v1" for one in titles]
    answers = {line: json.dumps({**ITEM, "title": titles[line.split()[3]]}).encode() for line in asked}
    told = Told({"op item list --format json": json.dumps(listed).encode(), **answers})
    assert len(read_onepassword(ImportRequest(programs=told)).found) == 4
    told.asked.clear()
    read_onepassword(ImportRequest(programs=told, wants=lambda path: path.endswith("B")))
    # Those of one title are told apart by what is in them.
    assert told.asked == ["op item list --format json", asked[0], asked[1], asked[2]]


def test_op_that_is_not_signed_in_is_told() -> None:
    with pytest.raises(NexcredError, match="op lists no items: no such thing"):
        read_onepassword(ImportRequest(programs=Told({"op --version": b"2"})))


def test_what_is_no_item_is_named() -> None:
    (one,) = read(b"[5]").found
    assert isinstance(one, Unreadable)
