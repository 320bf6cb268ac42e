"""XML from outside as a document like JSON's, so that the same expressions find things in it."""

from typing import Protocol
from xml.parsers import expat

MAX_DEPTH = 64

_Node = dict[str, object]


class Events(Protocol):
    """Is told of a document from its beginning to its end."""

    def start(self, name: str, attributes: dict[str, str], /) -> None: ...
    def text(self, text: str, /) -> None: ...
    def end(self, name: str, /) -> None: ...


def loads(data: bytes) -> dict[str, object]:
    """Decode `<A><B>1</B><C/><C>2</C></A>`, in UTF-8, to {"A": {"B": "1", "C": ["", "2"]}}; raise ValueError.

    Name-space prefixes, attributes, comments, and text beside elements are left out. Refused besides what `tell` does:
    more than 64 levels.
    """
    reader = _XmlReader()
    tell(data, reader)
    return reader.root


def tell(data: bytes, events: Events) -> None:
    """Tell of what is in a document, in UTF-8; raise ValueError, and what is raised by who is told.

    Refused are document type definitions, and with them every entity of one's own. How deep it goes, and how many
    elements it has, is for who is told to bound.
    """
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = events.start
    parser.EndElementHandler = events.end
    parser.CharacterDataHandler = events.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        problem = f"line {error.lineno} column {error.offset}: {expat.ErrorString(error.code)}"
    else:
        return
    raise ValueError(problem)


class _XmlReader:
    """Collects elements from the inside out: a stack of nodes with the text that each has so far."""

    def __init__(self) -> None:
        self.root: _Node = {}
        self._open: list[tuple[_Node, list[str]]] = [(self.root, [])]

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        if len(self._open) > MAX_DEPTH:
            raise ValueError(f"more than {MAX_DEPTH} levels deep")
        self._open.append(({}, []))

    def text(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, name: str) -> None:
        children, texts = self._open.pop()
        _add(self._open[-1][0], name.rpartition(":")[2], children or "".join(texts).strip())


def _add(node: _Node, name: str, value: object) -> None:
    """Keep one child as it is, several of a name as a list: no value of a child is a list itself."""
    present = node.get(name)
    if present is None:
        node[name] = value
    elif isinstance(present, list):
        present.append(value)
    else:
        node[name] = [present, value]


def _refuse_doctype(*_declaration: object) -> None:
    raise ValueError("a document type definition is refused")
