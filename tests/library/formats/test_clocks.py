"""Clocks from file names and from data, and the binding of data to clocks."""

import json
import re
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.formats.report import LoadReport
from whiskertoolbox_python.testing.loader_contract import LoaderContract, load_config
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries


class DataContract(LoaderContract):
    """Loaders that read no file but data loaded before."""

    def write(self, folder: Path) -> Path:
        return folder / "nothing"

    def prepare(self, manager: DataManager) -> None:
        manager.setTime("master", TimeFrame(range(0, 1000, 10)))
        manager.setData("ttl", DigitalEventSeries([3, 5, 7]), "master")
        manager.setData("trials", DigitalIntervalSeries(np.array([[1, 4], [6, 8]])), "master")
        manager.setData("angle", AnalogTimeSeries([1, 2, 3], [4, 5, 9]), "master")


class TestDerivedFromEvents(DataContract):
    entry: ClassVar = {
        "data_type": "time",
        "format": "derived",
        "source_timeframe": "master",
        "source_series": "ttl",
        "source_type": "event_series",
    }

    def check(self, manager: DataManager) -> None:
        assert self.clock(manager).times.tolist() == [30, 50, 70]


class TestDerivedFromIntervalEnds(DataContract):
    entry: ClassVar = {
        "data_type": "time",
        "format": "derived",
        "source_timeframe": "master",
        "interval_series": "trials",
        "edge": "end",
    }

    def check(self, manager: DataManager) -> None:
        assert self.clock(manager).times.tolist() == [40, 80]


class TestMaxValueOfEvents(DataContract):
    entry: ClassVar = {"data_type": "time", "format": "max_value", "source_data": "ttl", "start_value": 68}

    def check(self, manager: DataManager) -> None:
        assert self.clock(manager).times.tolist() == [68, 69, 70]


class TestMaxValueOfAnalog(DataContract):
    entry: ClassVar = {"data_type": "time", "format": "max_value", "source_data": "angle"}

    def check(self, manager: DataManager) -> None:
        assert self.clock(manager).times.tolist() == list(range(10))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"format": "derived", "source_timeframe": "mastr", "source_series": "ttl"}, 'did you mean "master"'),
        ({"format": "derived", "source_timeframe": "master"}, '"source_series" is required'),
        ({"format": "derived", "source_timeframe": "master", "source_series": "angle"}, '"angle" is not an event or'),
        ({"format": "derived", "source_timeframe": "time", "source_series": "ttl"}, 'clock "time" of "ttl" is empty'),
        (
            {"format": "derived", "source_timeframe": "master", "source_series": "ttl", "source_type": "interval"},
            '"ttl" is not an interval series',
        ),
        ({"format": "max_value", "source_data": "trials"}, '"trials" is not an event or analog series'),
    ],
)
def test_a_clock_that_cannot_be_derived_says_why(tmp_path: Path, options: dict[str, Any], expected: str) -> None:
    manager = DataManager()
    DataContract().prepare(manager)
    with pytest.raises(LoadError, match=expected):
        manager.load_file(tmp_path, data_type="time", name="camera", **options)
    assert manager.getTime("camera") is None


def frames(folder: Path, **options: Any) -> list[int]:
    for number in (12, 3, 7):
        (folder / f"frame_{number:04d}.png").touch()
    (folder / "frame_0099.txt").touch()
    manager = DataManager()
    options = {"regex_pattern": r"frame_(\d+)", "file_extension": ".png", **options}
    manager.load_file(folder, data_type="time", format="filename", name="camera", **options)
    clock = manager.getTime("camera")
    assert clock is not None
    ticks: list[int] = clock.times.tolist()
    return ticks


def test_numbers_in_file_names_become_ticks(tmp_path: Path) -> None:
    assert frames(tmp_path) == [3, 7, 12]


def test_hidden_files_are_no_frames(tmp_path: Path) -> None:
    (tmp_path / "._frame_0003.png").touch()  # as macOS leaves it on a stick or a share
    assert frames(tmp_path) == [3, 7, 12]


def test_numbers_in_file_names_can_descend(tmp_path: Path) -> None:
    assert frames(tmp_path, sort_ascending=False) == [12, 7, 3]


