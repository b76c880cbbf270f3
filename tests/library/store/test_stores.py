"""The contract of stores, for both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from whiskertoolbox_python.store.disk.store import DiskStore
from whiskertoolbox_python.store.memory import MemoryStore
from whiskertoolbox_python.store.protocol import Store
from whiskertoolbox_python.testing.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()


class TestDiskStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = DiskStore(tmp_path / "session")
        yield store
        store.close()


class TestDiskStoreInAFolderWithoutSharedMemory(StoreContract):
    """Where SQLite cannot use its write-ahead log, as on some network disks, an ordinary journal serves."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        session = tmp_path / "session"
        (session / "catalogue.sqlite-shm").mkdir(parents=True)  # nobody can map a folder
        store = DiskStore(session)
        yield store
        store.close()
