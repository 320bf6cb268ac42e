"""Print one value of a credential."""

from nexcred.cli.app.context import Context
from nexcred.model.reference import parse_name_or_reference
from nexcred.model.secret import Secret
from nexcred.services.values.get import serve_value


def act(context: Context, reference: str) -> None:
    """Write exactly its bytes; a line end only for a terminal."""
    wanted = parse_name_or_reference(reference)
    credential, field, value = serve_value(context.vault, wanted)
    context.note_use("get", [credential], [field])
    context.streams.raw(value.reveal_bytes() if isinstance(value, Secret) else str(value).encode())
    if context.terminal.ttys.stdout:
        context.streams.raw(b"\n")
