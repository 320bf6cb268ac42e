"""The packages of nexcred as a drawing, made from what each file imports: each room stands above all that it uses."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from html import escape
from pathlib import Path
from typing import NamedTuple

_ROOT = Path("nexcred")
Imports = dict[str, set[str]]
_ROOM_WIDTH, _ROOM_HEIGHT, _GAP, _FLOOR_HEIGHT, _MARGIN = 118, 40, 14, 84, 24
_FEW, _STAGGER = 4, 90  # rooms one above the other would hide their arrows
_STYLE = """<style>
text { font: 13px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; fill: #1d232e; text-anchor: middle }
rect { fill: #f3f6fb; stroke: #8fa1bd }
path { fill: none; stroke: #7c93b5; stroke-width: 1.5 }
</style>"""


class Room(NamedTuple):
    """A package of nexcred, or a module beside the packages; where its box begins."""

    name: str
    left: float
    top: float

    @property
    def middle(self) -> float:
        return self.left + _ROOM_WIDTH / 2


def draw_house() -> str:
    """Return the drawing; raise CycleError where packages import each other in a circle."""
    imports = read_imports()
    floors = _floors(imports)
    width = max(len(floor) for floor in floors) * (_ROOM_WIDTH + _GAP) - _GAP + 2 * _MARGIN
    height = len(floors) * _FLOOR_HEIGHT - (_FLOOR_HEIGHT - _ROOM_HEIGHT) + 2 * _MARGIN
    rooms = {room.name: room for room in _rooms(floors, width)}
    arrows = [_arrow(rooms[upper], rooms[lower]) for upper, lower in sorted(_bare(imports))]
    boxes = [line for room in rooms.values() for line in _box(room)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    background = f'<rect width="{width}" height="{height}" style="fill:#fff;stroke:none"/>'
    return "\n".join([head, _STYLE, background, *arrows, *boxes, "</svg>", ""])


def read_imports() -> Imports:
    """Return what each room imports, wherever in a file it does so."""
    imports: Imports = {}
    for path in sorted(_ROOT.rglob("*.py")):
        if path.name not in ("__init__.py", "version.py") or path.parent != _ROOT:
            room = _room_of(path)
            imports.setdefault(room, set()).update(set(_imported(path)) - {room, "version"})
    return imports


def _floors(imports: Imports) -> list[list[str]]:
    """Return the rooms of each floor, the highest first: each stands above all that it imports."""
    levels: dict[str, int] = {}
    for room in TopologicalSorter(imports).static_order():
        levels[room] = 1 + max((levels[lower] for lower in imports.get(room, ())), default=-1)
    return [sorted(room for room in levels if levels[room] == level) for level in sorted({*levels.values()})[::-1]]


def _bare(imports: Imports) -> set[tuple[str, str]]:
    """Return the arrows that no way through another room stands for: with all ninety nothing could be seen."""
    below = {room: {*lower} for room, lower in imports.items()}
    for room in TopologicalSorter(imports).static_order():
        for lower in imports.get(room, ()):
            below.setdefault(room, set()).update(below.get(lower, ()))
    return {
        (room, lower)
        for room, all_lower in imports.items()
        for lower in all_lower
        if not any(lower in below.get(other, ()) for other in all_lower)
    }


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("nexcred."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.ImportFrom) and node.module == "nexcred":
            yield from (alias.name for alias in node.names if alias.name != "__version__")
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("nexcred."))


def _room_of(path: Path) -> str:
    return path.relative_to(_ROOT).parts[0].removesuffix(".py")


def _rooms(floors: list[list[str]], width: float) -> Iterator[Room]:
    for number, floor in enumerate(floors):
        shift = (number % 3 - 1) * _STAGGER if len(floor) < _FEW else 0
        left = (width - len(floor) * (_ROOM_WIDTH + _GAP) + _GAP) / 2 + shift
        for place, name in enumerate(floor):
            yield Room(name, left + place * (_ROOM_WIDTH + _GAP), _MARGIN + number * _FLOOR_HEIGHT)


def _box(room: Room) -> Iterator[str]:
    yield f'<rect x="{room.left}" y="{room.top}" width="{_ROOM_WIDTH}" height="{_ROOM_HEIGHT}" rx="6"/>'
    yield f'<text x="{room.middle}" y="{room.top + 25}">{escape(room.name)}</text>'


def _arrow(upper: Room, lower: Room) -> str:
    start, end = upper.top + _ROOM_HEIGHT, lower.top
    bend = (end - start) / 2
    curve = f"M{upper.middle} {start} C{upper.middle} {start + bend} {lower.middle} {end - bend} {lower.middle} {end}"
    return f'<path d="{curve}"/>'
