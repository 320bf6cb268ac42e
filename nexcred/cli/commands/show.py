"""`nexcred show`."""

from contextlib import suppress
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, NameOrPick, PastRevision
from nexcred.cli.dialogs.pick_credential import named_or_picked
from nexcred.cli.render.credential import show_lines
from nexcred.errors import Damaged, NexcredError
from nexcred.model.credential import Credential
from nexcred.services.audit.usage import usage_of
from nexcred.services.credentials.key_page import key_place
from nexcred.services.rotation.former import Superseded, superseded_by
from nexcred.services.values.kept_candidate import find_candidate, find_rotation
from nexcred.services.values.kept_details import served_details
from nexcred.services.values.past import as_it_was
from nexcred.services.vaults.proof import proof_of
from nexcred.wire.credential import (
    credential_shape,
    with_candidate,
    with_holders,
    with_rotation,
    with_superseded,
    with_usage,
)

EXAMPLES = (
    "nexcred show aventri --reveal",
    "nexcred show aventri --revision 2",
    "nexcred show aventri --json | jq .probe",
)


def command(
    ctx: typer.Context,
    name: NameOrPick = None,
    revision: PastRevision = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show the secrets too.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    credential = context.find(named_or_picked(context, name, "NAME", "show"))
    if revision is not None and revision != credential.version:
        _show_past(context, credential, revision, reveal=reveal, json=json)
        return
    values = served_details(context.vault, credential).fields if reveal else None
    if values is not None:
        context.note_use("show", [credential], values)
    proof = proof_of(context.vault, credential)  # what is shown is what its details hold, as far as they open
    kept, journal = find_candidate(context.vault, credential), find_rotation(context.vault, credential)
    superseded = _superseded(context, credential)
    usage = usage_of(context.uses.read()[0], context.vault.vault_id.hex(), credential.id)
    if json:
        shape = with_rotation(with_holders(credential_shape(credential, values), proof), journal)
        context.streams.json(with_usage(with_superseded(with_candidate(shape, kept), superseded), usage))
        return
    colour, page = context.terminal.colour_out, ""
    with suppress(NexcredError):  # of a connector that is not there, no page is known
        page = key_place(credential).url
    shown = show_lines(
        credential,
        context.now(),
        colour=colour,
        revealed=values,
        proof=proof,
        usage=usage,
        candidate=kept,
        rotation=journal,
        page=page,
        superseded=superseded,
        rotator=_rotator(context, credential),
    )
    for line in shown:
        context.streams.line(line)


def _superseded(context: Context, credential: Credential) -> tuple[Superseded, ...]:
    """Return the former secrets; of a history that is damaged, `history` tells, and nothing here fails for it."""
    with suppress(Damaged):
        return superseded_by(context.vault, credential)
    return ()


def _rotator(context: Context, credential: Credential) -> str:
    """Name the credential that can make keys for it."""
    by = credential.policy.rotator if credential.policy else ""
    return (context.vault.name_now(bytes.fromhex(by)) or "a credential that is gone") if by else ""


def _show_past(context: Context, credential: Credential, revision: int, *, reveal: bool, json: bool) -> None:
    """Show what its values were; what was proved of them, and who used them, is told of the present ones alone."""
    was, details = as_it_was(context.vault, credential, revision)
    values = details.fields if reveal else None
    context.note_use("show", [credential], values or ())
    if json:
        context.streams.json(credential_shape(was, values))
        return
    for line in show_lines(was, context.now(), colour=context.terminal.colour_out, revealed=values):
        context.streams.line(line)
