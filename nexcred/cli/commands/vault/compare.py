"""`nexcred vault compare`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.errors import RolledBack
from nexcred.services.vaults.checkpoints import Relation, compare
from nexcred.vault.checkpoint import read_checkpoint
from nexcred.wire.vault_changes import ComparedShape

EXAMPLES = (
    "nexcred vault checkpoint                        # on the other machine",
    "nexcred vault compare NEXCRED-CHECK-1…          # on this one",
)
_SAID = {
    Relation.SAME: "same: this machine sees what that one saw",
    Relation.AHEAD: "ahead: this machine sees what that one saw, and later writes",
    Relation.BEHIND: "behind: that machine saw later writes",
}


def command(
    ctx: typer.Context,
    line: Annotated[str, typer.Argument(metavar="LINE", help="What nexcred vault checkpoint printed elsewhere.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    relation = compare(context.vault, read_checkpoint(line))
    if relation is Relation.FORKED:
        raise RolledBack(
            "forked: this machine and that one do not see the same vault, though it has the same id",
            hint="write to neither; if people wrote to both, bring the file of that one here: nexcred vault adopt FILE",
        )
    if json:
        shape: ComparedShape = {"relation": relation.name.lower()}
        context.streams.json(shape)
    else:
        context.streams.line(_SAID[relation])
