"""Pyramids that are built in the background."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from whiskertoolbox_daemon.data.pyramids import WORTH_IT, PyramidBuilder
from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.store.disk.store import DiskStore
from whiskertoolbox_python.views import Pyramid

LIMIT_S = 60.0


@pytest.mark.parametrize("may_save", [True, False])
def test_pyramids_are_kept_in_a_session_that_is_open_for_writing_only(tmp_path: Path, may_save: bool) -> None:
    with DataManager.open(tmp_path / "session") as manager:
        manager.setData("angle", AnalogTimeSeries.from_array(np.zeros(WORTH_IT, np.float32)), "time")
    store = DiskStore(tmp_path / "session", read_only=True)
    stored = store.read("object", "angle")
    assert stored is not None
    builder = PyramidBuilder(tmp_path / "session", may_save=lambda: may_save)
    deadline = time.monotonic() + LIMIT_S
    while not isinstance(builder.find(stored.row, stored.arrays["values"]), Pyramid):
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)  # it is built on a thread that tells nobody
    builder.close()
    store.close()
    assert (tmp_path / "session" / "pyramids").exists() == may_save


def test_a_column_whose_header_says_something_else_is_drawn_as_the_catalogue_says(tmp_path: Path) -> None:
    with DataManager.open(tmp_path / "session") as manager:
        manager.setData("angle", AnalogTimeSeries.from_array(np.full(WORTH_IT, 2, np.float32)), "time")
    (file,) = [path for path in (tmp_path / "session/columns").iterdir() if path.stat().st_size > 4 * WORTH_IT]
    file.write_bytes(file.read_bytes().replace(b"'<f4'", b"'<i4'", 1))
    store = DiskStore(tmp_path / "session", read_only=True)
    stored = store.read("object", "angle")
    assert stored is not None
    builder = PyramidBuilder(tmp_path / "session", may_save=lambda: False)
    deadline = time.monotonic() + LIMIT_S
    while not isinstance(pyramid := builder.find(stored.row, stored.arrays["values"]), Pyramid):
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)  # as above
    builder.close()
    store.close()
    assert (pyramid.levels[0].low.max(), pyramid.levels[0].high.max()) == (2, 2)
