"""The second reader reads a vault in a bucket, by what docs/vault-format.md says of its objects."""

from pathlib import Path

import pytest

from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, open_store
from tests.support.sample_vault import NOW, fill, open_new, update
from tests.vectors.second_bucket import copy_bucket
from tests.vectors.second_primitives import read_secret
from tests.vectors.second_reader import read_vault
from tests.vectors.telling import as_told


@pytest.mark.parametrize("writes", [0, 70], ids=["one block", "two blocks"])
def test_a_vault_in_a_bucket_is_read(tmp_path: Path, writes: int) -> None:
    bucket = MemoryBucket()
    vault = open_new(open_store(bucket))
    fill(vault)
    for number in range(writes):
        update(vault, "Prod Events", f"EXAMPLE-{number}")
    objects = {key.removeprefix("vault/"): stored.body for key, stored in bucket.objects.items()}
    copy_bucket(objects, tmp_path / "vault.db")
    again = Vault(open_store(bucket), vault.identity, now=lambda: NOW)
    assert read_vault(tmp_path / "vault.db", read_secret(again.identity.secret_string)) == as_told(again)
