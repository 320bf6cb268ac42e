"""`nexcred serve token list`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.local.service_tokens import ServiceTokens
from nexcred.model.moments import ago, until
from nexcred.services.service_tokens import ToldToken, told_tokens
from nexcred.wire.service_token import service_token_shape

EXAMPLES = (
    "nexcred serve token list",
    "nexcred serve token list --json | jq -r '.[] | select(.ended) | .name'",
)
_HEADINGS = ("NAME", "MAY", "MADE", "ENDS")


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    told = told_tokens(vault, ServiceTokens(context.state_folder, vault.vault_id).read(), context.now())
    if json:
        context.streams.json([service_token_shape(one) for one in told])
    elif told:
        print_table(context.streams, context.terminal, _HEADINGS, [_row(context, one) for one in told])
    else:
        context.streams.note("no token: make one with: nexcred serve token new NAME --may VERB:PATTERN")


def _row(context: Context, told: ToldToken) -> list[Cell]:
    token, now = told.token, context.now()
    rules = ", ".join(f"{rule.right}:{rule.pattern or len(rule.names or ())}" for rule in told.rules)
    return [
        Cell(token.name, BOLD),
        Cell(rules),
        Cell(ago(token.created_at, now), QUIET),
        Cell("never" if token.until is None else until(token.until, now)),
    ]