def test_numbers_in_file_names_can_be_filled_up(tmp_path: Path) -> None:
    assert frames(tmp_path, mode="zero_to_max") == list(range(13))
    assert frames(tmp_path, mode="min_to_max") == list(range(3, 13))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"regex_pattern": "frame_(\\d+"}, "is not a regular expression"),
        ({"regex_pattern": "frame_\\d+"}, "needs exactly one group, it has 0"),
        ({"regex_pattern": "(fra)"}, "frame_0003.png, .* finds 'fra', which is not an index"),
        ({"regex_pattern": "x(\\d)"}, "of 4 files no name ends with"),
    ],
)
def test_a_pattern_that_finds_no_numbers_says_why(tmp_path: Path, options: dict[str, str], expected: str) -> None:
    with pytest.raises(LoadError, match=expected):
        frames(tmp_path, **options)


def run(folder: Path, root: Any, manager: DataManager | None = None) -> tuple[LoadReport, DataManager]:
    np.zeros(4, np.uint16).tofile(folder / "four.dat")
    np.arange(6, dtype=np.int16).tofile(folder / "lfp.bin")
    (folder / "angle.csv").write_text("1\n2\n", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(root), encoding="utf-8")
    manager = manager or DataManager()
    return load_config(manager, folder / "config.json"), manager


CLOCK = {"data_type": "time", "format": "uint16_length", "name": "camera", "filepath": "four.dat"}
ANGLE = {"data_type": "analog", "format": "csv", "name": "angle", "filepath": "angle.csv", "clock": "camera"}
LFP = {
    "data_type": "analog",
    "format": "binary",
    "name": "lfp",
    "filepath": "lfp.bin",
    "num_channels": 2,
    "clock": "camera",
}


def test_data_is_bound_to_a_clock_before_it(tmp_path: Path) -> None:
    _, manager = run(tmp_path, [CLOCK, ANGLE])
    assert manager.getTimeKey("angle") == "camera"
    assert manager.getData("angle").getTimeFrame() is manager.getTime("camera")


def test_data_is_bound_to_a_clock_after_it_also_when_it_makes_several_keys(tmp_path: Path) -> None:
    report, manager = run(tmp_path, [ANGLE, LFP, CLOCK])
    assert report.failures == []
    for key in ("angle", "lfp_0", "lfp_1"):
        assert manager.getTimeKey(key) == "camera"
        assert manager.getData(key).getTimeFrame() is manager.getTime("camera")


def test_a_key_that_is_made_again_waits_only_for_the_clock_of_its_last_entry(tmp_path: Path) -> None:
    report, manager = run(tmp_path, [{**ANGLE, "clock": "eye"}, CLOCK, ANGLE])
    assert report.failures == []
    assert manager.getTimeKey("angle") == "camera"


def test_a_clock_that_never_comes_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    report, manager = run(tmp_path, [{**ANGLE, "clock": "camra"}, LFP, CLOCK])
    (failure,) = report.failures
    assert failure.key == "angle"
    assert 'there is no clock "camra" (known: camera, time); loaded on "time" instead' in failure.reason
    assert manager.getTimeKey("angle") == "time"
    assert manager.getTimeKey("lfp_1") == "camera"


def test_data_without_a_clock_is_on_time(tmp_path: Path) -> None:
    _, manager = run(tmp_path, [{key: value for key, value in ANGLE.items() if key != "clock"}])
    assert manager.getTimeKey("angle") == "time"


def test_declared_clocks_exist_before_their_entries(tmp_path: Path) -> None:
    report, manager = run(tmp_path, {"clocks": ["camera"], "data": [ANGLE, CLOCK]})
    assert report.failures == []
    assert len(manager.getData("angle").getTimeFrame()) == 4


def test_a_declared_clock_without_times_at_the_end_is_reported(tmp_path: Path) -> None:
    report, _ = run(tmp_path, {"clocks": ["camera", "eye"], "data": [ANGLE, CLOCK]})
    (failure,) = report.failures
    assert failure.key == "eye"
    assert 'no entry has given the declared clock "eye" its times' in failure.reason


def test_a_declared_clock_that_has_times_already_is_reported(tmp_path: Path) -> None:
    manager = DataManager()
    manager.setTime("camera", TimeFrame([1, 2]))
    report, _ = run(tmp_path, {"clocks": ["camera"], "data": [ANGLE]}, manager)
    assert 'the declared clock "camera" has times already' in report.failures[0].reason
    assert manager.getTimeKey("angle") == "camera"


