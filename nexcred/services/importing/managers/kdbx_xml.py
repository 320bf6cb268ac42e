"""The XML within a KeePass database, with what it hides made plain. No entity of its own is ever read."""

import binascii
from base64 import b64decode
from collections.abc import Mapping

from nexcred.errors import InvalidData
from nexcred.model import strict_xml
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.importing.managers.kdbx import Database, unprotect

_DEEPEST, _MOST_ELEMENTS = 200, 20_000_000
# What no import reads, and may be most of a database.
_SKIPPED = frozenset({"CustomIcons", "DeletedObjects", "AutoType", "MemoryProtection", "Times"})


class KdbxText(NamedTuple):
    text: str
    is_hidden: bool

    def __repr__(self) -> str:
        return repr_of(self, "is_hidden")


class Element:
    """One element with what is in it. One that is not there is empty."""

    __slots__ = ("attributes", "children", "is_hidden", "plain")

    def __init__(self, attributes: Mapping[str, str] | None = None) -> None:
        self.attributes = attributes or {}
        self.children: dict[str, list[Element]] = {}
        self.plain = ""
        self.is_hidden = False

    @property
    def text(self) -> KdbxText:
        return KdbxText(self.plain, self.is_hidden)

    def all(self, name: str) -> "list[Element]":
        return self.children.get(name, [])

    def find(self, *names: str) -> "Element":
        element = self
        for name in names:
            element = (element.all(name) or [Element()])[0]
        return element


def read_kdbx_xml(database: Database) -> Element:
    """Return the document; raise InvalidData, also for a value that is hidden and cannot be made plain."""
    reader = _Reader()
    try:
        strict_xml.tell(database.xml, reader)
    except ValueError as error:
        raise InvalidData(f"the database's XML is damaged: {error}") from None
    _make_plain(database, reader.hidden)
    return reader.root.find("KeePassFile")


class _Reader:
    """Collects elements, and those that are hidden in the order in which the key stream goes through them."""

    def __init__(self) -> None:
        self.root = Element()
        self.hidden: list[Element] = []
        self._open = [self.root]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise InvalidData(f"the database's XML is more than {_DEEPEST} levels deep, or endless")
        element = Element(attributes or None)
        if name not in _SKIPPED:
            self._open[-1].children.setdefault(name, []).append(element)
        if attributes.get("Protected") == "True":
            element.is_hidden = True
            self.hidden.append(element)
        self._open.append(element)
        self._texts.append([])

    def text(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, _name: str) -> None:
        element = self._open.pop()
        element.plain = "".join(self._texts.pop())


def _make_plain(database: Database, hidden: list[Element]) -> None:
    try:
        sealed = [b64decode(one.plain, validate=True) for one in hidden]
        plain = unprotect(database, b"".join(sealed))
        at = 0
        for one, part in zip(hidden, sealed, strict=True):
            one.plain = plain[at : at + len(part)].decode()
            at += len(part)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise InvalidData("the database is damaged: a value that it hides cannot be read") from None
