"""`nexcred vault status`."""

from typing import TypedDict

import typer

from nexcred.cli.context import Context
from nexcred.cli.flags import AsJson
from nexcred.cli.render.ink import Cell
from nexcred.cli.render.pairs import pair_lines
from nexcred.services.opening import refuse_missing
from nexcred.unlock.sources import UNLOCKING_VARIABLES
from nexcred.vault.outline import Outline, read_outline
from nexcred.vault.slot import SlotInfo

EXAMPLES = (
    "nexcred vault status",
    "nexcred vault status --json | jq -r .location",
)


class SlotShape(TypedDict):
    kind: str
    memory_kib: int | None
    passes: int | None
    lanes: int | None


class StatusShape(TypedDict):
    """What anybody can read of the vault; nothing of it is proved until it is opened."""

    location: str
    vault_id: str
    generation: int
    epoch: int
    identities: int
    slots: list[SlotShape]
    remembered_generation: int | None
    unlocked_by: str | None


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    refuse_missing(context.store, context.anchors)
    with context.store.read() as snapshot:
        outline = read_outline(snapshot)
    shape = _shape(context, outline)
    if json:
        context.streams.json(shape)
        return
    for line in pair_lines(_rows(shape), colour=context.terminal.colour_out):
        context.streams.line(line)


def _shape(context: Context, outline: Outline) -> StatusShape:
    anchor = context.anchors.read(context.store.location)
    return {
        "location": context.store.location,
        "vault_id": outline.vault_id.hex(),
        "generation": outline.generation,
        "epoch": outline.epoch,
        "identities": outline.members,
        "slots": [_slot(slot) for slot in outline.slots],
        "remembered_generation": anchor.generation if anchor else None,
        "unlocked_by": context.source.name if context.source else None,
    }


def _slot(slot: SlotInfo) -> SlotShape:
    memory, passes, lanes = slot.cost or (None, None, None)
    return {
        "kind": "passphrase" if slot.cost else f"kind {slot.kind}",
        "memory_kib": memory,
        "passes": passes,
        "lanes": lanes,
    }


def _rows(shape: StatusShape) -> list[tuple[str, Cell]]:
    remembered = shape["remembered_generation"]
    slots = [_described(slot) for slot in shape["slots"]] or ["no passphrase: it opens by an identity"]
    return [
        ("vault", Cell(shape["location"])),
        ("id", Cell(shape["vault_id"])),
        ("writes", Cell(str(shape["generation"]))),
        ("seen here", Cell(f"up to write {remembered}" if remembered is not None else "never before")),
        ("identities", Cell(str(shape["identities"]))),
        ("locked by", Cell("\n".join(slots))),
        (
            "unlocked by",
            Cell(shape["unlocked_by"] or f"a passphrase that is asked for ({UNLOCKING_VARIABLES[0]}, … are not set)"),
        ),
    ]


def _described(slot: SlotShape) -> str:
    if slot["memory_kib"] is None:
        return f"something that this version does not know ({slot['kind']})"
    return f"a passphrase, each guess costing {slot['memory_kib'] // 1024} MiB, {slot['passes']} passes of Argon2id"
