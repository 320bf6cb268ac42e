"""Answer AWS's SDKs and tools, which call this as `credential_process`."""

import json
from functools import partial

from nexcred.cli.app.context import Context
from nexcred.services.helpers.aws_keys import aws_keys


def act(context: Context, name: str) -> None:
    """Print the keys of a credential."""
    context.never_ask()
    credential = context.find(name)
    keys = aws_keys(context.vault, credential, partial(context.role_keys, credential))
    context.note_use("helper aws", [credential])
    context.streams.raw(f"{json.dumps(keys)}\n".encode())
