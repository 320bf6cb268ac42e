"""`nexcred helper kube`, which kubectl calls as its `exec` plugin."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import Name
from nexcred.services.helpers.exec_credential import exec_credential, read_asked
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S

EXAMPLES = (
    "kubectl config set-credentials NAME --exec-command=nexcred --exec-arg=helper --exec-arg=kube …",
    "nexcred helper kube NAME | jq -r .status.token",
)
_EXEC_INFO = "KUBERNETES_EXEC_INFO"


def command(ctx: typer.Context, name: Name) -> None:
    context: Context = ctx.obj
    context.never_ask()
    asked = read_asked(context.environment.get(_EXEC_INFO, ""))
    credential = context.find(name)
    found = exec_credential(context.vault, credential, context.sessions, asked, timeout_s=DEFAULT_TIMEOUT_S)
    context.note_use("helper kube", [credential])
    context.streams.json(found)
