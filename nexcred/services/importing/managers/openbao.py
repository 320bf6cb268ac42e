"""The KV secrets of OpenBao, and of Vault, as their own programs write them (`bao kv get -format=json`)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from nexcred.errors import InvalidData, NexcredError, UsageError
from nexcred.model.text import make_visible
from nexcred.nexla.data_credentials import MOST_BODIES
from nexcred.services.importing.entries.candidates import reading_of, reading_without_named
from nexcred.services.importing.entries.entry import Entry, EntryField, joined, public, secret
from nexcred.services.importing.entries.labels import is_public_label
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.leftover import name_after
from nexcred.services.importing.managers.json_shape import object_of, read_json
from nexcred.services.importing.request import ImportRequest, ProgramFailed

_PROGRAMS = ("bao", "vault")
_WHAT = "what bao writes"
_DEEPEST = 64


def read_openbao(request: ImportRequest) -> Reading:
    """Read what `bao kv get -format=json` wrote, else all below the path that is named, such as secret/app."""
    if request.files:
        (file,) = request.files
        document = object_of(read_json(file.data, _WHAT))  # which does not say of which path it is
        return reading_of([_entry_of("", file.shown, document, name=name_after(file.path))])
    if not request.place:
        raise UsageError("name a path of OpenBao's: nexcred import openbao MOUNT[/PATH]")
    program = next((one for one in _PROGRAMS if request.programs.has(one)), _PROGRAMS[0])
    request.require_program(program, "name a file of what it wrote: nexcred import openbao FILE")
    return reading_without_named(_read_below(request, program), "are deleted")


def _read_below(request: ImportRequest, program: str) -> Iterator[Entry | Unreadable | str]:
    """Yield the secrets at and below the path, and the names of deleted ones; raise NexcredError for nothing."""
    root = request.place.strip("/")
    names = [name for name in _names_below(request, program, root) if request.wants(name)]
    if not names:
        raise NexcredError(f"{program} finds nothing at '{make_visible(root)}'")
    for done, name in enumerate(names):
        request.tell(done, len(names))
        try:
            written = request.programs.run((program, "kv", "get", "-format=json", name))
        except ProgramFailed as error:
            yield Unreadable(make_visible(name), f"is not given by {program}: {error}", make_visible(name[:255]))
        else:
            document = object_of(read_json(written, _WHAT))
            yield make_visible(name) if _is_deleted(document) else _entry_of(name, make_visible(name), document)


def _is_deleted(document: Mapping[str, Any]) -> bool:
    outer = object_of(document.get("data"))
    return "metadata" in outer and "data" in outer and outer["data"] is None


def _names_below(request: ImportRequest, program: str, root: str) -> list[str]:
    """Return every path of a secret; a path may be a secret and a folder both."""
    found: list[str] = []
    folders = [(root, 0)]
    while folders:
        folder, depth = folders.pop(0)
        try:
            listed = read_json(request.programs.run((program, "kv", "list", "-format=json", folder)), _WHAT)
        except ProgramFailed as error:
            if folder != root:
                raise NexcredError(f"{program} does not list '{make_visible(folder)}': {error}") from None
            return [root]  # a secret, or nothing: reading it says which
        names = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
        found += [f"{folder}/{one}" for one in names if not one.endswith("/")]
        folders += [(f"{folder}/{one.rstrip('/')}", depth + 1) for one in names if one.endswith("/")]
        if len(found) + len(folders) > MOST_BODIES or depth > _DEEPEST:
            raise InvalidData(f"there are more than {MOST_BODIES:,} secrets below it", hint="name a path further down")
    return sorted(found)


def _entry_of(path: str, place: str, document: Mapping[str, Any], *, name: str = "") -> Entry | Unreadable:
    """Read one secret, of either version of the engine."""
    outer = object_of(document.get("data"))
    inner = outer.get("data")
    is_second = "metadata" in outer and "data" in outer and isinstance(inner, dict | None)
    values = object_of(inner) if is_second else outer
    if not values:
        return Unreadable(place, "holds no value", make_visible(path[:255]))
    return Entry(
        place=place,
        name=name or path,
        fields=joined(_field_of(label, value) for label, value in values.items()),
        path=path,
        folder=path.rpartition("/")[0],
        kind=path.rpartition("/")[2],
    )


def _field_of(label: str, value: object) -> list[EntryField]:
    if isinstance(value, dict | list):
        return secret(label, json.dumps(value, ensure_ascii=False))
    if isinstance(value, bool):
        return secret(label, str(value).lower())
    return (public if is_public_label(label) else secret)(label, value)
