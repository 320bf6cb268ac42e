"""1Password's exports, .1pux (support.1password.com/1pux-format): a ZIP of `export.data`, JSON, and `files/`."""

import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from nexcred.errors import InvalidData
from nexcred.model.secret import Secret
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

_DATA, _FILES = "export.data", "files/"
_LISTED = b"PK\x01\x02"  # how each file begins in the list of all
# zipfile unpacks all others at once, however much that is.
_BOUNDED = (ZIP_STORED, ZIP_DEFLATED)
_MOST_FILES, _MOST_BYTES = 100_000, 256 * 1024 * 1024
# support.1password.com/1pux-format, "Category UUIDs".
_KINDS = {
    "001": "login",
    "002": "credit card",
    "003": "secure note",
    "004": "identity",
    "005": "password",
    "006": "document",
    "102": "database",
    "110": "server",
    "112": "api credential",
    "114": "ssh key",
}
_DATABASE = "102"
_HIDDEN = frozenset({"concealed", "totp", "creditCardNumber"})
_SHOWN = frozenset({"string", "url", "email", "menu", "phone", "date", "monthYear", "creditCardType", "gender"})


def is_archive(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def read_archive(data: bytes) -> Reading:
    """Read an export; raise InvalidData for what is none, is cut, or would unpack to more than makes sense."""
    if data.count(_LISTED) > _MOST_FILES:  # before zipfile makes an object of each
        raise _too_many()
    try:
        with ZipFile(BytesIO(data)) as archive:
            export = _Export(archive)
            document = object_of(read_json(export.read(_DATA), _DATA))
            gone = sum(1 for _, item in _items_in(document) if item.get("trashed"))
            notes = (f"left out: {gone} in 1Password's bin",) if gone else ()
            return reading_of(_entries_in(document, export), notes=notes)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        raise InvalidData("the export is damaged, or cut short") from None


def _too_many() -> InvalidData:
    return InvalidData(f"the export holds more than {_MOST_FILES:,} files")


class _Export:
    """What is in the archive, of which nothing is ever written to the disk. Names are looked up, not followed."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        members = archive.infolist()
        if len(members) > _MOST_FILES:
            raise _too_many()
        self._left = _MOST_BYTES
        self._members = {one.filename: one for one in members}
        self._by_id = {name[len(_FILES) :].partition("__")[0]: name for name in self._members if _is_file(name)}

    def read(self, name: str) -> bytes:
        """Return a member; raise InvalidData when it is not there, or all become too large, whatever headers say."""
        if name not in self._members:
            raise InvalidData(f"the export has no {name}")
        member = self._members[name]
        if member.compress_type not in _BOUNDED:
            raise InvalidData("the export is packed in a way that 1Password never does")
        with self._archive.open(member) as file:
            content = file.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise InvalidData(f"the export unpacks to more than {_MOST_BYTES // 1024 // 1024} MiB")
        return content

    def file(self, document_id: str) -> bytes | None:
        name = self._by_id.get(document_id)
        return self.read(name) if name else None


def _is_file(name: str) -> bool:
    return name.startswith(_FILES) and "__" in name


def _items_in(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the items with the names of their vaults."""
    for account in objects_of(document.get("accounts")):
        for vault in objects_of(account.get("vaults")):
            name = text_of(object_of(vault.get("attrs")).get("name"))
            for item in objects_of(vault.get("items")):
                inner = item.get("item")  # as the first exports had it
                yield name, inner if isinstance(inner, dict) else item


def _entries_in(document: Mapping[str, Any], export: _Export) -> Iterator[Entry | Unreadable]:
    for number, (vault, item) in enumerate(_items_in(document), start=1):
        if not item.get("trashed"):
            yield _entry_of(f"item {number}", vault, item, export)


def _entry_of(place: str, vault: str, item: Mapping[str, Any], export: _Export) -> Entry:
    details, overview = object_of(item.get("details")), object_of(item.get("overview"))
    urls = [one.get("url") for one in objects_of(overview.get("urls"))] or [overview.get("url")]
    own = [one for section in objects_of(details.get("sections")) for one in objects_of(section.get("fields"))]
    left_out: list[str] = ["earlier passwords"] if details.get("passwordHistory") else []
    files = [object_of(details.get("documentAttributes"))]
    files += [object_of(object_of(one.get("value")).get("file")) for one in own]
    title, tags = text_of(overview.get("title")), overview.get("tags")
    fields = joined(
        (
            *(_login_field(one) for one in objects_of(details.get("loginFields"))),
            secret(PASSWORD, details.get("password")),
            *(_own_field(one) for one in own),
            *(public(URL, url) for url in urls),
            secret(NOTES, details.get("notesPlain")),
            *(_attachment(one, export, left_out) for one in files if one),
        )
    )
    archived = ("archived",) if item.get("state") == "archived" else ()
    return Entry(
        place=place,
        name=title,
        fields=fields,
        kind=_kind_of(text_of(item.get("categoryUuid")), own),
        path=f"{vault}/{title}" if vault else title,
        folder=vault,
        tags=(*(tag for tag in tags if isinstance(tag, str)), *archived) if isinstance(tags, list) else archived,
        left_out=tuple(left_out),
    )


def _login_field(one: Mapping[str, Any]) -> list[EntryField]:
    if one.get("designation") == USERNAME:
        return public(USERNAME, one.get("value"))
    known = PASSWORD if one.get("designation") == PASSWORD else text_of(one.get("name")) or "field"
    return secret(known, one.get("value"))


def _own_field(one: Mapping[str, Any]) -> list[EntryField]:
    """Read a field of a section: its value is an object with one key, which says what it is."""
    label, value = text_of(one.get("title")) or text_of(one.get("id")) or "field", object_of(one.get("value"))
    key = next(iter(value), "")
    content = value.get(key)
    if key == "totp":
        return secret(TOTP, content)
    if key == "file":
        return []
    if key == "sshKey":
        return secret("private key", object_of(content).get("privateKey"))
    if key == "email" and isinstance(content, dict):
        content = content.get("email_address")
    if key in _HIDDEN or one.get("guarded") is True:
        return secret(label, content)
    if key in _SHOWN:
        return public(label, content)
    return secret(label, content) if isinstance(content, str | int) else _parts(label, content)


def _parts(label: str, content: object) -> list[EntryField]:
    """Read an address and its like, whose parts have names of their own."""
    return [one for name, value in object_of(content).items() for one in secret(f"{label} {name}", value)]


def _attachment(one: Mapping[str, Any], export: _Export, left_out: list[str]) -> list[EntryField]:
    name = text_of(one.get("fileName")) or "attachment"
    content = export.file(text_of(one.get("documentId")))
    if content is None:
        left_out.append(f"{name}, which is not in the export")
        return []
    return [EntryField(name, Secret.from_bytes(content))] if content else []


def _kind_of(category: str, fields: list[Mapping[str, Any]]) -> str:
    """Return what it is; of a database, which."""
    if category != _DATABASE:
        return _KINDS.get(category, "")
    types = (object_of(one.get("value")) for one in fields if text_of(one.get("id")) == "database_type")
    return next((text_of(next(iter(one.values()), "")) for one in types), "")
