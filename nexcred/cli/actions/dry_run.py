"""Tell what `run` would hand over, and run nothing."""

from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.services.provisioning.environment import Environment
from nexcred.services.provisioning.first_option import options_for
from nexcred.wire.handover import hand_over_shape

_HEADINGS = ("", "VARIABLE", "CREDENTIAL", "FILE")


def tell(context: Context, words: Sequence[str], provided: Environment, *, json: bool) -> None:
    """Print variables and files, and never a value."""
    unset = sorted(name for name in provided.cleared if name in context.environment)
    options = {variable: option.name for variable, option in options_for(words, provided.files).items()}
    shape = hand_over_shape(provided, unset, options)
    if json:
        context.streams.json(shape)
        return
    rows = [
        [Cell(what, QUIET), Cell(one["variable"], BOLD), Cell(one["credential"]), Cell("")]
        for what, ones in (("set", shape["set"]), ("unset", shape["unset"]))
        for one in ones
    ]
    for lent in shape["lent"]:
        told = f"{lent['file']}, also by {lent['option']}" if lent["option"] else lent["file"]
        rows.append([Cell("lent", QUIET), Cell(lent["variable"], BOLD), Cell(lent["credential"]), Cell(told)])
    if not rows:
        context.streams.note("nothing is handed over")
        return
    from nexcred.cli.render.table import print_table

    print_table(context.streams, context.terminal, _HEADINGS, rows)
