"""The contract of stores, on a real PostgreSQL with TLS."""

import pytest

from tests.contract.beginning import Opener
from tests.contract.large_store_contract import LargeStoreContract
from tests.contract.store_contract import StoreContract
from tests.live.postgresql_vault import Schema, schema

__all__ = ["schema"]


@pytest.fixture
def opener(schema: Schema) -> Opener:
    return lambda: schema.store(queue_timeout_s=0.05)


class TestPostgresql(StoreContract, LargeStoreContract):
    pass
