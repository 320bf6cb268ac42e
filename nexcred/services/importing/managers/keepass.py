"""Entries of a KeePass database, group by group; earlier versions and the recycle bin are left out."""

import binascii
from base64 import b64decode
from collections.abc import Iterator

from nexcred.model.secret import Secret
from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.entries.entry import NOTES, PASSWORD, URL, USERNAME, Entry, EntryField
from nexcred.services.importing.entries.labels import is_public_label
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.managers.kdbx import Database, inflate, open_database
from nexcred.services.importing.managers.kdbx_header import read_header
from nexcred.services.importing.managers.kdbx_key import composite_of
from nexcred.services.importing.managers.kdbx_xml import Element, read_kdbx_xml
from nexcred.services.importing.managers.table import read_table
from nexcred.services.importing.request import ImportRequest

_LABELS = {"UserName": USERNAME, "Password": PASSWORD, "URL": URL, "Notes": NOTES}
_TITLE = "Title"
_MOST_ATTACHMENT_BYTES = 64 * 1024 * 1024


def read_keepass(request: ImportRequest) -> Reading:
    """Read a database, asking for its passphrase, or a table of it as CSV; raise InvalidData, Locked."""
    data = request.data
    if data[:4] != b"\x03\xd9\xa2\x9a" and _is_table(data):
        return read_table(data)
    read_header(data)  # what is no database asks for no passphrase
    database = open_database(data, composite_of(request.passphrase(), request.key_file))
    document = read_kdbx_xml(database)
    return reading_of(_entries_in(document, _attachments(document, database)), notes=tuple(_notes(document)))


def _is_table(data: bytes) -> bool:
    return b"," in data.partition(b"\n")[0] and b"\0" not in data[:4096]


def _notes(document: Element) -> Iterator[str]:
    gone = sum(1 for _ in _entries_under(document, only=_recycle_bin(document)))
    if gone:
        yield f"left out: {gone} in the database's recycle bin"


def _attachments(document: Element, database: Database) -> dict[str, bytes]:
    """Return the contents of attachments by their references."""
    found = {str(number): value for number, value in enumerate(database.binaries)}
    for one in document.find("Meta", "Binaries").all("Binary"):
        reference, packed = one.attributes.get("ID", ""), one.attributes.get("Compressed") == "True"
        try:
            content = b64decode(one.plain.encode())
        except (binascii.Error, ValueError):
            continue
        found.setdefault(reference, inflate(content, _MOST_ATTACHMENT_BYTES) if packed else content)
    return found


def _recycle_bin(document: Element) -> str:
    meta = document.find("Meta")
    return meta.find("RecycleBinUUID").plain if meta.find("RecycleBinEnabled").plain != "False" else ""


def _entries_in(document: Element, attachments: dict[str, bytes]) -> Iterator[Entry | Unreadable]:
    for number, (path, one) in enumerate(_entries_under(document, but=_recycle_bin(document)), start=1):
        yield _entry_of(f"entry {number}", path, one, attachments)


def _entries_under(document: Element, *, but: str = "", only: str | None = None) -> Iterator[tuple[str, Element]]:
    """Yield the entries of all groups but the one of a UUID, or those below that `only`."""
    stack = [("", one, only is None) for one in document.find("Root").all("Group")]
    is_root = True
    while stack:
        path, group, is_wanted = stack.pop()
        uuid = group.find("UUID").plain
        if but and uuid == but:
            continue
        is_wanted = is_wanted or (bool(only) and uuid == only)
        name = "" if is_root else group.find("Name").plain
        is_root = False
        inside = f"{path}/{name}" if path and name else name or path
        if is_wanted:
            yield from ((inside, one) for one in group.all("Entry"))
        stack += [(inside, one, is_wanted) for one in reversed(group.all("Group"))]


def _entry_of(place: str, folder: str, one: Element, attachments: dict[str, bytes]) -> Entry:
    title, fields = "", []
    for string in one.all("String"):
        label, value = string.find("Key").plain, string.find("Value").text
        if label == _TITLE:
            title = value.text
        elif value.text:
            known = _LABELS.get(label, label) or "field"
            is_public = not value.is_hidden and is_public_label(known)
            fields.append(EntryField(known, Secret(value.text), is_public))
    left_out = []
    for binary in one.all("Binary"):
        label, reference = binary.find("Key").plain or "attachment", binary.find("Value").attributes.get("Ref", "")
        if reference in attachments:
            fields.append(EntryField(label, Secret.from_bytes(attachments[reference])))
        else:
            left_out.append(f"{label}, whose content is not there")
    left_out += ["earlier versions"] if one.find("History").all("Entry") else []
    return Entry(
        place=place,
        name=title,
        fields=tuple(fields),
        path=f"{folder}/{title}" if folder else title,
        folder=folder,
        tags=tuple(one.find("Tags").plain.replace(";", ",").split(",")),
        left_out=tuple(left_out),
    )
