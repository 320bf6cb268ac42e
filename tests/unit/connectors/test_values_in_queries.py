"""Where the JSON of a request holds a text of another language, such as GraphQL, no value can end its place in it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from nexcred.connectors.language.lifecycle_spec import Create, KeyCall, Revoke
from nexcred.connectors.language.pattern import fits
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.lifecycle import revoke_of
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.model.days import is_day
from nexcred.model.template import names_in, pieces_of

# By which a text has a structure of its own, and what would end a value there.
_STRUCTURE = re.compile(r'[{}()"\'\\;=<>]')
_ENDS = ('1"', "1'", "1}", "1)", "1 ", "1,", "1;", "1\\", "1\n", "1#")


def _queries(node: object) -> Iterator[str]:
    if isinstance(node, str):
        if names_in(node) and any(_STRUCTURE.search(text) for _, text in pieces_of(node)):
            yield node
    elif isinstance(node, Mapping):
        for one in node.values():
            yield from _queries(one)
    elif isinstance(node, list):
        for one in node:
            yield from _queries(one)


def _calls(method: Method) -> Iterator[KeyCall | Revoke]:
    rotate = method.rotate
    said = (rotate.create, rotate.change, rotate.list) if rotate else ()
    for call in (*said, revoke_of(method)):
        if call is not None:
            yield call


def _in_catalogue() -> Iterator[Any]:
    for connector in load_all(Folders(CATALOGUE)):
        for method in connector.methods:
            asked: list[tuple[Any, Mapping[str, str]]] = [(one, {}) for one in method.requests()]
            for call in _calls(method):
                look_up = call.look_up if isinstance(call, Create | Revoke) else None
                found: Mapping[str, str] = look_up.set if look_up else {}
                asked.append((call.request, found))
            for request, found in asked:
                for query in _queries(request.json if request else None):
                    yield pytest.param(connector, method, query, found, id=f"{connector.name}-{query[:40]}")


def _can_end_its_place(name: str, fields: Mapping[str, Field], found: Mapping[str, str]) -> bool:
    if is_day(name):
        return False
    prefix, _, own = name.rpartition(".")
    if prefix == "found":
        return not found[own].startswith("to_number(")
    field = fields[own]
    if field.kind == "int" or field.choices:
        return False
    return not field.pattern or any(fits(field.pattern, text) for text in _ENDS)


@pytest.mark.parametrize(("connector", "method", "query", "found"), [*_in_catalogue()])
def test_no_value_ends_its_place(connector: Connector, method: Method, query: str, found: Mapping[str, str]) -> None:
    fields = {field.name: field for field in (*connector.fields, *method.fields)}
    assert [name for name in names_in(query) if _can_end_its_place(name, fields, found)] == []
