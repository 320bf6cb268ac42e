"""The board of `status` of several vaults together."""

from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.app.same_vault import with_vault
from nexcred.cli.app.several_vaults import SeveralVaults
from nexcred.cli.render.status import HEADINGS_OF_SEVERAL, rows_of_several
from nexcred.cli.render.table import print_table
from nexcred.model.credential import Credential
from nexcred.services.status import look
from nexcred.services.status.board import board, counts_line, fails, place_of
from nexcred.services.status.row import BoardRow
from nexcred.wire.status import board_of_several_shape


def look_at(context: Context) -> tuple[Sequence[Credential], list[BoardRow]]:
    """Return the credentials of a vault, and what the board says of them."""
    seen = look.look_at(context.vault, context.state_folder, context.now())
    return seen.credentials, board(seen)


def show_several(context: Context, *, json: bool) -> bool:
    """Show one board of all that open, and return whether `--fail` ends with 7; raise for those that do not."""
    several = SeveralVaults(context)
    found = several.gather(look_at)
    pairs = sorted(
        ((_in_vault(row, one.name), one.name) for one, (_, rows) in found for row in rows),
        key=lambda pair: (place_of(pair[0]), pair[1]),
    )
    if json and found:
        count = sum(len(credentials) for _, (credentials, _) in found)
        context.streams.json(board_of_several_shape(pairs, count))
    elif pairs:
        context.streams.line(counts_line([row for row, _ in pairs]))
        shown = rows_of_several(pairs, context.now())
        print_table(context.streams, context.terminal, HEADINGS_OF_SEVERAL, shown, wider=None)
    elif found:
        context.streams.line("nothing to do in any of them")
    several.raise_failures()
    return fails(row for row, _ in pairs)


def _in_vault(row: BoardRow, name: str) -> BoardRow:
    """Let its command name the vault: the same name in another one is another credential."""
    return row._replace(command=with_vault(row.command, name))
