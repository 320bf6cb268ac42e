"""Bitwarden's exports (Bitwarden Help Center, "Export vault data"): JSON of a person or an organisation, sealed or not.

Its CSV is one of the files that `managers.table` reads.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from nexcred.errors import InvalidData
from nexcred.model.strict_json import dumps
from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.entries.entry import (
    NOTES,
    PASSWORD,
    TOTP,
    URL,
    USERNAME,
    Entry,
    EntryField,
    joined,
    public,
    secret,
)
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.managers.json_shape import object_of, objects_of, read_json, text_of
from nexcred.services.importing.managers.sealed_json import is_sealed, unsealed
from nexcred.services.importing.managers.table import read_table
from nexcred.services.importing.request import ImportRequest

_WHAT = "the export"
_KINDS = {1: "login", 2: "secure note", 3: "card", 4: "identity", 5: "ssh key"}
# Of a field of the person's own: its text is hidden, or names another field.
_HIDDEN, _LINKED = 1, 3
_PUBLIC = frozenset({"brand", "publicKey", "keyFingerprint"})


def read_bitwarden(request: ImportRequest) -> Reading:
    """Read JSON, asking for the passphrase where it is sealed, or CSV; raise InvalidData, Locked."""
    data = request.data
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_table(data)
    document = object_of(read_json(data, _WHAT))
    if is_sealed(document):
        document = object_of(read_json(unsealed(document, request.passphrase()), "what the export seals"))
    if not isinstance(document.get("items"), list):
        raise InvalidData("the file is no export of Bitwarden: it has no items")
    gone = sum(1 for one in objects_of(document["items"]) if one.get("deletedDate"))
    notes = (f"left out: {gone} in Bitwarden's trash",) if gone else ()
    return reading_of(_entries_in(document), notes=notes)


def _entries_in(document: Mapping[str, Any]) -> Iterator[Entry | Unreadable]:
    folders = {
        text_of(one.get("id")): text_of(one.get("name"))
        for kind in ("folders", "collections")
        for one in objects_of(document.get(kind))
    }
    for number, item in enumerate(document["items"], start=1):
        if not isinstance(item, dict):
            yield Unreadable(f"item {number}", "is no object")
        elif not item.get("deletedDate"):
            yield _entry_of(f"item {number}", item, folders)


def _entry_of(place: str, item: Mapping[str, Any], folders: Mapping[str, str]) -> Entry:
    login = object_of(item.get("login"))
    of_kind = {**object_of(item.get("card")), **object_of(item.get("identity")), **object_of(item.get("sshKey"))}
    collections = item.get("collectionIds")
    held = [text_of(item.get("folderId")), *(collections if isinstance(collections, list) else ())]
    placed = [folders[one] for one in held if isinstance(one, str) and folders.get(one)]
    fields = joined(
        (
            public(USERNAME, login.get("username")),
            secret(PASSWORD, login.get("password")),
            secret(TOTP, login.get("totp")),
            *(public(URL, one.get("uri")) for one in objects_of(login.get("uris"))),
            *(_passkey(one) for one in objects_of(login.get("fido2Credentials"))),
            *((public if label in _PUBLIC else secret)(label, value) for label, value in of_kind.items()),
            *(_own_field(one) for one in objects_of(item.get("fields"))),
            secret(NOTES, item.get("notes")),
        )
    )
    name = text_of(item.get("name"))
    return Entry(
        place=place,
        name=name,
        path="/".join((*placed[:1], name)),
        fields=fields,
        kind=_KINDS.get(item.get("type", 0), "") if isinstance(item.get("type"), int) else "",
        folder=placed[0] if placed else "",
        tags=tuple(placed[1:]),
        left_out=("earlier passwords",) if item.get("passwordHistory") else (),
    )


def _own_field(one: Mapping[str, Any]) -> list[EntryField]:
    """Read a field of the person's own; one that is linked repeats another."""
    if one.get("type") == _LINKED:
        return []
    hidden = one.get("type") == _HIDDEN
    return (secret if hidden else public)(text_of(one.get("name")) or "field", one.get("value"))


def _passkey(one: Mapping[str, Any]) -> list[EntryField]:
    return secret("passkey", dumps(one))
