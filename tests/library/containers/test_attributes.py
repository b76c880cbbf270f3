"""What files say of data beside the numbers is kept on import, and comes out again."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pyarrow.parquet
import pynwb
import pytest
import xarray

from whiskertoolbox_python import AnalogTimeSeries, DataManager, PointData, SaveWarning, TensorData, TimeFrame
from whiskertoolbox_python.containers.exporting import export_file
from whiskertoolbox_python.containers.interchange import from_pynapple, to_pandas, to_pynapple, to_xarray

pytestmark = pytest.mark.extra

SUBJECT = {"subject_id": "m1", "species": "Mus musculus", "sex": "F", "age": "P90D"}


@pytest.fixture(scope="module")
def nwb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that pynwb has written, with all that is said beside numbers."""
    file = pynwb.NWBFile(
        session_description="licking",
        identifier="day1",
        session_start_time=datetime(2026, 3, 1, 10, tzinfo=timezone.utc),
        experimenter=["A, B", "C, D"],
        lab="Whisker lab",
        subject=pynwb.file.Subject(**SUBJECT),
    )
    model = file.create_device_model(name="NP1010", manufacturer="imec")
    device = file.create_device(name="probe", description="64 sites", model=model)
    group = file.create_electrode_group(name="shank0", description="first", location="S1", device=device)
    file.add_electrode_column("label", "as printed")
    for place in range(3):
        file.add_electrode(group=group, location=f"layer {place}", label=f"e{place}", x=float(place), y=0.0, z=0.0)
    file.add_acquisition(
        pynwb.ecephys.ElectricalSeries(
            name="lfp",
            data=np.arange(10, dtype=np.int16).reshape(5, 2),
            electrodes=file.create_electrode_table_region(region=[2, 0], description="two"),
            rate=1000.0,
            conversion=1e-6,
            description="field potential",
            comments="with care",
        )
    )
    speed = {"name": "speed", "data": np.arange(5.0), "unit": "cm/s", "rate": 100.0, "description": "of the wheel"}
    file.add_acquisition(pynwb.TimeSeries(**speed))
    file.add_trial_column("choice", "side")
    for start, side in ((2.0, "left"), (1.0, "right")):
        file.add_trial(start_time=start, stop_time=start + 0.5, choice=side)
    file.add_unit_column("quality", "by hand")
    file.add_unit(spike_times=[0.1, 1.5], obs_intervals=[[0.0, 1.0], [1.4, 2.0]], quality="good")
    file.add_unit(spike_times=[0.3], obs_intervals=[[0.0, 2.0]], quality="mua")
    path = tmp_path_factory.mktemp("nwb") / "day1.nwb"
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return path


@pytest.fixture
def manager(nwb: Path) -> DataManager:
    made = DataManager()
    assert (
        made.import_file(nwb, parts={"acquisition/lfp": "lfp", "acquisition/speed": "speed", **OTHERS}).failures == []
    )
    return made


OTHERS = {"intervals/trials": "trials", "units/0": "unit_0", "units/1": "unit_1"}


def written(manager: DataManager, path: Path) -> Any:
    export_file(manager, path, keys=[key for key in manager.getAllKeys() if key != "media"])
    return pynwb.NWBHDF5IO(str(path), "r")


def test_nwb_says_unit_description_electrode_and_subject(manager: DataManager) -> None:
    lfp = manager.getData("lfp_e2").attributes
    assert (lfp["unit"], lfp["description"], lfp["comments"]) == ("volts", "field potential", "with care")
    assert lfp["electrode"]["location"] == "layer 2"
    assert {name: lfp["electrode"][name] for name in ("group_name", "group_location", "device")} == {
        "group_name": "shank0",
        "group_location": "S1",
        "device": "probe",
    }
    assert lfp["recording"]["subject"] == SUBJECT
    assert lfp["recording"]["experimenter"] == ("A, B", "C, D")
    assert manager.getData("unit_0").attributes["obs_intervals"] == ((0.0, 1.0), (1.4, 2.0))


def test_columns_of_trials_are_in_the_order_of_the_intervals(manager: DataManager) -> None:
    columns = manager.getData("trials").attributes["columns"]
    assert columns == {"choice": ("right", "left"), "start_time": (1.0, 2.0), "stop_time": (1.5, 2.5)}


