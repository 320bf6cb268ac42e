"""The credential that somebody means who named none: picked at a terminal, an error elsewhere."""

import os

from nexcred.cli.app.context import Context
from nexcred.cli.render.style import QUIET, Cell, status_cell
from nexcred.errors import CredentialNotFound, MissingField
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name, name_order
from nexcred.services.credentials.listing import found_by

_MOST_TOLD = 10


def named_or_picked(context: Context, name: str | None, metavar: str, command: str) -> str:
    """Return the name that was given, or that is picked; raise MissingField where nobody can be asked."""
    if name is not None:
        return name
    if not context.terminal.interactive:
        raise MissingField(f"{metavar} is missing", hint=f"see: nexcred {command} --help")
    return pick_credential(context)


def pick_credential(context: Context) -> str:
    """Ask for one of the vault's; raise CredentialNotFound where there is none."""
    credentials = sorted(context.vault.credentials(), key=lambda one: name_order(one.name))
    if not credentials:
        raise CredentialNotFound("there is no credential yet", hint="add one with: nexcred add")
    if context.terminal.plain or os.name != "posix":
        return _pick_plainly(context, credentials)
    from nexcred.cli.prompt.credential_picker import CredentialPicker

    picker = CredentialPicker(
        "Credential",
        [one.name for one in credentials],
        beside=lambda place: _beside(credentials[place]),
        found_by=lambda place: found_by(credentials[place]),
        colour=context.terminal.colour_err,
    )
    return picker.pick(0, context.streams.stderr)


def _beside(credential: Credential) -> tuple[Cell, ...]:
    probe = credential.probe
    identity = (probe.identity if probe else None) or ""
    cells = (status_cell(probe.status if probe else None), Cell(credential.connector, QUIET), Cell(identity, QUIET))
    return tuple(cell for cell in cells if cell.text)


def _pick_plainly(context: Context, credentials: list[Credential]) -> str:
    """Ask for a word on a line, for a terminal that cannot draw."""
    while True:
        typed = context.prompter.text("Credential")
        exact = [one.name for one in credentials if fold_name(one.name) == fold_name(typed)]
        words = typed.casefold().split()
        meant = [one.name for one in credentials if all(word in found_by(one).casefold() for word in words)]
        if exact or (len(meant) == 1 and words):
            return (exact or meant)[0]
        told = ", ".join((meant or [one.name for one in credentials])[:_MOST_TOLD])
        more = max(len(meant or credentials) - _MOST_TOLD, 0)
        context.prompter.tell(f"choose one of: {told}{f', and {more} more' if more else ''}")
