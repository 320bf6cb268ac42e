"""`nexcred helper aws`, which AWS's SDKs and tools call as `credential_process`."""

import typer

from nexcred.cli.actions.helper.aws import act
from nexcred.cli.app.shared_options import Name

EXAMPLES = (
    "aws configure set credential_process 'nexcred helper aws NAME' --profile NAME",
    "nexcred helper aws NAME | jq -r .AccessKeyId",
)


def command(ctx: typer.Context, name: Name) -> None:
    act(ctx.obj, name)
