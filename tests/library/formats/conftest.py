"""A session into which files are loaded in small chunks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.streaming import CHUNK
from whiskertoolbox_python import DataManager
from whiskertoolbox_python.arrays import order
from whiskertoolbox_python.formats import _ragged_reading, _streaming, _text_reading, event_csv, tensor_csv


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataManager]:
    monkeypatch.setattr(_streaming, "CHUNK_BYTES", CHUNK)
    with DataManager.open(tmp_path / "session") as manager:
        (tmp_path / "before.csv").write_bytes(b"1\n")
        manager.load_file(tmp_path / "before.csv", data_type="digital_event", format="csv")  # the first is not counted
        yield manager


@pytest.fixture
def small_steps(session: DataManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_streaming, "CHUNK_BYTES", 1 << 18)
    monkeypatch.setattr(order, "AT_ONCE", 1 << 14)
    for module in (event_csv, tensor_csv):
        monkeypatch.setattr(module, "AT_ONCE", 1 << 12)
    for module, name in itertools.product((_text_reading, _ragged_reading), ("SMALL_BLOCK_BYTES", "BLOCK_BYTES")):
        monkeypatch.setattr(module, name, 1 << 16)
