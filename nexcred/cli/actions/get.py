"""Print one value of a credential."""

from nexcred.cli.app.context import Context
from nexcred.model.reference import parse_name_or_reference
from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.services.values.get import serve_value


def act(context: Context, reference: str | None = None, *, revision: int | None = None, clip: bool = False) -> None:
    """Write exactly its bytes, a line end only for a terminal; with `clip` nothing, and they go to the clipboard."""
    if reference is None:
        from nexcred.cli.dialogs.pick_credential import named_or_picked

        reference = named_or_picked(context, None, "NAME[/FIELD]", "get")
    wanted = parse_name_or_reference(reference)
    credential, field, value = serve_value(context.vault, wanted, revision)
    context.note_use("get", [credential], [field])
    data = value.reveal_bytes() if isinstance(value, Secret) else str(value).encode()
    if clip:
        from nexcred.cli.clipboard.copy import copy  # which brings what starts programs

        told = copy(data, context.environment, hold_s=int(context.setting("clip_seconds").value or 0))
        context.streams.note(f"copied {make_visible(field)} of '{credential.name}': {told}")
        return
    context.streams.raw(data)
    if context.terminal.ttys.stdout:
        context.streams.raw(b"\n")
