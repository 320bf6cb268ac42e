"""`nexcred vault status`."""

from datetime import datetime

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.pairs import pair_lines
from nexcred.cli.render.style import Cell
from nexcred.model.moments import minute
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.services.vaults.opening import refuse_missing, vault_id_of
from nexcred.unlock.kernel_keyring import read_kept
from nexcred.unlock.slots import slots_at
from nexcred.unlock.sources import UNLOCKING_VARIABLES
from nexcred.vault.public_header import PublicHeader, read_public_header
from nexcred.vault.slot import PASSPHRASE_KIND, RECOVERY_KIND, SlotInfo, describe_slot
from nexcred.vault.store import shown_place
from nexcred.wire.vault import SlotShape, StatusShape

EXAMPLES = (
    "nexcred vault status",
    "nexcred vault status --json | jq -r .location",
)

_KINDS = {PASSPHRASE_KIND: "passphrase", RECOVERY_KIND: "recovery key"}
_KERNEL, _KEYRING = "the kernel's keyring", "the OS keyring"


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    refuse_missing(context.store, context.anchors)
    with context.store.read() as snapshot:
        outline = read_public_header(snapshot)
    slots = [describe_slot(slot) for slot in slots_at(context.store)]
    kept = read_kept(vault_id_of(context.store, context.anchors))
    shape = _shape(context, outline, slots, kept.expires_at if kept else None)
    if json:
        context.streams.json(shape)
        return
    for line in pair_lines(_rows(shape, shown_place(context.store)), colour=context.terminal.colour_out):
        context.streams.line(line)


def _shape(context: Context, outline: PublicHeader, slots: list[SlotInfo], kept_until: datetime | None) -> StatusShape:
    anchor, place = context.anchors.read(context.store.location), context.anchors.place(context.store.location)
    keyring, problem = context.local_unlock.look()
    ways = [context.source.name if context.source else None, _KERNEL if kept_until else None, keyring and _KEYRING]
    return {
        "location": context.store.location,
        "moved_to": None if place is None else place.moved_to,
        "vault_id": outline.vault_id.hex(),
        "generation": outline.generation,
        "epoch": outline.epoch,
        "identities": outline.members,
        "slots_on_this_machine": not context.store.keeps_slots,
        "slots": [_slot(slot) for slot in slots],
        "remembered_generation": anchor.generation if anchor else None,
        "unlocked_by": next(filter(None, ways), None),
        "kernel_keyring_until": to_rfc3339(kept_until) if kept_until else None,
        "os_keyring": keyring,
        "os_keyring_problem": problem,
    }


def _slot(slot: SlotInfo) -> SlotShape:
    memory, passes, lanes = slot.cost or (None, None, None)
    return {
        "kind": _KINDS.get(slot.kind, f"kind {slot.kind}"),
        "memory_kib": memory,
        "passes": passes,
        "lanes": lanes,
    }


def _rows(shape: StatusShape, place: str) -> list[tuple[str, Cell]]:
    remembered = shape["remembered_generation"]
    where = ", on this machine" if shape["slots_on_this_machine"] else ""
    slots = [_described(slot) + where for slot in shape["slots"]]
    slots = slots or [f"no passphrase{where}: it opens by an identity"]
    first, *others = _ways(shape)
    return [
        ("vault", Cell(place)),
        ("moved to", Cell(shape["moved_to"] or "")),
        ("id", Cell(shape["vault_id"])),
        ("writes", Cell(str(shape["generation"]))),
        ("seen here", Cell(f"up to write {remembered}" if remembered is not None else "never before")),
        ("identities", Cell(str(shape["identities"]))),
        ("locked by", Cell("\n".join(slots))),
        ("unlocked by", Cell(first)),
        ("also by", Cell("\n".join(others))),
        ("OS keyring", Cell(shape["os_keyring_problem"] or "")),
    ]


def _ways(shape: StatusShape) -> list[str]:
    """Say what opens the vault here without asking, in the order in which it is tried; or else what is asked for."""
    until, keyring, by = shape["kernel_keyring_until"], shape["os_keyring"], shape["unlocked_by"]
    ways = [by] if by not in (None, _KERNEL, _KEYRING) else []
    if until is not None:
        ways.append(f"{_KERNEL}, until {minute(from_rfc3339(until))}")
    if keyring is not None:
        ways.append(f"{_KEYRING} ({keyring})")
    return ways or [_asked_for(shape)]


def _asked_for(shape: StatusShape) -> str:
    kinds = {slot["kind"] for slot in shape["slots"]}
    unset = f"({UNLOCKING_VARIABLES[0]}, … are not set)"
    if "passphrase" in kinds:
        return f"a passphrase that is asked for {unset}"
    if "recovery key" in kinds:
        return f"nexcred vault recovery --use {unset}"
    return f"an identity that must be given {unset}"


def _described(slot: SlotShape) -> str:
    if slot["memory_kib"] is not None:
        cost = f"{slot['memory_kib'] // 1024} MiB, {slot['passes']} passes"
        return f"a passphrase, each guess costing {cost} of Argon2id"
    if slot["kind"] == _KINDS[RECOVERY_KIND]:
        return "a recovery key on paper"
    return f"something that this version does not know ({slot['kind']})"
