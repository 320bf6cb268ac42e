"""YAML from outside as a document like JSON's: no tags of its own, and no more of it than is there.

An alias costs nothing where it stands, and all of what it stands for where that is read: aliases of aliases, or merged
into each other, are counted before they are followed.
"""

from nexcred.errors import InvalidData
from nexcred.services.importing.text_lines import text_of

_DEEPEST, _MOST_NODES = 64, 1_000_000
_MOST_BYTES = 8 * 1024 * 1024


def read_yaml(data: bytes, what: str) -> object:
    """Decode one document; raise InvalidData, which names the line and no value."""
    import yaml  # 20 ms, for few sources

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(data) > _MOST_BYTES:
        raise InvalidData(f"{what} is larger than {_MOST_BYTES // 1024 // 1024} MiB")
    text = text_of(data)
    _check_depth(text, what)
    try:
        node = yaml.compose(text, Loader=loader)
        if node is None:
            return None
        _check_size(node, what)
        return _constructed(text, loader)
    except yaml.YAMLError as error:
        problem = _told(error)
    except (ValueError, RecursionError, TypeError, AttributeError):  # a date that is none, a key that is a list
        problem = "it cannot be read"
    raise InvalidData(f"{what} is not YAML that can be read: {problem}")


def _constructed(text: str, loader: object) -> object:
    import yaml

    return yaml.load(text, Loader=loader)  # type: ignore[arg-type]  # noqa: S506  the safe one


def _check_depth(text: str, what: str) -> None:
    """Refuse what is nested so deep that the parser, which calls itself, ends the process."""
    flow, deepest = 0, 0
    for character in text:
        if character in "[{":
            flow += 1
            deepest = max(deepest, flow)
        elif character in "]}":
            flow = max(0, flow - 1)
    block = max((line.count("- ") for line in text.split("\n") if line.lstrip().startswith("- ")), default=0)
    indents = {len(line) - len(line.lstrip(" ")) for line in text.split("\n")}
    if deepest > _DEEPEST or block > _DEEPEST or len(indents) > 4 * _DEEPEST:
        raise InvalidData(f"{what} is nested more than {_DEEPEST} levels deep")


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
