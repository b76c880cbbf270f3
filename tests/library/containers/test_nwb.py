"""NWB files that pynwb 4.2 wrote, read with h5py alone."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import h5py
import numpy as np
import pytest
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import Position, SpatialSeries
from pynwb.ecephys import ElectricalSeries
from pynwb.event import EventsTable
from pynwb.file import Subject
from pynwb.image import ImageSeries
from pynwb.misc import AnnotationSeries, IntervalSeries

from tests.support.field_files import FIELD, names, read
from whiskertoolbox_python import DataManager, LoadError, LoadWarning
from whiskertoolbox_python.containers import nwb

pytestmark = pytest.mark.extra


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Callable[[NWBFile], object]], Path]:
    """Write an NWB file that a function fills."""

    def written(fill: Callable[[NWBFile], object]) -> Path:
        start = datetime(2026, 3, 1, tzinfo=timezone.utc)
        file = NWBFile("a session", "id", start, subject=Subject(subject_id="m1", species="Mus musculus"))
        fill(file)
        with NWBHDF5IO(tmp_path / "a.nwb", "w") as io:
            io.write(file)
        return tmp_path / "a.nwb"

    return written


Write = Callable[[Callable[[NWBFile], object]], Path]


def test_conversion_and_offset_are_applied() -> None:
    """pynapple 0.11.4 gives the raw counts."""
    contents, _ = read(nwb.read, FIELD / "nwb/pose_ndx_pose_0_4.nwb")
    values = contents["acquisition/lfp"].read().values[:]
    np.testing.assert_allclose(values, np.arange(-5, 5) * 0.195e-6 + 1)
    assert contents["acquisition/lfp"].unit == "V"


def test_series_that_share_their_timestamps_share_a_clock() -> None:
    """pynwb 4.2.0 writes the times once, and links to them."""
    contents, _ = read(nwb.read, FIELD / "nwb/pose_ndx_pose_0_4.nwb")
    prefix = "processing/behavior/PoseEstimation"
    assert {contents[f"{prefix}/{name}"].clock for name in ("nose", "tail", "paw")} == {f"{prefix}/nose"}


@pytest.mark.parametrize("name", ["pose_ndx_pose_0_4.nwb", "pose_two_cameras_ndx_pose_0_2.nwb"])
def test_poses_of_every_version_are_read_with_their_confidence(name: str) -> None:
    """ndx-pose 0.4.0 refuses the whole of the second file, which has two cameras."""
    contents, _ = read(nwb.read, FIELD / "nwb" / name)
    prefix = "processing/behavior/PoseEstimation"
    assert contents[f"{prefix}/nose"].kind == "points"
    assert contents[f"{prefix}/nose_confidence"].read().values[:].tolist() == [1] * 5


def test_containers_with_the_same_body_parts_stay_apart() -> None:
    """pynapple 0.11.4 calls a part by its bare name, or with its container when another file part has it too."""
    contents, _ = read(nwb.read, FIELD / "nwb/two_pose_containers.nwb")
    assert contents["processing/behavior/mouse1/tail"].read().xy[0].tolist() == [1, 1]
    assert contents["processing/behavior/mouse2/tail"].read().xy[0].tolist() == [101, 101]


def test_reading_imports_neither_pynwb_nor_ndx_pose() -> None:
    code = (
        "import sys, warnings; from pathlib import Path; from whiskertoolbox_python import DataManager;"
        f"DataManager().import_file({str(FIELD / 'nwb/pose_ndx_pose_0_4.nwb')!r});"
        "sys.exit(bool({'pynwb', 'hdmf', 'ndx_pose'} & set(sys.modules)))"
    )
    folder = Path(nwb.__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=folder, check=False).returncode == 0


def test_events_of_ndx_events_0_2_are_one_part_for_each_label() -> None:
    """pynwb 4.2.0 with ndx-events 0.4.0 imported leaves all of them out of what it reads."""
    contents, _ = read(nwb.read, FIELD / "nwb/ndx_events_0_2.nwb")
    assert {part.kind for part in contents.parts} == {"digital_event"}
    seconds = {part.name: contents.clocks[part.clock].ticks()[part.read().indices] / 1e9 for part in contents.parts}
    assert {name: times.tolist() for name, times in seconds.items()} == {
        "acquisition/licks/left": [0.5, 2.0],
        "acquisition/licks/right": [1.0],
        "acquisition/licks/3": [2.5],
        "acquisition/pulses/laser": [0.0],
        "acquisition/pulses/camera": [0.25],
        "acquisition/rewards": [0.5, 1.0, 2.0],
        "processing/behavior/behavior/groom": [1.0, 2.0, 3.0],
        "processing/behavior/behavior/rear": [4.0],
    }


def test_points_below_the_threshold_are_left_out(tmp_path: Path) -> None:
    shutil.copy(FIELD / "nwb/pose_ndx_pose_0_4.nwb", tmp_path / "a.nwb")
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        file["processing/behavior/PoseEstimation/nose/confidence"][1] = 0.2
    contents, _ = read(nwb.read, tmp_path / "a.nwb", threshold=0.5)
    assert contents["processing/behavior/PoseEstimation/nose"].read().frames.tolist() == [0, 2, 3, 4]
    assert contents["processing/behavior/PoseEstimation/nose_confidence"].read().values[1:2] == pytest.approx(0.2)


def electrodes(file: NWBFile, count: int) -> object:
    device = file.create_device("probe")
    group = file.create_electrode_group("shank", description="d", location="S1", device=device)
    file.add_electrode_column("label", "name of the channel")
    for number in range(count):
        file.add_electrode(group=group, location="S1", label=f"ch{number}")
    return file.create_electrode_table_region(list(range(count)), "all")


def test_an_electrical_series_has_the_names_and_gains_of_its_electrodes(write: Write) -> None:
    data = np.arange(12, dtype=np.int16).reshape(4, 3)

    def fill(file: NWBFile) -> None:
        series = ElectricalSeries(
            name="raw",
            data=data,
            electrodes=electrodes(file, 3),
            rate=1000.0,
            starting_time=2.0,
            conversion=1e-6,
            channel_conversion=[1.0, 2.0, 4.0],
            offset=0.5,
        )
        file.add_acquisition(series)

    contents, warnings = read(nwb.read, write(fill))
    assert warnings == []
    part = contents["acquisition/raw"]
    values = part.read()
    assert (part.channels, part.unit, part.shape) == (("ch0", "ch1", "ch2"), "volts", (4, 3))
    scaled = values.raw[1:3] * values.gains + values.offsets
    np.testing.assert_allclose(scaled, data[1:3] * 1e-6 * [1, 2, 4] + 0.5)
    assert contents.clocks["acquisition/raw"].ticks().tolist() == [2000, 2001, 2002, 2003]


def test_channels_before_times_are_turned_with_a_warning(write: Write) -> None:
    data = np.arange(300).reshape(3, 100)

    def fill(file: NWBFile) -> None:
        with pytest.warns(UserWarning, match="transpose"):
            file.add_acquisition(ElectricalSeries(name="raw", data=data, electrodes=electrodes(file, 3), rate=1000.0))

    contents, (warning,) = read(nwb.read, write(fill))
    assert "channels first" in warning
    assert contents["acquisition/raw"].shape == (100, 3)
    assert contents["acquisition/raw"].read().raw[:2].tolist() == [[0, 100, 200], [1, 101, 201]]


def test_units_are_events_with_their_columns_and_groups(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        file.add_unit_column("quality", "what a person said")
        file.add_unit(spike_times=[0.5, 1.25], quality="good")
        file.add_unit(spike_times=[], quality="noise")
        file.add_unit(spike_times=[0.5, 0.75, 9.0], quality="good")

    contents, _ = read(nwb.read, write(fill))
    assert names(contents) == ["units/0", "units/1", "units/2"]
    ticks = contents.clocks["units"].ticks()
    assert (ticks[contents["units/2"].read().indices] / 1e9).tolist() == [0.5, 0.75, 9.0]
    assert (ticks[contents["units/0"].read().indices] / 1e9).tolist() == [0.5, 1.25]
    assert len(contents["units/1"].read().indices) == 0
    assert [part.group for part in contents.parts] == ["good", "noise", "good"]
    assert contents["units/0"].attributes["quality"] == "good"


def test_trials_are_intervals_with_their_columns(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        file.add_trial_column("choice", "left or right")
        file.add_trial(1.0, 2.5, choice="left")
        file.add_trial(3.0, 4.0, choice="right")
        file.add_trial(5.0, np.nan, choice="none")

    contents, (warning,) = read(nwb.read, write(fill))
    part = contents["intervals/trials"]
    times = contents.clocks["intervals/trials"].ticks()[part.read().bounds] / 1e9
    assert times.tolist() == [[1.0, 2.5], [3.0, 4.0]]
    assert part.attributes["columns"]["choice"] == ["left", "right"]
    assert "1 rows have no start and stop in order, first row 2" in warning


def test_annotations_and_signed_intervals(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        with pytest.warns(UserWarning, match="deprecated"):
            file.add_acquisition(AnnotationSeries(name="notes", data=["lick", "reward"], timestamps=[1.0, 2.0]))
        file.add_acquisition(IntervalSeries(name="light", data=[1, -1, 1, -1], timestamps=[0.0, 1.0, 3.0, 4.0]))

    contents, _ = read(nwb.read, write(fill))
    assert contents["acquisition/notes"].read().indices.tolist() == [0, 1]
    assert contents["acquisition/light"].read().bounds.tolist() == [[0, 1], [2, 3]]


def test_kinds_of_signed_intervals_stay_apart(write: Write) -> None:
    """One kind may begin and end within another: the numbers say which is which."""

    def fill(file: NWBFile) -> None:
        signs = np.array([1, 2, -2, -1, 2, -2], np.int8)
        file.add_acquisition(IntervalSeries(name="light", data=signs, timestamps=np.arange(6.0)))

    contents, warnings = read(nwb.read, write(fill))
    assert warnings == []
    assert contents["acquisition/light/1"].read().bounds.tolist() == [[0, 3]]
    assert contents["acquisition/light/2"].read().bounds.tolist() == [[1, 2], [4, 5]]


def test_events_that_last_are_intervals_as_well(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        licks = EventsTable(name="licks", description="at the spout")
        for timestamp, duration in ((1.0, 0.25), (2.0, np.nan), (4.0, 0.5)):
            licks.add_event(timestamp=timestamp, duration=duration)
        file.add_events_table(licks)

    contents, warnings = read(nwb.read, write(fill))
    assert warnings == []
    part = contents["events/licks"]
    ticks = contents.clocks[part.clock].ticks() / 1e9
    assert ticks[part.read().indices].tolist() == [1, 2, 4]
    assert ticks[contents["events/licks_durations"].read().bounds].tolist() == [[1, 1.25], [4, 4.5]]


def test_times_that_are_no_seconds_are_one_clear_error(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        file.add_acquisition(TimeSeries(name="a", data=[1.0, 2.0], unit="V", timestamps=[0.0, np.nan]))
        file.add_acquisition(TimeSeries(name="b", data=[1.0, 2.0], unit="V", timestamps=[0.0, 1.7e18]))
        file.add_acquisition(TimeSeries(name="c", data=[1.0, 2.0], unit="V", timestamps=[0.0, 1.0]))

    manager = DataManager()
    with pytest.warns(LoadWarning, match="not loaded"):
        report = manager.import_file(write(fill))
    reasons = {failure.key: failure.reason for failure in report.failures}
    assert "1 of 2 times are not seconds, the first is value 1, nan" in reasons["a_time"]
    assert "the first is value 1, 1.7e+18" in reasons["b_time"]
    assert manager.getTime("c_time").times.tolist() == [0, 1_000_000_000]


def test_trials_that_come_twice_are_told(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        for _ in range(2):
            file.add_trial(start_time=1.0, stop_time=2.0)

    report = DataManager().import_file(write(fill))
    assert any("1 intervals have the start and end of another" in warning for warning in report.warnings)


def test_positions_in_metres_are_points(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        series = SpatialSeries(
            name="nose",
            data=[[1.0, 2.0], [np.nan, 2.0], [3.0, 4.0]],
            reference_frame="corner",
            timestamps=[0.0, 0.1, 0.2],
        )
        file.create_processing_module("behavior", "d").add(Position(spatial_series=series))

    contents, _ = read(nwb.read, write(fill))
    part = contents["processing/behavior/Position/nose"]
    assert (part.kind, part.unit, part.attributes["reference_frame"]) == ("points", "m", "corner")
    assert part.read().frames.tolist() == [0, 2]


def test_an_external_video_has_the_clock_of_its_timestamps(write: Write, tmp_path: Path) -> None:
    def fill(file: NWBFile) -> None:
        series = ImageSeries(
            name="camera",
            external_file=["v.mp4"],
            starting_frame=[0],
            format="external",
            timestamps=[0.0, 0.033, 0.066],
        )
        file.add_acquisition(series)

    contents, (warning,) = read(nwb.read, write(fill))
    part = contents["acquisition/camera"]
    assert (part.kind, part.read().path) == ("video", tmp_path / "v.mp4")
    assert contents.clocks[part.clock].ticks().tolist() == [0, 33_000_000, 66_000_000]
    assert "v.mp4 does not exist" in warning


def test_images_in_the_file_are_a_stack(write: Write) -> None:
    frames = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)

    def fill(file: NWBFile) -> None:
        file.add_acquisition(ImageSeries(name="eye", data=frames, unit="n.a.", rate=30.0))

    contents, _ = read(nwb.read, write(fill))
    np.testing.assert_array_equal(np.asarray(contents["acquisition/eye"].read().frames), frames)


def test_the_subject_and_the_session_are_kept(write: Write) -> None:
    def fill(file: NWBFile) -> None:
        file.add_acquisition(TimeSeries(name="a", data=[1.0], unit="V", rate=1.0))

    contents, _ = read(nwb.read, write(fill))
    assert contents.attributes["subject"] == {"subject_id": "m1", "species": "Mus musculus"}
    assert contents.attributes["session_description"] == "a session"


def test_a_series_without_times_is_counted_with_a_warning(tmp_path: Path) -> None:
    shutil.copy(FIELD / "nwb/pose_ndx_pose_0_4.nwb", tmp_path / "a.nwb")
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        file["acquisition/lfp/starting_time"].attrs["rate"] = 0.0
    _, warnings = read(nwb.read, tmp_path / "a.nwb")
    assert any("has no rate" in warning for warning in warnings)


def test_a_part_that_is_damaged_does_not_cost_the_others(tmp_path: Path) -> None:
    shutil.copy(FIELD / "nwb/pose_ndx_pose_0_4.nwb", tmp_path / "a.nwb")
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        file["acquisition/lfp/data"].attrs["conversion"] = "much"
    contents, warnings = read(nwb.read, tmp_path / "a.nwb")
    assert any("acquisition/lfp cannot be read" in warning for warning in warnings)
    assert "processing/behavior/PoseEstimation/nose" in names(contents)


def test_nwb_1_is_refused_with_its_version(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.attrs["nwb_version"] = "1.0.6"
    with pytest.raises(LoadError, match=r"NWB 1\.0\.6"):
        read(nwb.read, tmp_path / "a.nwb")


@pytest.mark.parametrize("name", ["hdmf_zarr_v2.nwb.zarr", "hdmf_zarr_v3.nwb.zarr"])
def test_zarr_of_either_version_has_its_shared_times_its_texts_and_its_units(name: str, tmp_path: Path) -> None:
    """hdmf-zarr 0.13 writes version 2 with texts that zarr 3.1.6 does not open, hdmf-zarr 0.14 version 3."""
    shutil.unpack_archive(FIELD / f"nwb/{name}.zip", tmp_path / name)
    manager = DataManager()
    report = manager.import_file(tmp_path / name)
    assert (report.warnings, report.failures) == ([], [])
    assert manager.getData("lfp").toList() == [-1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert manager.getData("lfp").attributes["unit"] == "V"
    assert manager.getTimeKey("speed") == manager.getTimeKey("lfp")
    assert manager.getData("trials").attributes["columns"]["choice"] == ("left", "right")
    assert manager.getData("trials").attributes["recording"]["session_description"] == "licking"
    spikes = manager.getData("0")
    np.testing.assert_allclose(spikes.getTimeFrame().seconds_at(spikes.times), [0.5, 0.52])
