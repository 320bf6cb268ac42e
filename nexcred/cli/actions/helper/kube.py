"""Answer kubectl, which calls this as its `exec` plugin."""

from nexcred.cli.app.context import Context
from nexcred.services.helpers.exec_credential import exec_credential, read_asked
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S

_EXEC_INFO = "KUBERNETES_EXEC_INFO"


def act(context: Context, name: str) -> None:
    """Print the token of a credential, in the version that is asked for."""
    context.never_ask()
    asked = read_asked(context.environment.get(_EXEC_INFO, ""))
    credential = context.find(name)
    found = exec_credential(context.vault, credential, context.sessions, asked, timeout_s=DEFAULT_TIMEOUT_S)
    context.note_use("helper kube", [credential])
    context.streams.json(found)
