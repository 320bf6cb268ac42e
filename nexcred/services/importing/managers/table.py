"""Tables with a heading, as browsers and password managers export them (RFC 4180): one entry a row.

Known by their headings: Chrome, Edge, Firefox, Safari, Bitwarden, LastPass, KeePass and KeePassXC, 1Password, Dashlane,
NordPass, Proton Pass, Enpass. A column of any other heading is a field of that name, and secret.
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from nexcred.errors import InvalidData
from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.model.text_lines import text_of
from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.entries.entry import NOTES, PASSWORD, URL, USERNAME, Entry, EntryField
from nexcred.services.importing.entries.labels import is_public_label, meaning_of, plain_label
from nexcred.services.importing.found import Reading, Unreadable

_LONGEST_CELL = 4 * 1024 * 1024
_MOST_COLUMNS = 512
_NAMES = ("name", "title", "account", "item", "entry")
_FOLDERS = ("folder", "group", "grouping", "category", "vault", "collections")
_TAGS = ("tags", "tag")
_KINDS = ("type", "kind")
# What the program notes for itself, and no secret is.
_OWN = frozenset(
    [
        "favorite",
        "fav",
        "favourite",
        "reprompt",
        "guid",
        "id",
        "uuid",
        "icon",
        "lastmodified",
        "created",
        "timecreated",
        "timelastused",
        "timepasswordchanged",
        "createtime",
        "modifytime",
        "createdat",
        "updatedat",
        "archived",
        "httprealm",
        "formactionorigin",
        "archive",
        "lastmodificationtime",
        "creationtime",
        "lastaccesstime",
        "autofill",
        "match",
    ]
)
# LastPass: the address of what is no login, and the first line of what it is.
_NO_ADDRESS, _NOTE_TYPE = "http://sn", "NoteType:"


def read_table(data: bytes) -> Reading:
    """Read a table; raise InvalidData where it has no heading that names a secret, or is cut."""
    text = text_of(data)
    heading = text.partition("\n")[0]
    rows = csv.reader(StringIO(text, newline=""), delimiter=_delimiter_in(heading), strict=True)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        columns = _Columns(next(rows, []))
        return reading_of(_entries_in(rows, columns), notes=columns.notes)
    except csv.Error as error:
        raise InvalidData(f"line {rows.line_num} of the table is wrong: {error}") from None


class _Columns:
    """Which column is which."""

    def __init__(self, heading: Sequence[str]) -> None:
        if len(heading) > _MOST_COLUMNS:
            raise InvalidData(f"the first line names more than {_MOST_COLUMNS} columns")
        self.labels = [label.strip() for label in heading]
        plain = [plain_label(label) for label in self.labels]
        meant = {meaning_of(label) for label in self.labels}
        if not meant & {PASSWORD, NOTES}:
            raise InvalidData(
                "the first line names no column for passwords or notes",
                hint="give the table a heading, such as: name,url,username,password,notes",
            )
        self._name = _first(plain, _NAMES)
        self._folder, self._tags, self._kind = (_first(plain, words) for words in (_FOLDERS, _TAGS, _KINDS))
        apart = {self._name, self._folder, self._tags, self._kind}
        self._own = {place for place, label in enumerate(plain) if label in _OWN and place not in apart}
        self._fields = [place for place in range(len(plain)) if place not in apart | self._own]
        left = ", ".join(make_visible(self.labels[place][:64]) for place in sorted(self._own))
        self.notes = (f"left out: the columns {left}",) if left else ()

    def entry_of(self, place: str, row: Sequence[str]) -> Entry:
        fields: list[EntryField] = []
        kind = self._cell(row, self._kind)
        for column in self._fields:
            label, value = self.labels[column] or f"column {column + 1}", row[column]
            if value == _NO_ADDRESS and meaning_of(label) == URL:
                kind = kind or _note_type(row)
            elif value:
                usual = meaning_of(label)
                known = label if any(one.label == usual for one in fields) else usual or label
                fields.append(EntryField(known, Secret(value), is_public_label(label)))
        name, folder = self._cell(row, self._name) or _name_of(fields), self._cell(row, self._folder)
        return Entry(
            place=place,
            name=name,
            fields=tuple(fields),
            kind=kind,
            path=f"{folder}/{name}" if folder else name,
            folder=folder,
            tags=tuple(tag.strip() for tag in self._cell(row, self._tags).replace(";", ",").split(",")),
        )

    def _cell(self, row: Sequence[str], column: int | None) -> str:
        return "" if column is None else row[column].strip()


def _entries_in(rows: Iterator[list[str]], columns: _Columns) -> Iterator[Entry | Unreadable]:
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        place = f"row {number}"
        if len(row) > len(columns.labels) and any(row[len(columns.labels) :]):
            yield Unreadable(place, f"has {len(row)} cells, and the heading has {len(columns.labels)}")
        else:
            yield columns.entry_of(place, [*row, *[""] * (len(columns.labels) - len(row))])


def _first(labels: Sequence[str], words: Sequence[str]) -> int | None:
    """Return the column that is called by the first of these words that one is."""
    return next((labels.index(word) for word in words if word in labels), None)


def _note_type(row: Sequence[str]) -> str:
    found = next((cell for cell in row if cell.startswith(_NOTE_TYPE)), "")
    return found.partition("\n")[0].removeprefix(_NOTE_TYPE).strip()


def _name_of(fields: Sequence[EntryField]) -> str:
    """Browsers name no entry: the host is its name."""
    url = next((one.text for one in fields if meaning_of(one.label) == URL), "")
    host = url.partition("://")[2].partition("/")[0] if "://" in url else url
    return host.rpartition("@")[2] or next((one.text for one in fields if meaning_of(one.label) == USERNAME), "")


def _delimiter_in(heading: str) -> str:
    return max(",;\t", key=heading.count)
