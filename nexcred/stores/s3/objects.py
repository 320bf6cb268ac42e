"""How the vault's objects are called below its prefix, and which of them a tidying may take for the vault's own."""

import re

HEAD = "head"
_OWN = re.compile(
    r"(?:[0-9a-f]{32}/(?:item/[0-9a-f]{64}|part/[0-9a-f]{32}|log/[0-9]{1,13}|unneeded)|proof/[0-9a-f]{32})"
)
_ITEM = re.compile(r"[0-9a-f]{32}/item/([0-9a-f]{64})")


def items_folder(incarnation: bytes) -> str:
    return f"{incarnation.hex()}/item/"


def item(incarnation: bytes, digest: bytes) -> str:
    return f"{items_folder(incarnation)}{digest.hex()}"


def part(incarnation: bytes, name: bytes) -> str:
    return f"{incarnation.hex()}/part/{name.hex()}"


def log(incarnation: bytes, block: int) -> str:
    return f"{incarnation.hex()}/log/{block}"


def unneeded(incarnation: bytes) -> str:
    """The list of what the last tidying found nothing to need."""
    return f"{incarnation.hex()}/unneeded"


def proof(chance: bytes) -> str:
    return f"proof/{chance.hex()}"


def is_own(name: str) -> bool:
    """True for what only a vault writes here, but for its head."""
    return _OWN.fullmatch(name) is not None


def digest_of(name: str) -> bytes | None:
    """Return the digest of an item by its name."""
    found = _ITEM.fullmatch(name)
    return bytes.fromhex(found[1]) if found else None
