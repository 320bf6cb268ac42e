"""Answer AWS's SDKs and tools, which call this as `credential_process`."""

import json

from nexcred.cli.app.context import Context
from nexcred.services.helpers.aws_keys import as_process, aws_keys
from nexcred.services.values.kept_details import quick_details


def act(context: Context, name: str) -> None:
    """Print the keys of a credential."""
    context.never_ask()
    credential = context.find(name)
    method, details = quick_details(context.vault, credential)
    keys = aws_keys(credential, details.fields, lambda: context.role_keys(credential, method, details))
    context.note_use("helper aws", [credential])
    context.streams.raw(f"{json.dumps(as_process(keys))}\n".encode())
