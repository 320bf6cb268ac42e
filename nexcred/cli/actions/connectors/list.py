"""List the connectors, by words and by kind."""

from collections import Counter
from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.render.style import BOLD, PLAIN, QUIET, Cell
from nexcred.connectors.load.index import OWN, IndexEntry, known_systems, matching_systems
from nexcred.errors import SpecError, UsageError
from nexcred.model.text import make_visible

_SHOWN = 4
_LEVELS = {
    "live": "tried with a real key",
    "documented": "known by the provider's own pages",
    "agreed": "by sources that agree",
    "single": "by one source alone",
}


def act(context: Context, words: Sequence[str] = (), *, category: str | None = None, json: bool = False) -> None:
    """Print those that have every word and are of the category; raise UsageError for one that none is of."""

    def leave_out(refused: SpecError) -> None:
        context.streams.warn(f"left out: {refused.message}")
        context.streams.hint(refused.hint or "see what is wrong with: nexcred connectors check FILE")

    everything = known_systems(on_refused=leave_out)
    found = matching_systems(everything, words, _known_category(category, everything))
    if json:
        from nexcred.connectors.load.loader import load_connector
        from nexcred.wire.connector import connector_shape

        context.streams.json([connector_shape(load_connector(one.name)) for one in found])
        return
    rows = [
        [
            Cell(one.name, BOLD),
            Cell(one.title, PLAIN),
            Cell(one.category, PLAIN),
            Cell(_methods(one), PLAIN),
            Cell(OWN if one.file else one.level, PLAIN if one.file else QUIET),
        ]
        for one in found
    ]
    if not found and (words or category):
        context.streams.note("no connector is called so, or is for that")
        context.streams.hint("any REST API: nexcred add rest; a system of your own: nexcred connectors new NAME")
        return
    from nexcred.cli.render.table import print_table  # nothing to draw for a program

    print_table(context.streams, context.terminal, ("NAME", "SYSTEM", "CATEGORY", "METHODS", "EVIDENCE"), rows)
    if not words and not category and context.terminal.ttys.stdout:
        context.streams.note(_counted(everything))


def _methods(one: IndexEntry) -> str:
    """Name the first ones; `connectors show` has them all."""
    names = one.methods
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN + 1 else []
    return ", ".join([*names[:_SHOWN], *more] if more else names)


def _known_category(given: str | None, systems: Sequence[IndexEntry]) -> str:
    """Return the category as connectors name it; raise UsageError for one that none is of."""
    known = sorted({one.category for one in systems if one.category})
    if given is None or given.casefold() in known:
        return (given or "").casefold()
    raise UsageError(f"no connector is of the category '{make_visible(given)}'", hint=f"one of: {', '.join(known)}")


def _counted(systems: Sequence[IndexEntry]) -> str:
    """Say how many there are by how they are known: those of a single source are counted apart."""
    levels = Counter(one.level for one in systems if not one.file)
    told = [f"{levels[level]} {what}" for level, what in _LEVELS.items() if levels[level]]
    own = sum(1 for one in systems if one.file)
    return f"{len(systems) - own} built in: {', '.join(told)}" + (f"; {own} of your own" if own else "")
