"""The XML within a KeePass database, with what it hides made plain. No entity of its own is ever read."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping

from nexcred.errors import InvalidData
from nexcred.model import strict_xml
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.importing.managers.kdbx import Database, unprotect

_DEEPEST, _MOST_ELEMENTS, _MOST_KEPT, _MOST_ATTRIBUTES = 200, 10_000_000, 3_000_000, 2_000_000
_ATTRIBUTE = re.compile(rb"=\s*[\"']")


class _Read(NamedTuple):
    """Which elements below one are read, by their names; all else, which may be most of a database, is passed over."""

    below: "dict[str, _Read]"

    def __repr__(self) -> str:
        return repr_of(self)


_LEAF = _Read({})
_PAIR = _Read({"Key": _LEAF, "Value": _LEAF})
# Of earlier versions it is enough to know that there are some.
_ENTRY = _Read({"String": _PAIR, "Binary": _PAIR, "Tags": _LEAF, "History": _Read({"Entry": _LEAF})})
_GROUP = _Read({"UUID": _LEAF, "Name": _LEAF, "Entry": _ENTRY})
_GROUP.below["Group"] = _GROUP
_BINARIES = _Read({"Binary": _LEAF})
_META = _Read({"RecycleBinUUID": _LEAF, "RecycleBinEnabled": _LEAF, "Binaries": _BINARIES})
_DOCUMENT = _Read({"KeePassFile": _Read({"Meta": _META, "Root": _Read({"Group": _GROUP})})})
_NOTHING: Mapping[str, str] = {}


class KdbxText(NamedTuple):
    text: str
    is_hidden: bool

    def __repr__(self) -> str:
        return repr_of(self, "is_hidden")


class Element:
    """One element with what is in it. One that is not there is empty."""

    __slots__ = ("attributes", "children", "is_hidden", "plain")

    def __init__(self, attributes: Mapping[str, str] | None = None) -> None:
        self.attributes = attributes or _NOTHING
        self.children: dict[str, list[Element]] | None = None  # most have none
        self.plain = ""
        self.is_hidden = False

    @property
    def text(self) -> KdbxText:
        return KdbxText(self.plain, self.is_hidden)

    def all(self, name: str) -> "list[Element]":
        return self.children.get(name, []) if self.children else []

    def add(self, name: str, element: "Element") -> None:
        if self.children is None:
            self.children = {}
        self.children.setdefault(name, []).append(element)

    def find(self, *names: str) -> "Element":
        element = self
        for name in names:
            element = (element.all(name) or [Element()])[0]
        return element


def read_kdbx_xml(database: Database) -> Element:
    """Return the document; raise InvalidData, also for a value that is hidden and cannot be made plain."""
    if sum(1 for _ in _ATTRIBUTE.finditer(database.xml)) > _MOST_ATTRIBUTES:
        raise _endless()
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
        self._open: list[tuple[Element | None, _Read, list[str]]] = [(self.root, _DOCUMENT, [])]
        self._count = self._kept = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        parent, read, _ = self._open[-1]
        is_hidden, below = attributes.get("Protected") == "True", read.below.get(name)
        is_kept = below is not None or is_hidden
        self._count += 1
        self._kept += is_kept
        if len(self._open) > _DEEPEST or self._count > _MOST_ELEMENTS or self._kept > _MOST_KEPT:
            raise _endless()
        element = Element(attributes) if is_kept else None
        if element is not None and parent is not None and below is not None:
            parent.add(name, element)
        if element is not None and is_hidden:
            element.is_hidden = True
            self.hidden.append(element)
        self._open.append((element, below or _LEAF, []))

    def text(self, text: str) -> None:
        element, _, texts = self._open[-1]
        if element is not None:
            texts.append(text)

    def end(self, _name: str) -> None:
        element, _, texts = self._open.pop()
        if element is not None:
            element.plain = "".join(texts)


def _endless() -> InvalidData:
    return InvalidData(f"the database's XML is more than {_DEEPEST} levels deep, or endless")


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
