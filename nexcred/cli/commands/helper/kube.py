"""`nexcred helper kube`, which kubectl calls as its `exec` plugin."""

import typer

from nexcred.cli.actions.helper.kube import act
from nexcred.cli.app.shared_options import Name

EXAMPLES = (
    "kubectl config set-credentials NAME --exec-command=nexcred --exec-arg=helper --exec-arg=kube …",
    "nexcred helper kube NAME | jq -r .status.token",
)


def command(ctx: typer.Context, name: Name) -> None:
    act(ctx.obj, name)
