"""1Password: an export (support.1password.com/1pux-format), or what `op item get --format json` writes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nexcred.errors import NexcredError
from nexcred.model.name import fold_name
from nexcred.model.text import make_visible
from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.entries.entry import NOTES, URL, Entry, EntryField, joined, public, secret
from nexcred.services.importing.entries.labels import is_public_label
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.managers.json_shape import object_of, objects_of, read_json, text_of
from nexcred.services.importing.managers.onepassword_archive import is_archive, read_archive
from nexcred.services.importing.managers.table import read_table
from nexcred.services.importing.request import ImportRequest, ProgramFailed, operand

_WHAT = "what op writes"
_MOST_FAILED = 3
# The types of fields that show what they hold.
_SHOWN = frozenset({"STRING", "URL", "EMAIL", "MENU", "PHONE", "DATE", "MONTH_YEAR"})
_KIND_LABEL = "type"
_DATABASE = "DATABASE"


def read_onepassword(request: ImportRequest) -> Reading:
    """Read an export, JSON or CSV that is named, else ask `op` for each item; raise InvalidData, NexcredError."""
    if not request.files:
        return reading_of(_asked(request))
    data = request.data
    if is_archive(data):
        return read_archive(data)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start not in (b"{", b"["):
        return read_table(data)
    document = read_json(data, _WHAT)
    items = document if isinstance(document, list) else [document]
    return reading_of(_item_of(f"item {number}", one) for number, one in enumerate(items, start=1))


def _asked(request: ImportRequest) -> Iterator[Entry | Unreadable]:
    """Yield the items that `op` lists, each by its id; raise NexcredError when it gives none."""
    request.require_program("op", "name an export: nexcred import 1password FILE")
    listed = ("op", "item", "list", "--format", "json")
    try:
        items = list(objects_of(read_json(request.programs.run(listed), _WHAT)))
    except ProgramFailed as error:
        raise NexcredError(f"op lists no items: {error}", hint="sign in first: eval $(op signin)") from None
    wanted = list(_wanted(items, request))
    failed = 0
    for done, one in enumerate(wanted):
        request.tell(done, len(wanted))
        place = make_visible(_path_of(one)[:255])
        vault = text_of(object_of(one.get("vault")).get("id"))
        try:
            command = ["op", "item", "get", operand(text_of(one.get("id"))), "--format", "json"]
            written = request.programs.run([*command, "--vault", operand(vault)] if vault else command)
        except ProgramFailed as error:
            failed += 1
            if failed == done + 1 and failed >= min(_MOST_FAILED, len(wanted)):
                raise NexcredError(f"op gives none of the first {failed} items: {error}") from None
            yield Unreadable(place, f"is not given by op: {error}", place)
        else:
            yield _item_of(place, read_json(written, _WHAT))


def _wanted(items: Sequence[Mapping[str, Any]], request: ImportRequest) -> Iterator[Mapping[str, Any]]:
    """Yield those that are asked for, and all whose title several have: what tells these apart is in them."""
    titles = Counter(fold_name(text_of(one.get("title"))) for one in items)
    for one in items:
        title = text_of(one.get("title"))
        if titles[fold_name(title)] > 1 or request.wants(_path_of(one)) or request.wants(title):
            yield one


def _path_of(one: Mapping[str, Any]) -> str:
    vault = text_of(object_of(one.get("vault")).get("name"))
    title = text_of(one.get("title"))
    return f"{vault}/{title}" if vault else title


def _item_of(place: str, document: object) -> Entry | Unreadable:
    item = object_of(document)
    if not isinstance(item.get("fields"), list) and not item.get("title"):
        return Unreadable(place, "is no item of 1Password")
    found = list(objects_of(item.get("fields")))
    files = [text_of(one.get("name")) or "file" for one in objects_of(item.get("files"))]
    tags = item.get("tags")
    return Entry(
        place=place,
        name=text_of(item.get("title")),
        fields=joined(
            (
                *(_field_of(one) for one in found),
                *(public(URL, one.get("href")) for one in objects_of(item.get("urls"))),
            )
        ),
        kind=_kind_of(text_of(item.get("category")), found),
        path=_path_of(item),
        folder=text_of(object_of(item.get("vault")).get("name")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        left_out=tuple(
            f"{make_visible(name[:64])}, which op writes apart (an export as 1PUX has it)" for name in files
        ),
    )


def _field_of(one: Mapping[str, Any]) -> list[EntryField]:
    label = text_of(one.get("label")) or text_of(one.get("id")) or "field"
    if one.get("purpose") == "NOTES":
        return secret(NOTES, one.get("value"))
    is_shown = one.get("type") in _SHOWN and (one.get("purpose") == "USERNAME" or is_public_label(label))
    is_shown = is_shown or (one.get("type") in _SHOWN and bool(one.get("section")))
    return (public if is_shown else secret)(label, one.get("value"))


def _kind_of(category: str, fields: list[Mapping[str, Any]]) -> str:
    """Return what it is; of a database, which."""
    if category.upper() != _DATABASE:
        return category.replace("_", " ").lower()
    return next((text_of(one.get("value")) for one in fields if text_of(one.get("label")).lower() == _KIND_LABEL), "")