def test_what_nwb_said_is_in_the_nwb_file_that_is_written(manager: DataManager, tmp_path: Path) -> None:
    with written(manager, tmp_path / "out.nwb") as io:
        file = io.read()
        assert file.session_start_time == datetime(2026, 3, 1, 10, tzinfo=timezone.utc)
        assert {name: getattr(file.subject, name) for name in SUBJECT} == SUBJECT
        assert (file.lab, list(file.experimenter)) == ("Whisker lab", ["A, B", "C, D"])
        lfp = file.acquisition["lfp_e2"]
        assert type(lfp).__name__ == "ElectricalSeries"
        assert (lfp.description, lfp.comments, lfp.rate) == ("field potential", "with care", 1000.0)
        row = lfp.electrodes.to_dataframe().iloc[0]
        assert (row["label"], row["location"], row["x"], row["group_name"]) == ("e2", "layer 2", 2.0, "shank0")
        model = file.devices["probe"].model
        assert (model.name, model.manufacturer) == ("NP1010", "imec")
        assert file.acquisition["speed"].unit == "cm/s"
        assert file.trials["choice"][:].tolist() == ["right", "left"]
        assert file.units["quality"][:].tolist() == ["good", "mua"]
        assert file.units["obs_intervals"][0].tolist() == [[0.0, 1.0], [1.4, 2.0]]
    assert pynwb.validate(path=str(tmp_path / "out.nwb")) == []


def test_columns_of_trials_that_were_changed_are_left_out_and_named(manager: DataManager, tmp_path: Path) -> None:
    trials = manager.getData("trials")
    trials.removeInterval(trials.toList()[0])
    with (
        pytest.warns(SaveWarning, match="'trials' has other intervals .* choice are left out"),
        written(manager, tmp_path / "out.nwb") as io,
    ):
        assert io.read().trials.colnames == ("start_time", "stop_time")


def test_recordings_of_two_animals_are_told_and_neither_is_written(manager: DataManager, tmp_path: Path) -> None:
    speed = manager.getData("speed")
    recording = speed.attributes["recording"]
    speed.attributes = {**speed.attributes, "recording": {**recording, "subject": {"subject_id": "m2"}}}
    with (
        pytest.warns(SaveWarning, match="'speed' come from recordings with another subject; none is written"),
        written(manager, tmp_path / "out.nwb") as io,
    ):
        assert io.read().subject is None


def test_what_is_too_large_for_an_attribute_is_left_out_and_named(nwb: Path, tmp_path: Path) -> None:
    path = tmp_path / "large.nwb"
    path.write_bytes(nwb.read_bytes())
    with h5py.File(path, "r+") as file:
        file["acquisition/speed"].attrs["comments"] = "x" * 60_000
        file["general/notes"] = "y" * 300_000
    manager = DataManager()
    report = manager.import_file(path, parts=["acquisition/speed"])
    assert [text for text in report.warnings if "'recording' is too large for an attribute" in text]
    assert len(manager.getData("speed").attributes["comments"]) == 60_000


@pytest.fixture
def speed() -> DataManager:
    manager = DataManager()
    manager.setTime("wheel", TimeFrame([0, 10, 20], ticks_per_second=1000))
    series = AnalogTimeSeries([1, 2, 3], 3)
    series.attributes = {"unit": "cm/s", "description": "of the wheel", "electrode": {"depth": 3}}
    manager.setData("speed", series, "wheel")
    return manager


def test_netcdf_has_unit_and_description_where_xarray_looks_for_them(speed: DataManager, tmp_path: Path) -> None:
    to_xarray(speed.getData("speed")).to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xarray.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as dataset:
        assert dataset["value"].attrs == {"units": "cm/s", "long_name": "of the wheel"}
        assert json.loads(dataset.attrs["electrode"]) == {"depth": 3}
        np.testing.assert_allclose(dataset["seconds"], [0, 0.01, 0.02])
    assert to_pandas(speed.getData("speed")).attrs["unit"] == "cm/s"


def test_parquet_keeps_attributes_with_each_column(speed: DataManager, tmp_path: Path) -> None:
    speed.setData("other", AnalogTimeSeries([4, 5, 6], 3), "wheel")
    export_file(speed, tmp_path / "a.parquet", keys=["speed", "other"])
    assert pyarrow.parquet.read_schema(tmp_path / "a.parquet").field("other").metadata is None
    again = DataManager()
    again.import_file(tmp_path / "a.parquet")
    assert again.getData("speed").attributes == speed.getData("speed").attributes
    assert again.getData("other").attributes == {}


def test_pynapple_has_the_columns_of_trials_in_the_order_of_its_intervals(manager: DataManager) -> None:
    """Of pynapple 0.11.4, intervals and columns have metadata; Ts and Tsd have none."""
    made = to_pynapple(manager.getData("trials"))
    assert made.start.tolist() == [1, 2]
    assert made.metadata["choice"].tolist() == ["right", "left"]
    again, _ = from_pynapple(made)
    assert again.attributes["columns"]["choice"] == ("right", "left")


