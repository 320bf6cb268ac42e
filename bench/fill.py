"""`python bench/fill.py FILE SIZE`: make a vault of so many credentials, a tenth of them shared with bob.

Runs with the nexcred of whatever folder PYTHONPATH names, also with the one of version 1, so that both fill their own.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault

_BATCH = 20_000


def main(path: Path, size: int) -> None:
    """Found it, fill it, and print the secret string that opens it."""
    store = _either("nexcred.stores.sqlite.store", "nexcred.stores.sqlite").SqliteStore(path)
    bound = found_vault(
        store, Identity.generate(), organisation="bench", full_name="ada", slots_for=lambda _: (), now=utc_now()
    )
    vault: Any = Vault(store, bound, **_memory(store))
    draft = _draft_type()
    for start in range(0, size, _BATCH):
        numbers = range(start, min(size, start + _BATCH))
        vault.edit(lambda edit, numbers=numbers: [edit.add(_draft(draft, number)) for number in numbers])
    bob = Identity.generate()
    vault.edit(lambda edit: edit.admit(bob.public, "bob", "member"))
    shared = sorted(vault.credentials(), key=lambda credential: str(credential.name))[: size // 10]
    vault.edit(lambda edit: [edit.share(credential, [bob.fingerprint]) for credential in shared])
    print(vault.identity.secret_string)


def _memory(store: Any) -> dict[str, Any]:
    """Return what lets the vault remember on this machine, as the program would."""
    opening = _either("nexcred.services.vaults.opening", "nexcred.services.opening")
    if not hasattr(opening, "memory_of"):
        return {}
    anchors = importlib.import_module("nexcred.local.anchors").AnchorFile
    folder = importlib.import_module("nexcred.local.folders").state_folder()
    return {"memory": opening.memory_of(store, anchors(folder, warn=print))}


def _draft_type() -> Any:
    """Return the class of a credential to be added."""
    changes = _either("nexcred.vault.changes", "nexcred.vault.edit")
    return getattr(changes, "NewRecord", None) or changes.Draft


def _either(present: str, former: str) -> Any:
    """Import a module by its name in this version, or else by that in version 1."""
    try:
        return importlib.import_module(present)
    except ImportError:
        return importlib.import_module(former)


def _draft(draft: Any, number: int) -> Any:
    fields: dict[str, str | int | Secret] = {
        "account_id": str(number),
        "api_key": Secret("bench-key-EXAMPLE"),
        "region": "na",
    }
    details = Details("aventri", "00" * 32, "api_key", (), fields)
    return draft(f"credential {number}", "made for measuring", ("bench",), details)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
