"""YAML from outside as a document like JSON's: no tags of its own, and no more of it than is there.

An alias costs nothing where it stands, and all of what it stands for where that is read: aliases of aliases, or merged
into each other, are counted before they are followed. Dates, and numbers that are long or no number in JSON, are the
text that they are written as: YAML's own readers take any time to make of them what is no text any more.
"""

import math
from functools import cache
from typing import Any, ClassVar

from nexcred.errors import InvalidData
from nexcred.model.text_lines import text_of

_DEEPEST, _MOST_NODES = 64, 1_000_000
_MOST_BYTES = 8 * 1024 * 1024
_LONGEST_NUMBER = 32
_TAG = "tag:yaml.org,2002:"
_OF_JSON = frozenset({None, *(f"{_TAG}{one}" for one in ("null", "bool", "str", "seq", "map"))})


def read_yaml(data: bytes, what: str) -> object:
    """Decode one document; raise InvalidData, which names the line and no value."""
    import yaml  # 20 ms, for few sources

    if len(data) > _MOST_BYTES:
        raise InvalidData(f"{what} is larger than {_MOST_BYTES // 1024 // 1024} MiB")
    text = text_of(data)
    try:
        _check_events(text, what)
        loader = _loader_class()(text)
        node = loader.get_single_node()
        if node is None:
            return None
        _check_size(node, what)
        return loader.construct_document(node)
    except yaml.YAMLError as error:
        problem = _told(error)
    except (ValueError, RecursionError, TypeError, AttributeError):  # a key that is a list
        problem = "it cannot be read"
    raise InvalidData(f"{what} is not YAML that can be read: {problem}")


@cache
def _loader_class() -> Any:
    """Return a loader that knows the types of JSON alone; what is of no known type it refuses."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        yaml_constructors: ClassVar = {tag: made for tag, made in base.yaml_constructors.items() if tag in _OF_JSON}

    def number(loader: Any, node: Any) -> int | float | str:
        text = str(loader.construct_scalar(node))
        if len(text) > _LONGEST_NUMBER:
            return text
        value: int | float = base.yaml_constructors[node.tag](loader, node)
        return value if math.isfinite(value) else text

    Loader.add_constructor(f"{_TAG}int", number)
    Loader.add_constructor(f"{_TAG}float", number)
    Loader.add_constructor(f"{_TAG}timestamp", base.construct_scalar)
    return Loader


def _check_events(text: str, what: str) -> None:
    """Refuse what is nested too deep for who calls itself, and what has more values than make sense, as it is read."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise InvalidData(f"{what} is nested more than {_DEEPEST} levels deep")
        if count > _MOST_NODES:
            raise InvalidData(f"{what} holds more than {_MOST_NODES:,} values")


def _check_size(node: object, what: str) -> None:
    """Refuse what grows, when aliases are followed, beyond what makes sense, or holds itself."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size_of(one: object, depth: int) -> int:
        key = id(one)
        if key in sizes:
            return sizes[key]
        if key in open_nodes or depth > _DEEPEST:
            raise InvalidData(f"{what} holds itself by an alias, or is nested too deep")
        open_nodes.add(key)
        total = 1 + sum(size_of(part, depth + 1) for part in _parts_of(one))
        open_nodes.discard(key)
        sizes[key] = total
        if total > _MOST_NODES:
            raise InvalidData(f"{what} grows beyond {_MOST_NODES:,} values by its aliases")
        return total

    size_of(node, 0)


def _parts_of(node: object) -> list[object]:
    value = getattr(node, "value", None)
    if not isinstance(value, list):
        return []
    return [part for one in value for part in (one if isinstance(one, tuple) else (one,))]


def _told(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark is not None else "it is malformed"