def test_pynapple_has_no_columns_of_trials_that_were_changed(manager: DataManager) -> None:
    trials = manager.getData("trials")
    trials.removeInterval(trials.toList()[0])
    with pytest.warns(UserWarning, match="other intervals than the table it comes from"):
        assert to_pynapple(trials).metadata.empty


def test_pynapple_has_the_unit_of_points_and_tensors(speed: DataManager) -> None:
    tensor = TensorData.from_array(np.zeros((3, 2)), column_names=["a", "b"], row_times=[0, 1, 2])
    tensor.attributes = {"unit": "mV"}
    speed.setData("table", tensor, "wheel")
    made = to_pynapple(tensor)
    assert made.metadata["unit"].tolist() == ["mV", "mV"]
    assert from_pynapple(made)[0].attributes == {"unit": "mV"}


@pytest.fixture
def poses() -> DataManager:
    """Return tracked points of two parts, with what a file said of them."""
    manager = DataManager()
    recording = {"subject": {"subject_id": "m1"}, "scorer": "net"}
    for part, described in (("nose", "tip of the nose"), ("tail", "")):
        points = PointData.from_arrays([0, 1], np.array([[1.0, 2], [3, 4]]))
        points.attributes = {"unit": "mm", "recording": recording, **({"description": described} if described else {})}
        manager.setData(part, points, "time")
    manager.setData("nose_likelihood", AnalogTimeSeries([0.5, 0.6], 2), "time")
    return manager


@pytest.mark.parametrize("name", ["a.h5", "a.analysis.h5", "a.nc"])
def test_key_points_come_back_with_what_was_said_of_them(name: str, poses: DataManager, tmp_path: Path) -> None:
    export_file(poses, tmp_path / name)
    again = DataManager()
    again.import_file(tmp_path / name)
    for key in ("nose", "tail"):
        assert again.getData(key).attributes == poses.getData(key).attributes
    likelihood = next(key for key in again.getAllKeys() if key.startswith("nose_"))
    assert again.getData(likelihood).attributes["recording"] == poses.getData("nose").attributes["recording"]


@pytest.mark.parametrize("name", ["a.h5", "a.analysis.h5", "a.nc"])
def test_individuals_come_back_with_what_was_said_of_each(name: str, tmp_path: Path) -> None:
    manager = DataManager()
    for who in ("m1", "m2"):
        points = PointData.from_arrays([0, 1], np.array([[1.0, 2], [3, 4]]))
        points.attributes = {"unit": "px", "recording": {"subject": {"subject_id": who}}}
        manager.setData(f"{who}_nose", points, "time")
    export_file(manager, tmp_path / name, keys={"m1": ["m1_nose"], "m2": ["m2_nose"]})
    again = DataManager()
    again.import_file(tmp_path / name)
    assert again.getData("m2_nose").attributes["recording"] == {"subject": {"subject_id": "m2"}}


def test_the_table_of_deeplabcut_is_what_pandas_reads_whatever_is_said_beside_it(
    poses: DataManager, tmp_path: Path
) -> None:
    export_file(poses, tmp_path / "a.h5")
    assert pd.read_hdf(tmp_path / "a.h5")["whiskertoolbox"]["nose"]["x"].tolist() == [1, 3]


def test_movement_has_the_unit_of_positions_where_xarray_looks_for_it(poses: DataManager, tmp_path: Path) -> None:
    export_file(poses, tmp_path / "a.nc")
    with xarray.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as dataset:
        assert dataset["position"].attrs == {"units": "mm"}


@pytest.mark.parametrize("name", ["a.h5", "a.nc"])
def test_more_than_an_attribute_of_hdf5_holds_is_left_out_and_named(
    name: str, poses: DataManager, tmp_path: Path
) -> None:
    nose = poses.getData("nose")
    nose.attributes = {"description": "x" * 70_000}
    with pytest.warns(SaveWarning, match="the attributes of the key points take 70,.* characters, more than"):
        export_file(poses, tmp_path / name)
    again = DataManager()
    again.import_file(tmp_path / name)
    assert "description" not in again.getData("nose").attributes


@pytest.mark.parametrize(
    "text", ["no json", "[1]", '{"key_points": 3, "recording": "x"}', '{"key_points": {"nose": 1}}']
)
def test_what_a_stranger_wrote_in_its_place_costs_nothing(text: str, poses: DataManager, tmp_path: Path) -> None:
    export_file(poses, tmp_path / "a.nc")
    with h5py.File(tmp_path / "a.nc", "r+") as file:
        file.attrs["whiskertoolbox"] = text
    again = DataManager()
    again.import_file(tmp_path / "a.nc")
    assert again.getData("nose").attributes["unit"] == "px"
