"""The script that the viewer copies for Matplotlib, as tests/e2e/viewerScript.test.ts has it, is run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest

import whiskertoolbox_python as wt

SCRIPT = Path(__file__).parents[1] / "e2e" / "viewer_script.txt"
SAMPLES = 100


@pytest.fixture(scope="module")
def axes() -> Iterator[list[Any]]:
    matplotlib.use("agg")
    dm = wt.DataManager()
    dm.setTime("camera", wt.TimeFrame(range(0, 60 * SAMPLES, 60), ticks_per_second=30000), True)
    times = np.delete(np.arange(SAMPLES), [40, 41, 42])
    angle = wt.AnalogTimeSeries.from_array(np.sin(times / 3), times)
    dm.setData("angle", angle, "camera")
    features = wt.TensorData.from_array(np.arange(20).reshape(10, 2), row_times=range(20, 30))
    dm.setData("features", features, "camera")
    dm.setData("licks", wt.DigitalEventSeries([5, 30, 60]), "camera")
    dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(20, 30), wt.Interval(85, 95)]), "camera")
    namespace: dict[str, Any] = {"dm": dm, "wt": wt}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec"), namespace)
    yield namespace["axes"][:, 0].tolist()
    namespace["plt"].close("all")


def test_a_signal_is_drawn_in_the_window_with_its_gap_color_and_direction(axes: list[Any]) -> None:
    (line,) = axes[0].lines
    x, y = line.get_data()
    drawn = np.rint(np.asarray(x)[~np.isnan(x)] * 500).astype(int)
    assert drawn.tolist() == [index for index in range(10, 81) if index not in (40, 41, 42)]
    assert np.flatnonzero(np.isnan(x)).tolist() == [30]  # a gap stays a gap
    np.testing.assert_allclose(y[~np.isnan(x)], np.sin(drawn / 3), atol=1e-6)
    assert line.get_color() == "#ff0000"
    bottom, top = axes[0].get_ylim()
    assert bottom > top
    assert axes[0].get_xlim() == (600 / 30000, 4800 / 30000)


def test_a_filtered_signal_is_smoother_and_has_no_mean(axes: list[Any]) -> None:
    (line,) = axes[1].lines
    values = np.asarray(line.get_ydata(), float)
    assert abs(np.nanmean(values)) < 0.5
    assert np.nanmax(np.abs(values)) < 0.7


def test_a_column_of_a_tensor_is_a_signal_and_the_whole_a_heat_map_at_its_time(axes: list[Any]) -> None:
    x, y = axes[2].lines[0].get_data()
    np.testing.assert_allclose(x, np.arange(20, 30) / 500)
    assert y.tolist() == list(range(1, 20, 2))
    (mesh,) = axes[3].collections
    np.testing.assert_allclose(mesh.get_coordinates()[0, :, 0], np.arange(20, 31) / 500)
    assert mesh.get_array().ravel().tolist() == [*range(0, 20, 2), *range(1, 20, 2)]
    assert (mesh.cmap.name, mesh.get_clim()) == ("viridis", (0, 20))


def test_a_spectrogram_an_event_and_the_intervals_behind_are_there(axes: list[Any]) -> None:
    (power, *_) = axes[4].collections
    assert power.cmap.name == "magma"
    assert axes[4].get_ylim() == (0, 200)
    (events,) = axes[5].collections
    assert events.get_positions() == pytest.approx([30 / 500, 60 / 500])
    for axis in axes:
        assert len(axis.patches) == 1  # of the two trials, the one in the window
