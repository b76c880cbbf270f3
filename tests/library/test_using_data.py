"""Data between managers, clocks and scripts: what scripts do with it, and what they may get wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    Interval,
    TimeFrame,
)


def test_an_array_that_was_sealed_cannot_be_written_to_any_more() -> None:
    manager = DataManager()
    values = manager.allocate(3)
    values[:] = 1
    manager.seal("a", values, "time")
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 2


@pytest.mark.parametrize("shape", [-1, (2, -1)])
def test_an_array_of_negative_size_is_refused(shape: Any, tmp_path: Path) -> None:
    with DataManager.open(tmp_path / "s") as session:
        for manager in (DataManager(), session):
            with pytest.raises(TypeError, match="shape is -1"):
                manager.allocate(shape)
            with pytest.raises(TypeError, match="dtype must be numeric"):
                manager.allocate(3, object)


def test_a_mask_of_truth_values_is_no_list_of_indices() -> None:
    with pytest.raises(TypeError, match=r"it holds bool; numpy\.flatnonzero"):
        DigitalEventSeries.from_array(np.array([False, True]))


def test_data_on_another_clock_is_given_by_its_ticks() -> None:
    manager = DataManager()
    manager.setTime("master", TimeFrame(range(1000)))
    manager.setTime("camera", TimeFrame(range(0, 1000, 10)))
    manager.setData("angle", AnalogTimeSeries(range(100), 100), "camera")
    manager.setData("trials", DigitalIntervalSeries([Interval(12, 48)]), "master")
    (trial,) = manager.each_interval("trials")
    assert trial.getData("angle").toList() == [2, 3, 4]


def test_a_clock_is_not_given_by_its_key() -> None:
    with pytest.raises(TypeError, match="clock must be a TimeFrame"):
        AnalogTimeSeries([1], 1).restrict(0, 1, clock="camera")  # type: ignore[arg-type]  # a mistake to be told


def test_an_interval_is_of_indices() -> None:
    with pytest.raises(TypeError, match="an Interval holds indices"):
        AnalogTimeSeries([1], 1).restrict(Interval(0, 1), unit="seconds")
