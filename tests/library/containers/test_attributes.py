"""What files say of data beside the numbers is kept on import, and comes out again."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow.parquet
import pynwb
import pytest
import xarray

from whiskertoolbox_python import AnalogTimeSeries, DataManager, SaveWarning, TimeFrame
from whiskertoolbox_python.containers.exporting import export_file
from whiskertoolbox_python.containers.interchange import to_pandas, to_xarray

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
