"""Find every place where a decoded TOML document departs from the types of the spec, not only the first."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import inspect

from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible

UNKNOWN_KEY = "unknown key"
Found = tuple[str, str]  # the path, such as method[0].field[2].kind, and what is wrong there


def problems_in_structure(document: object, kind: type[msgspec.Struct]) -> Iterator[Found]:
    """Yield all problems in the order of the document; missing keys come last of their table."""
    yield from _check(document, inspect.type_info(kind), "")


def join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _check(value: object, kind: inspect.Type, path: str) -> Iterator[Found]:
    if isinstance(kind, inspect.UnionType):
        yield from _check_union(value, kind, path)
    elif isinstance(kind, inspect.StructType):
        yield from _check_table(value, kind, path)
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        yield from _check_items(value, kind.item_type, path)
    elif isinstance(kind, inspect.DictType):
        yield from _check_mapping(value, kind, path)
    elif problem := _leaf_problem(value, kind):
        yield path, problem


def _check_union(value: object, kind: inspect.UnionType, path: str) -> Iterator[Found]:
    structs = [member for member in kind.types if isinstance(member, inspect.StructType)]
    if isinstance(value, dict) and structs:
        if len(structs) == 1 and structs[0].tag is None:
            yield from _check_table(value, structs[0], path)
        else:
            yield from _check_tagged(value, structs, path)
        return
    alternatives = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
    if all(any(_check(value, member, path)) for member in alternatives):
        yield path, f"must be {' or '.join(sorted(_name_of(member) for member in alternatives))}"


def _check_tagged(value: dict[str, object], structs: list[inspect.StructType], path: str) -> Iterator[Found]:
    tag_field = structs[0].tag_field or ""
    by_tag = {str(struct.tag): struct for struct in structs}
    tag = value.get(tag_field)
    if isinstance(tag, str) and tag in by_tag:
        rest = {key: part for key, part in value.items() if key != tag_field}
        yield from _check_table(rest, by_tag[tag], path)
    elif tag is None:
        yield path, f"lacks '{tag_field}', one of: {', '.join(by_tag)}"
    else:
        yield join(path, tag_field), f"must be one of: {', '.join(by_tag)}"


def _check_table(value: object, kind: inspect.StructType, path: str) -> Iterator[Found]:
    if not isinstance(value, dict):
        yield path, "must be a table"
        return
    known = {field.encode_name: field for field in kind.fields}
    for key, part in value.items():
        if key in known:
            yield from _check(part, known[key].type, join(path, key))
        else:
            close = suggest(key, known)
            yield join(path, make_visible(key)), f"{UNKNOWN_KEY}; did you mean {close!r}?" if close else UNKNOWN_KEY
    for name, field in known.items():
        if field.required and name not in value:
            yield path, f"lacks '{name}'"


def _check_items(value: object, item: inspect.Type, path: str) -> Iterator[Found]:
    if not isinstance(value, list):
        yield path, "must be a list"
        return
    for index, part in enumerate(value):
        yield from _check(part, item, f"{path}[{index}]")


def _check_mapping(value: object, kind: inspect.DictType, path: str) -> Iterator[Found]:
    if not isinstance(value, dict):
        yield path, "must be a table"
        return
    for key, part in value.items():
        yield from _check(part, kind.value_type, join(path, make_visible(key)))


def _leaf_problem(value: object, kind: inspect.Type) -> str:
    matches: dict[type[inspect.Type], Any] = {
        inspect.StrType: isinstance(value, str),
        inspect.BoolType: isinstance(value, bool),
        inspect.IntType: isinstance(kind, inspect.IntType) and _is_within(value, kind),
        inspect.LiteralType: isinstance(kind, inspect.LiteralType) and value in kind.values,
        inspect.NoneType: value is None,
        inspect.DateType: isinstance(value, date) and not isinstance(value, datetime),
    }
    return "" if matches.get(type(kind), True) else f"must be {_name_of(kind)}"


def _is_within(value: object, kind: inspect.IntType) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return (kind.ge is None or value >= kind.ge) and (kind.le is None or value <= kind.le)


def _name_of(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.IntType) and kind.ge is not None and kind.le is not None:
        return f"a whole number from {kind.ge} to {kind.le}"
    if isinstance(kind, inspect.LiteralType):
        return f"one of: {', '.join(str(value) for value in kind.values)}"
    names: dict[type[inspect.Type], str] = {
        inspect.StrType: "a text",
        inspect.BoolType: "true or false",
        inspect.IntType: "a whole number",
        inspect.DateType: "a day, such as 2026-11-29",
    }
    return names.get(type(kind), "a table")
