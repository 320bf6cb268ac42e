"""A real vault in a real file, and a prober that goes to the stand-ins of tests/support/standins."""

from pathlib import Path

import pytest

from nexcred.local.anchors import AnchorFile
from nexcred.model.times import utc_now
from nexcred.services.proving.prober import Prober
from nexcred.services.vaults.founding import found
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.unit.services.places import Warnings


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return SqliteStore(tmp_path / "vault.db")


@pytest.fixture
def warnings() -> Warnings:
    return Warnings()


@pytest.fixture
def anchors(tmp_path: Path, warnings: Warnings) -> AnchorFile:
    return AnchorFile(tmp_path / "state", warn=warnings)


@pytest.fixture
def vault(store: Store, anchors: AnchorFile, warnings: Warnings) -> Vault:
    return found(
        store,
        anchors,
        organisation="default",
        full_name="ops",
        passphrase=None,
        identity=Identity.generate(),
        now=utc_now(),
        warn=warnings,
    )


@pytest.fixture
def prober() -> Prober:
    return Prober({})
