"""`nexcred serve token new`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.input.durations import parse_span
from nexcred.local.service_tokens import ServiceTokens
from nexcred.model.number_of import number_of
from nexcred.services.service_tokens import ToldRule, make_token, told_tokens
from nexcred.wire.service_token import new_service_token_shape

EXAMPLES = (
    "nexcred serve token new etl --may 'read:prod-*' --for 90d    # those that have such a name now",
    "nexcred serve token new board --may 'list:*' --may 'show:*'  # all, later ones too",
    "nexcred serve token new deploy --may read:aws-deploy > deploy.token",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the audit calls it.")],
    may: Annotated[
        list[str] | None,
        typer.Option(
            "--may",
            metavar="VERB:PATTERN",
            help="What it may, and with which credentials; repeatable. Verbs: list, show, read, token, probe, write,"
            " delete, share. '*' is all of them, later ones too.",
        ),
    ] = None,
    span: Annotated[str | None, typer.Option("--for", metavar="SPAN", help="How long it is good: 90d, 12h.")] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault, now = context.vault, context.now()
    until = None if span is None else now + parse_span(span, "--for")
    made = make_token(vault, name, may or (), now=now, until=until)
    ServiceTokens(context.state_folder, vault.vault_id).add(made.token)
    (told,) = told_tokens(vault, [made.token], now)
    context.note_use("serve token new", fields=[name])
    if json:
        context.streams.json(new_service_token_shape(made, told))
    else:
        context.streams.raw(made.text.encode())  # AWS's SDKs refuse a file of it that has a line end
        if context.terminal.ttys.stdout:
            context.streams.raw(b"\n")
    for rule in told.rules:
        context.streams.note(f"'{name}' may {_said(rule)}")
    context.streams.note("it is shown this once: keep it where the program reads it, 0600")


def _said(rule: ToldRule) -> str:
    many = "every credential, later ones too" if rule.names is None else number_of(len(rule.names), "credential")
    return f"{rule.right}: {many}"
