"""Entries as credentials: what a connector is for becomes its own, all else a secret with fields of its own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from nexcred.errors import InvalidData
from nexcred.model.credential import MAX_SECRET_BYTES
from nexcred.model.name import MAX_CHARACTERS
from nexcred.nexla.data_credentials import MOST_BODIES
from nexcred.services.importing.entries.entry import Entry, EntryField
from nexcred.services.importing.entries.labels import field_name, is_public_label
from nexcred.services.importing.entries.names import NamedEntry, named_apart, usable_name
from nexcred.services.importing.entries.recognised import Recogniser
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable

SECRET_CONNECTOR = "secret"  # noqa: S105  a connector's name
_REST = "rest"
# What people put into a field that hides nothing.
_SECRETIVE = re.compile(r"(?i)pass|secret|token|key|pin|code|cvv|seed|auth|answer")
# https://user:password@host
_LOGIN_IN_URL = re.compile(r"://[^/@]*@")
_MOST_FIELDS = 512
_LONGEST_TAG, _MOST_TAGS = 64, 64
_LONGEST_SHOWN, _LONGEST_DESCRIPTION = 256, 1024


def reading_of(
    entries: Iterable[Entry | Unreadable], *, notes: Sequence[str] = (), recogniser: Recogniser | None = None
) -> Reading:
    """Read entries as credentials; raise InvalidData when they are more than make sense."""
    everything = list(islice(entries, MOST_BODIES + 1))
    if len(everything) > MOST_BODIES:
        raise InvalidData(f"the source holds more than {MOST_BODIES:,} entries", hint="import it in parts")
    read = [one for one in everything if isinstance(one, Entry)]
    known = recogniser or (Recogniser() if read else None)
    named = iter(named_apart(read))
    found: list[ImportCandidate | Unreadable] = []
    for one in everything:
        if isinstance(one, Unreadable):
            found.append(one)
        else:
            assert known is not None
            found += candidates_of(next(named), known)
    return Reading(found, notes=tuple(notes))


def reading_without_named(found: Iterable[Entry | Unreadable | str], why: str) -> Reading:
    """Read entries as credentials; what is a name alone is left out, and told with the reason."""
    everything = list(found)
    named = [one for one in everything if isinstance(one, str)]
    notes = (f"left out, since they {why}: {', '.join(named)}",) if named else ()
    return reading_of((one for one in everything if not isinstance(one, str)), notes=notes)


def candidates_of(named: NamedEntry, recogniser: Recogniser) -> Iterator[ImportCandidate | Unreadable]:
    """Yield what an entry becomes. What a connector has no field for stays beside it, as a secret of its own."""
    entry, name, _ = named
    if not entry.fields:
        yield Unreadable(entry.place, "holds no value", name, SECRET_CONNECTOR)
        return
    known = None if entry.renewed_by else recogniser.recognise(entry)
    if known is None:
        yield _candidate(named, entry.fields)
        return
    rest = [one for place, one in enumerate(entry.fields) if place not in known.used]
    shown = [one for one in rest if is_shown(one) and len(one.text) <= _LONGEST_SHOWN]
    kept = [one for one in rest if one not in shown]
    yield ImportCandidate(
        place=entry.place,
        connector=known.connector,
        values=dict(known.values),
        name=name,
        method=known.method or None,
        description="; ".join(f"{one.label}: {one.text}" for one in shown)[:_LONGEST_DESCRIPTION],
        tags=_tags_of(entry),
        left_out=entry.left_out,
        path=entry.path or entry.name,
        renewed_by=entry.renewed_by,
        plain_name=named.plain_name,
    )
    if kept:
        yield _candidate(_beside(named), tuple(kept))


def _beside(named: NamedEntry) -> NamedEntry:
    """Name what stands beside an entry that became a connector's."""
    room = MAX_CHARACTERS - len(_REST) - 1
    return named._replace(name=f"{named.name[:room]}-{_REST}", plain_name=f"{named.plain_name[:room]}-{_REST}")


def _candidate(named: NamedEntry, fields: Sequence[EntryField]) -> ImportCandidate | Unreadable:
    entry, name, plain = named
    if len(fields) > _MOST_FIELDS:
        return Unreadable(entry.place, f"has more than {_MOST_FIELDS} fields", name, SECRET_CONNECTOR)
    values: dict[str, object] = {}
    taken: set[str] = set()
    too_large, shown = [], []
    for one in fields:
        if one.value.size > MAX_SECRET_BYTES:
            too_large.append(f"{one.label}, which is larger than {MAX_SECRET_BYTES // 1024} KiB")
            continue
        name_of_field = _free_name(field_name(one.label, "field"), taken)
        values[name_of_field] = one.value
        if is_shown(one):
            shown.append(name_of_field)
    if not values:
        return Unreadable(entry.place, f"holds nothing but {'; '.join(too_large)}", name, SECRET_CONNECTOR)
    return ImportCandidate(
        place=entry.place,
        connector=SECRET_CONNECTOR,
        values=values,
        name=name,
        tags=_tags_of(entry),
        left_out=(*entry.left_out, *too_large),
        path=entry.path or entry.name,
        renewed_by=entry.renewed_by,
        plain_name=plain,
        public=tuple(shown),
    )


def is_shown(one: EntryField) -> bool:
    """True for what is public in its source, and fit to be shown: anything doubtful is a secret."""
    is_public = (one.public or is_public_label(one.label)) and not _SECRETIVE.search(one.label)
    return is_public and one.text.isprintable() and bool(one.text.strip()) and not _LOGIN_IN_URL.search(one.text)


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name, or name_2, … where a variable could not tell it from one that is taken; then it is too."""
    free, number = name, 1
    while _as_variable(free) in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(_as_variable(free))
    return free


@lru_cache(4096)
def _as_variable(name: str) -> str:
    return name.replace("-", "_").replace(".", "_").upper().strip("_")


def _tags_of(entry: Entry) -> tuple[str, ...]:
    tags = (usable_name(tag.replace(",", " "), "")[:_LONGEST_TAG].strip() for tag in (entry.folder, *entry.tags))
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:_MOST_TAGS]
