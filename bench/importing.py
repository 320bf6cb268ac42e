"""What an import costs, over reading its file and one write of as many credentials."""

import time
from collections.abc import Mapping
from pathlib import Path

from bench.measure import Timed, run_measured
from bench.stage import PROGRAM
from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.services.importing.sources import SOURCES
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import NewRecord
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault


def import_ratio(folder: Path, environment: Mapping[str, str], size: int) -> float:
    """Return how many times longer an import of so many entries takes than reading them and one write of as many."""
    table = folder / "entries.csv"
    table.write_text(_table(size))
    secret = _new_vault(folder / "import.db").identity.secret_string
    written = _new_vault(folder / "written.db")
    began = time.perf_counter()
    SOURCES["csv"].read(table.read_bytes())
    written.edit(lambda edit: [edit.add(_draft(number)) for number in range(size)])
    least_s = time.perf_counter() - began
    opened = {**environment, "NEXCRED_VAULT": str(folder / "import.db"), "NEXCRED_IDENTITY": secret}
    took_s, _ = run_measured(Timed([str(PROGRAM), "-q", "import", "csv", str(table), "--yes"], opened))
    added = Vault(SqliteStore(folder / "import.db"), Identity.parse(secret)).size
    if added != size:
        raise SystemExit(f"the import added {added:,} of {size:,} credentials")
    return took_s / least_s


def _new_vault(path: Path) -> Vault:
    store = SqliteStore(path)
    bound = found_vault(
        store, Identity.generate(), organisation="bench", full_name="bench", slots_for=lambda _: (), now=utc_now()
    )
    return Vault(store, bound)


def _table(size: int) -> str:
    rows = (f"entry {number},https://h{number}.example,user {number},p{number}-EXAMPLE" for number in range(size))
    return "\n".join(("name,url,username,password", *rows, ""))


def _draft(number: int) -> NewRecord:
    fields: dict[str, str | int | Secret] = {
        "url": f"https://h{number}.example",
        "username": f"user {number}",
        "password": Secret(f"p{number}-EXAMPLE"),
    }
    return NewRecord(f"entry {number}", "", (), Details("secret", "00" * 32, "fields", (), fields))
