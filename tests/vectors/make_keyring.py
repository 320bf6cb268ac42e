"""Make keyring-v1.json, the items of a keyring that holds the vault of vault-v1.db; it is kept for ever.

It was run once. A file that is there is never overwritten: a new format version gets a new file.
"""

import json
import tempfile
from pathlib import Path

from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change
from tests.support.keyring_backend import MemoryBackend, guard

HERE = Path(__file__).parent
SHORT = 1_280


def main() -> None:
    path = HERE / "keyring-v1.json"
    if path.exists():
        raise SystemExit("the keyring is frozen")
    backend = MemoryBackend()
    with tempfile.TemporaryDirectory() as folder:
        copy_vault(HERE / "vault-v1.db", KeyringStore("", lambda: guard(backend, most_characters=SHORT), Path(folder)))
    items = {service: text for (service, _), text in sorted(backend.items.items())}
    path.write_text(json.dumps(items, indent=0) + "\n", encoding="ascii")


def copy_vault(path: Path, store: KeyringStore) -> None:
    with SqliteStore(path).read() as source, store.write():
        heads = {number: head for number in range(1, 200) if (head := source.past_head(number)) is not None}
        before = None
        for number, head in heads.items():
            assert store.commit(Change(head=head, generation=number), before)
            before = head
        whole = Change(
            head=heads[max(heads)],
            generation=max(heads),
            items=dict(source.items(list(source.item_digests()))),
            leaves=dict(source.leaves()),
            tree=source.tree(),
            access=source.access(),
            chain=source.chain(),
            roster=source.roster(),
            slots=source.slots(),
        )
        assert store.commit(whole, before)


if __name__ == "__main__":
    main()
