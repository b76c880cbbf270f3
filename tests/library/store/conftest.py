"""Sessions and other processes for the store's tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.processes import Process
from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries


@pytest.fixture
def process() -> type[Process]:
    """Start a process: `with process(code, *arguments) as other`; it is killed at the end if it is still there."""
    return Process


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Return the path of a session folder to be made."""
    return tmp_path / "session"


@pytest.fixture
def full(session: Path) -> Path:
    """Return a session with some data, closed."""
    with DataManager.open(session) as manager:
        manager.setData("angle", AnalogTimeSeries(np.arange(1000), 1000), "time")
        manager.setData("licks", DigitalEventSeries([1, 2]), "time")
    return session
