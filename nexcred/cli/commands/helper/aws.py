"""`nexcred helper aws`, which AWS's SDKs and tools call as `credential_process`."""

import json
from functools import partial

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import Name
from nexcred.services.helpers.aws_keys import aws_keys

EXAMPLES = (
    "aws configure set credential_process 'nexcred helper aws NAME' --profile NAME",
    "nexcred helper aws NAME | jq -r .AccessKeyId",
)


def command(ctx: typer.Context, name: Name) -> None:
    context: Context = ctx.obj
    context.never_ask()
    credential = context.find(name)
    keys = aws_keys(context.vault, credential, partial(context.role_keys, credential))
    context.note_use("helper aws", [credential])
    context.streams.raw(f"{json.dumps(keys)}\n".encode())
