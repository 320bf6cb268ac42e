"""What `vault tidy` deletes in a bucket, and when."""

from pathlib import Path

import pytest

from nexcred.errors import NotPermitted, Tampered
from nexcred.stores.s3.manifest import decode
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.store import Tidied
from nexcred.vault.tidying import tidy
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, open_store
from tests.support.forging import list_of, overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, open_new, update

FOREIGN = "vault/notes of somebody.txt"


@pytest.fixture
def bucket() -> MemoryBucket:
    return MemoryBucket()


@pytest.fixture
def ada(bucket: MemoryBucket) -> Vault:
    """A vault with a credential, and the leftovers of the write that added it."""
    vault = open_new(open_store(bucket))
    add(vault, "prod", "EXAMPLE-prod")
    return vault


def needed(bucket: MemoryBucket) -> set[str]:
    """Return the keys of what the manifest names; this vault needs all of its items."""
    manifest = decode(bucket.objects["vault/head"].body)
    folder = f"vault/{manifest.incarnation.hex()}"
    parts = {f"{folder}/part/{part.name.hex()}" for part in manifest.parts if part.size}
    return parts | {key for key in bucket.objects if key.startswith(f"{folder}/item/")} | {"vault/head"}


def again(ada: Vault, bucket: MemoryBucket) -> Vault:
    return Vault(open_store(bucket), ada.identity, memory=ada.memory, now=lambda: NOW)


def test_what_is_young_stays(ada: Vault, bucket: MemoryBucket) -> None:
    bucket.later(hours=2)
    before = set(bucket.objects)
    done = tidy(ada)
    assert done is not None
    assert (done.removed, done.left) == (0, len(before - needed(bucket)))
    assert before <= set(bucket.objects)


def test_what_is_old_goes_at_once_where_nobody_wrote_for_an_hour(ada: Vault, bucket: MemoryBucket) -> None:
    bucket.later(days=2)
    assert tidy(again(ada, bucket)) != Tidied(0, 0, 0)
    assert set(bucket.objects) == needed(bucket)
    assert again(ada, bucket).find("prod")


def test_what_may_still_be_read_goes_with_the_next_tidying_but_an_hour(ada: Vault, bucket: MemoryBucket) -> None:
    bucket.later(days=2)
    add(again(ada, bucket), "new", "EXAMPLE-new")  # drops what is old by now, and was needed until now
    bucket.later(minutes=5)
    first = tidy(again(ada, bucket))
    bucket.later(minutes=50)
    add(again(ada, bucket), "newer", "EXAMPLE-newer")
    second = tidy(again(ada, bucket))
    bucket.later(minutes=11)
    add(again(ada, bucket), "newest", "EXAMPLE-newest")
    third = tidy(again(ada, bucket))
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.removed, second.removed) == (0, 0)
    assert 0 < third.removed <= first.left
    assert needed(bucket) <= set(bucket.objects)


def test_a_former_folder_goes_and_what_is_not_the_vaults_stays(ada: Vault, bucket: MemoryBucket) -> None:
    bucket.objects[FOREIGN] = bucket.objects["vault/head"]
    former = bytes(range(16)).hex()
    for key in list(needed(bucket) - {"vault/head"}):
        bucket.objects[f"vault/{former}/{key.split('/', 2)[2]}"] = bucket.objects[key]
    bucket.objects["vault/proof/" + "ab" * 16] = bucket.objects["vault/head"]
    bucket.later(days=2)
    bucket.page = 3
    tidy(again(ada, bucket))
    assert set(bucket.objects) == needed(bucket) | {FOREIGN}


def test_only_an_owner_tidies(ada: Vault, bucket: MemoryBucket) -> None:
    bob = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(bob.public, "Bob", MEMBER))
    with pytest.raises(NotPermitted, match="only an owner"):
        tidy(Vault(open_store(bucket), bob, now=lambda: NOW))


def test_where_not_all_is_right_nothing_is_tidied(ada: Vault, bucket: MemoryBucket) -> None:
    bucket.later(days=2)
    for key in [key for key in bucket.objects if "/item/" in key]:
        del bucket.objects[key]
    before = set(bucket.objects)
    with pytest.raises(Tampered, match="nothing is tidied"):
        tidy(again(ada, bucket))
    assert before <= set(bucket.objects)


def test_what_a_record_leads_to_that_nobody_proves_stays_and_blocks_nothing(ada: Vault, bucket: MemoryBucket) -> None:
    update(ada, "prod", "EXAMPLE-2")
    update(ada, "prod", "EXAMPLE-3")
    forged = {"access": list_of(ada, "prod")._replace(signer=bytes(16))}
    rewrite_overview(ada, "prod", lambda old: {**forged, "details": b"x" * 32})  # there is none of that name
    before = set(bucket.objects)
    bucket.later(days=2)
    told: list[str] = []
    done = tidy(again(ada, bucket), warn=told.append)
    assert done is not None
    assert done.removed > 0
    assert ["'prod' is disputed" in one for one in told] == [True]
    assert len([key for key in before - set(bucket.objects) if "/item/" in key]) == 2  # the former overview, its values


@pytest.mark.parametrize("what", ["details", "past overview", "past details"])
def test_where_a_record_is_missing_that_a_proved_one_leads_to_nothing_is_tidied(
    ada: Vault, bucket: MemoryBucket, what: str
) -> None:
    first = overview_of(ada, "prod")
    update(ada, "prod", "EXAMPLE-2")
    second = overview_of(ada, "prod")
    gone = {"details": second.details, "past overview": second.past[0], "past details": first.details}[what]
    (key,) = [key for key in bucket.objects if key.endswith(f"/item/{gone.hex()}")]
    del bucket.objects[key]
    bucket.later(days=2)
    before = set(bucket.objects)
    with pytest.raises(Tampered, match="nothing is tidied"):
        tidy(again(ada, bucket))
    assert before <= set(bucket.objects)


def test_other_stores_have_nothing_to_tidy(tmp_path: Path) -> None:
    vault = open_new(MemoryStore())
    generation = vault.generation
    assert tidy(vault) is None
    assert vault.generation == generation