def test_a_clock_entry_replaces_a_clock_for_all_its_data(tmp_path: Path) -> None:
    manager = DataManager()
    manager.setTime("camera", TimeFrame([1, 2]))
    run(tmp_path, [ANGLE, CLOCK], manager)
    assert len(manager.getData("angle").getTimeFrame()) == 4


def test_load_file_refuses_an_unknown_clock(tmp_path: Path) -> None:
    run(tmp_path, [])
    with pytest.raises(LoadError, match=r'there is no clock "camera" \(known: time\)'):
        DataManager().load_file(tmp_path / "angle.csv", data_type="analog", format="csv", clock="camera")


def load_clock(folder: Path, ticks: list[int], **options: Any) -> list[int]:
    path = folder / "clock.txt"
    path.write_text("t\n" + "".join(f"{tick}\n" for tick in ticks), encoding="utf-8")
    manager = DataManager()
    manager.load_file(path, data_type="time", format="multi_column_binary", header_lines_to_skip=0, name="c", **options)
    return [int(tick) for tick in manager.getTime("c").times]


@pytest.mark.parametrize(
    ("ticks", "told"),
    [
        ([0, 10, 5, 20], r"of 4 ticks 1 are before the one that they follow \(first: number 3, 5 after 10\)"),
        ([0, 10, 10, 20], r"1 are equal to the one that they follow \(first: number 3, 10 after 10\)"),
        ([0, 10, -1, 20], r"1 are -1, which most devices write for a missing time \(first: number 3, -1 after 10\)"),
        ([60000, 65000, 100, 5000], r"first: number 3, 100 after 65000\); this looks like a counter.*set unwrap"),
        ([2**32 - 5, 3, 9], r"this looks like a counter that starts again: set unwrap"),
    ],
)
def test_a_clock_that_goes_back_repeats_or_wraps_is_told(tmp_path: Path, ticks: list[int], told: str) -> None:
    with pytest.warns(LoadWarning, match=rf"clock\.txt: .*{told}"):
        assert load_clock(tmp_path, ticks) == ticks


def test_a_counter_that_starts_again_is_unwrapped_when_asked(tmp_path: Path) -> None:
    assert load_clock(tmp_path, [60000, 65000, 100, 30000, 65000, 7], unwrap=True) == [
        60000,
        65000,
        65636,
        95536,
        130536,
        131079,
    ]
    assert load_clock(tmp_path, [2**32 - 5, 3, 9], unwrap=True) == [2**32 - 5, 2**32 + 3, 2**32 + 9]


def test_a_clock_without_one_of_its_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clock.txt").write_text("t\n0\n10\n\n30\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"clock\.txt: 1 row cannot be read \(line 4: the line is blank\)"):
        DataManager().load_file(
            tmp_path / "clock.txt", data_type="time", format="multi_column_binary", header_lines_to_skip=0, name="c"
        )


def test_loading_tells_of_indices_beyond_the_clock(tmp_path: Path) -> None:
    manager = DataManager()
    manager.setTime("camera", TimeFrame(range(0, 600, 10)))
    (tmp_path / "ev.csv").write_text("5\n61\n64\n", encoding="utf-8")
    told = r'"ev" has 2 of 3 indices outside its clock "camera" of 60 ticks \(first: 61\)'
    with pytest.warns(LoadWarning, match=told):
        manager.load_file(tmp_path / "ev.csv", data_type="digital_event", format="csv", clock="camera")
    (tmp_path / "config.json").write_text(
        json.dumps(
            [{"data_type": "digital_event", "format": "csv", "name": "ev", "filepath": "ev.csv", "clock": "camera"}]
        ),
        encoding="utf-8",
    )
    (warning,) = manager.load(tmp_path / "config.json").warnings
    assert re.search(told, warning)


def test_ticks_of_a_text_column_are_exact_at_any_size(tmp_path: Path) -> None:
    (tmp_path / "clock.csv").write_text("tick\n1700000000000000001\n1700000000000000003\n")
    entry = {"data_type": "time", "name": "clock", "format": "multi_column_binary", "filepath": "clock.csv"}
    (tmp_path / "config.json").write_text(json.dumps([{**entry, "header_lines_to_skip": 0}]))
    manager = DataManager()
    manager.load(tmp_path / "config.json")
    clock = manager.getTime("clock")
    assert clock is not None
    assert clock.times.tolist() == [1700000000000000001, 1700000000000000003]
