"""The vaults of tests/vectors, and who opens them."""

import json
from pathlib import Path
from types import MappingProxyType

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault

_VECTORS = Path(__file__).parents[1] / "vectors"
VAULT, FIRST_VAULT = _VECTORS / "vault-v2.db", _VECTORS / "vault-v1.db"
IDENTITIES = MappingProxyType(
    {
        VAULT: json.loads(VAULT.with_suffix(".json").read_bytes())["people"]["Ada"]["identity"],
        FIRST_VAULT: json.loads(FIRST_VAULT.with_suffix(".json").read_bytes())["identity"],
    }
)


def opened(kept: Path, path: Path | None = None) -> Vault:
    return Vault(SqliteStore(path or kept), Identity.parse(IDENTITIES[kept]))
