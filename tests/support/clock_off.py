"""A machine whose clock is years off, at a vault that others write to with a right one."""

from datetime import timedelta
from pathlib import Path

import pytest

from nexcred.local.anchors import AnchorFile
from nexcred.services.vaults.opening import memory_of
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.sample_vault import NOW, accepted, add, open_new, update
from tests.support.vault_file import proved


def assert_no_decision_changes(store: Store, state: Path, years: int) -> None:
    """Write by turns with a right clock and one that is off: all is there, and nothing is taken for an older state."""
    anchors = AnchorFile(state, warn=pytest.fail)
    right = open_new(store)
    add(right, "first")
    anchors.advance(store.location, right.anchor)
    off = Vault(
        store,
        right.identity,
        memory=memory_of(store, anchors),
        now=lambda: NOW + timedelta(days=3_653 * years // 10),
    )
    add(off, "second")
    update(off, "first", "EXAMPLE-newer")
    off.edit(lambda edit: edit.record_probe(edit.find("second"), accepted()))
    again = Vault(store, right.identity, memory=memory_of(store, anchors), now=lambda: NOW)
    add(again, "third")
    assert again.names() == ["first", "second", "third"]
    assert [revision.version for revision in again.history(again.find("first"))] == [2, 1]
    assert proved(again).credentials == 3
