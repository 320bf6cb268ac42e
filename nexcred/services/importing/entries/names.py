"""Names of entries as names of credentials: usable here, and each its own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nexcred.model.name import MAX_CHARACTERS, fold_name, nameable
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import is_unsafe
from nexcred.services.importing.entries.entry import USERNAME, Entry, EntryField
from nexcred.services.importing.entries.labels import meaning_of

_ROOM_FOR_NUMBER = 8


class NamedEntry(NamedTuple):
    """An entry, the name that it gets, and the plain one that it would have, were it the only one of that name."""

    entry: Entry
    name: str
    plain_name: str

    def __repr__(self) -> str:
        return repr_of(self, "name")


def usable_name(text: str, default: str) -> str:
    """Return a text as a name of a credential: '_' for '/' and the signs of globs, and nothing invisible."""
    visible = "".join(" " if one.isspace() else "" if is_unsafe(one) else one for one in text)
    name = " ".join(nameable(visible.replace("/", "_")).split()).lstrip("-").strip()
    return name[:MAX_CHARACTERS].rstrip() or default


def named_apart(entries: Iterable[Entry]) -> Iterator[NamedEntry]:
    """Yield each with a name of its own: of several of one name those that differ are named after their users too.

    The names depend on the source alone, so that a second import finds them again. What is the same twice keeps one
    name, and what no user tells apart gets a number in the source's order.
    """
    everything = list(entries)
    plain = [usable_name(one.name, one.place) for one in everything]
    alike: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(plain):
        alike[fold_name(name)].append(place)
    names, free = dict(enumerate(plain)), _FreeNames(alike)
    for places in alike.values():
        if len({everything[place].fields for place in places}) > 1:
            names |= _told_apart({place: everything[place] for place in places}, plain, free)
    return (NamedEntry(one, names[place], plain[place]) for place, one in enumerate(everything))


def _told_apart(entries: Mapping[int, Entry], plain: Sequence[str], free: "_FreeNames") -> dict[int, str]:
    names: dict[int, str] = {}
    known: dict[tuple[EntryField, ...], str] = {}
    for place, entry in entries.items():
        if entry.fields not in known:
            user = _user_of(entry)
            wanted = usable_name(f"{user}@{plain[place]}", plain[place]) if user else plain[place]
            known[entry.fields] = free.take(wanted, is_own=not user)
        names[place] = known[entry.fields]
    return names


class _FreeNames:
    """Names that are taken, and the number that each goes on from."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._plain = set(self._taken)
        self._numbers: dict[str, int] = {}

    def take(self, name: str, *, is_own: bool) -> str:
        """Return the name, or the first free of name-2, name-3, …; its `is_own` who has it by its source, once."""
        folded = fold_name(name)
        if folded not in self._taken or (is_own and folded in self._plain):
            self._plain.discard(folded)
            self._taken.add(folded)
            return name
        room, number = name[: MAX_CHARACTERS - _ROOM_FOR_NUMBER], self._numbers.get(folded, 2)
        while fold_name(f"{room}-{number}") in self._taken:
            number += 1
        self._numbers[folded] = number + 1
        self._taken.add(fold_name(f"{room}-{number}"))
        return f"{room}-{number}"


def _user_of(entry: Entry) -> str:
    return next((one.text for one in entry.fields if one.public and meaning_of(one.label) == USERNAME), "")[:100]
