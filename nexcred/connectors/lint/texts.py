"""Find what a terminal would obey or hide in a connector's texts: its labels and steps are shown as they are."""

from collections.abc import Iterator

from nexcred.connectors.lint.structure import Found, join
from nexcred.model.text import is_unsafe, make_visible

_LAYOUT = "\n\t"  # a body to send may have several lines


def problems_in_texts(value: object, path: str = "") -> Iterator[Found]:
    """Yield the place of each text, keys included, that holds such a character."""
    if isinstance(value, str):
        if any(is_unsafe(character) for character in value if character not in _LAYOUT):
            yield path, "holds a control or invisible character"
    elif isinstance(value, dict):
        for key, part in value.items():
            place = join(path, make_visible(key))
            if any(map(is_unsafe, key)):
                yield place, "holds a control or invisible character"
            yield from problems_in_texts(part, place)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from problems_in_texts(part, f"{path}[{index}]")
