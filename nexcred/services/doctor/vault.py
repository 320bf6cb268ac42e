"""Whether the vault is there, whole as far as it can be seen without opening it, and no older than was seen here."""

from collections.abc import Iterator

from nexcred.errors import Locked
from nexcred.local.anchors import AnchorFile
from nexcred.services.doctor.check import Check, Status
from nexcred.services.vaults.opening import refuse_missing
from nexcred.stores.sqlite.pages import damaged_pages
from nexcred.unlock.sources import UnlockSource
from nexcred.vault.anchor import Anchor
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.public_header import PublicHeader, read_public_header
from nexcred.vault.store import Store, shown_place

NAME, ANCHOR, MOVED, UNLOCKING = "vault", "anchor", "moved", "unlocking"


def check_vault(store: Store, anchors: AnchorFile) -> Iterator[Check]:
    """Look at what anybody can read of it; `vault verify` proves the rest."""
    anchor = anchors.read(store.location)
    if anchor is None and not store.exists():
        yield Check(
            NAME, Status.WARNING, f"there is no vault yet at {shown_place(store)}", "make one with: nexcred vault init"
        )
        return
    refuse_missing(store, anchors)
    with store.read() as snapshot:
        outline = read_public_header(snapshot)
    damage = damaged_pages(store.path) if store.path is not None else []
    if damage:
        detail = f"{shown_place(store)} is damaged: {damage[0]}"
        yield Check(NAME, Status.PROBLEM, detail, "put a backup back: nexcred vault restore-backup FILE")
    else:
        detail = f"{shown_place(store)}, id {outline.vault_id.hex()}, at write {outline.generation}"
        yield Check(NAME, Status.OK, detail)
    place = anchors.place(store.location)
    if place is not None and place.moved_to is not None:
        yield Check(
            MOVED,
            Status.WARNING,
            f"the vault moved to {place.moved_to}, and only reads here",
            "use it there: --vault URL",
        )
    else:
        yield _check_anchor(outline, anchor)


def _check_anchor(outline: PublicHeader, anchor: Anchor | None) -> Check:
    if anchor is None:
        detail = "this machine has not seen this vault: an older copy in its place would not be noticed yet"
        return Check(ANCHOR, Status.WARNING, detail, "open it once, and it is remembered: nexcred vault verify")
    if anchor.vault_id != outline.vault_id:
        detail = f"another vault is there than this machine has seen, whose id is {anchor.vault_id.hex()}"
        return Check(ANCHOR, Status.PROBLEM, detail, "put the right file back, or name the other with --vault")
    if outline.generation < anchor.generation:
        detail = f"the vault is older than this machine has seen: write {outline.generation}, not {anchor.generation}"
        return Check(ANCHOR, Status.PROBLEM, detail, "put the newer file back; to look: nexcred list --accept-rollback")
    return Check(ANCHOR, Status.OK, f"this machine remembers write {anchor.generation}")


def check_unlocking(source: UnlockSource | None, vault_id: bytes | None) -> Check:
    """Look at what was given to unlock; a passphrase is not tried, since that takes its time."""
    if source is None:
        return Check(UNLOCKING, Status.OK, "no variable or option: the kernel's keyring, the OS keyring or a prompt")
    try:
        secret = source.read()
        if source.kind == "passphrase":
            return Check(UNLOCKING, Status.OK, f"{source.name} gives a passphrase (not tried)")
        identity = Identity.parse(str(secret.reveal()))
    except Locked as error:
        return Check(UNLOCKING, Status.PROBLEM, _named(source, error), error.hint or f"fix or unset {source.name}")
    if vault_id is not None and identity.vault_id not in (NO_VAULT, vault_id):
        detail = f"{source.name} is an identity of another vault, {identity.vault_id.hex()}"
        return Check(UNLOCKING, Status.PROBLEM, detail, f"give the identity of this vault, or unset {source.name}")
    return Check(UNLOCKING, Status.OK, f"{source.name} gives an identity")


def _named(source: UnlockSource, error: Locked) -> str:
    return error.message if source.name in error.message else f"{source.name}: {error.message}"
