"""The memory store keeps the contracts of every case store, alone and joining cases."""

import pytest

from stores.memory_case_store import MemoryCaseStore
from tests.contracts.case_store import CaseStoreContract
from tests.contracts.join_store import JoinStoreContract


class TestMemoryCaseStore(CaseStoreContract, JoinStoreContract):
    @pytest.fixture
    def store(self) -> MemoryCaseStore:
        return MemoryCaseStore()
