"""Recordings of a stranger: what they refer to is read only beside them, and no Python object in them is made."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import roifile

import whiskertoolbox_python as wt
from tests.support.field_files import names, read
from whiskertoolbox_python import DataManager, LoadError, LoadWarning
from whiskertoolbox_python.containers import nwb
from whiskertoolbox_python.containers._pickled import plain_values

pytestmark = pytest.mark.extra


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Return the folder of what is read, and another one with a time series of its own."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        with h5py.File(folder / "other.h5", "w") as file:
            _series(file, "series")
        np.arange(3.0).tofile(folder / "raw.bin")
    return inside, outside


def _series(parent: Any, name: str, *, without: str = "") -> Any:
    group = parent.create_group(name)
    group.attrs["neurodata_type"] = "TimeSeries"
    for part in {"data", "timestamps"} - {without}:
        group[part] = np.arange(3.0)
    return group


def _linked(parent: Any, folder: str) -> None:
    parent["linked"] = h5py.ExternalLink(f"{folder}/other.h5", "/series")


def _linked_by_name(parent: Any, folder: str) -> None:
    parent.file["far"] = h5py.ExternalLink(f"{folder}/other.h5", "/")
    parent["linked"] = h5py.SoftLink("/far/series")


def _stored(parent: Any, folder: str) -> None:
    group = _series(parent, "linked", without="data")
    group.create_dataset("data", (3,), "f8", external=[(f"{folder}/raw.bin", 0, 24)])


def _viewed(parent: Any, folder: str) -> None:
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource(f"{folder}/other.h5", "series/data", (3,))
    _series(parent, "linked", without="data").create_virtual_dataset("data", layout)


WAYS = [_linked, _linked_by_name, _stored, _viewed]
Way = Callable[[Any, str], None]


def _recording(path: Path, way: Way, folder: str) -> Path:
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.9.0"
        acquisition = file.create_group("acquisition")
        _series(acquisition, "own")
        way(acquisition, folder)
    return path


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_absolute", [True, False])
def test_what_lies_elsewhere_is_left_out_of_a_recording(
    folders: tuple[Path, Path], way: Way, is_absolute: bool
) -> None:
    inside, outside = folders
    path = _recording(inside / "a.nwb", way, str(outside) if is_absolute else "../outside")
    contents, warnings = read(nwb.read, path)
    assert names(contents) == ["acquisition/own"]
    assert any("acquisition/linked" in said and "not in its folder" in said for said in warnings)


@pytest.mark.parametrize("way", WAYS)
def test_what_lies_beside_a_recording_is_read_wherever_we_work(
    folders: tuple[Path, Path], way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = folders
    monkeypatch.chdir(outside)
    np.full(3, 99.0).tofile(outside / "raw.bin")
    with DataManager() as manager:
        manager.import_file(_recording(inside / "a.nwb", way, "."), parts={"acquisition/linked": "x"})
        assert manager.getData("x").toList() == [0, 1, 2]


def test_a_series_whose_data_leads_nowhere_is_not_taken_for_events(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.attrs["nwb_version"] = "2.9.0"
        _series(file, "acquisition/x", without="data")["data"] = h5py.SoftLink("/nowhere")
        _series(file, "acquisition/own")
    contents, warnings = read(nwb.read, tmp_path / "a.nwb")
    assert names(contents) == ["acquisition/own"]
    assert any("acquisition/x/data is a link that leads nowhere" in said for said in warnings)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("present", "missing"),
    [
        (["frames", "instances"], "metadata"),
        (["node_names", "track_occupancy"], "tracks"),
        (["space", "time", "individuals"], "position"),
        ([], "Facemap"),
        (["pixels_x", "pixels_y"], "summary"),
    ],
    ids=["SLEAP", "SLEAP's analysis", "movement", "facemap", "WhiskiWrap"],
)
def test_a_file_of_the_field_of_which_a_part_lies_elsewhere_is_refused(
    folders: tuple[Path, Path], way: Way, present: list[str], missing: str
) -> None:
    inside, outside = folders
    with h5py.File(inside / "a.h5", "w") as file:
        for name in present:
            file[name] = np.arange(3)
        file[missing] = h5py.SoftLink("/linked")
        way(file, str(outside))
    with DataManager() as manager, pytest.raises(LoadError, match="not in its folder"):
        manager.preview_file(inside / "a.h5")


def test_rows_that_references_lead_to_lie_in_the_folder_too(folders: tuple[Path, Path]) -> None:
    inside, outside = folders
    with h5py.File(inside / "a.h5", "w") as file:
        row = file.create_dataset("row", (3,), "f8", external=[(f"{outside}/raw.bin", 0, 24)])
        file.create_dataset("x", data=[row.ref], dtype=h5py.ref_dtype)
        file["y"], file["frames"] = file["x"][:], np.arange(1)
    options = {"frame_key": "frames", "x_key": "x", "y_key": "y"}
    with DataManager() as manager, pytest.raises(LoadError, match="not in its folder"):
        manager.load_file(inside / "a.h5", data_type="line", name="l", format="hdf5", **options)


def _zarr_group(folder: Path, **attributes: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".zgroup").write_text('{"zarr_format": 2}')
    (folder / ".zattrs").write_text(json.dumps(attributes))


def _zarr_array(folder: Path, values: list[Any], dtype: str, *, code: str = "") -> None:
    folder.mkdir()
    described: dict[str, Any] = {"zarr_format": 2, "shape": [len(values)], "chunks": [len(values)], "order": "C"}
    described |= {"dtype": dtype, "fill_value": None, "compressor": None, "filters": [{"id": code}] if code else None}
    (folder / ".zarray").write_text(json.dumps(described))
    array = np.array(values, object if dtype == "|O" else dtype)
    (folder / "0").write_bytes(pickle.dumps(array) if code else array.tobytes())


@pytest.mark.parametrize("code", ["pickle", "a_code_of_the_future"])
@pytest.mark.parametrize("dtype", ["<f4", "|O"])
def test_pickled_arrays_of_zarr_are_left_out_and_named(tmp_path: Path, dtype: str, code: str) -> None:
    _zarr_group(tmp_path / "a.nwb", nwb_version="2.9.0")
    for name in ("own", "theirs"):
        _zarr_group(tmp_path / "a.nwb/acquisition")
        _zarr_group(tmp_path / "a.nwb/acquisition" / name, neurodata_type="TimeSeries")
        _zarr_array(tmp_path / "a.nwb/acquisition" / name / "timestamps", [0, 1, 2], "<f8")
    _zarr_array(tmp_path / "a.nwb/acquisition/own/data", [4, 5, 6], "<f4")
    _zarr_array(tmp_path / "a.nwb/acquisition/theirs/data", [4, 5, 6], dtype, code=code)
    with DataManager() as manager:
        preview = manager.preview_file(tmp_path / "a.nwb")
        assert [part.name for part in preview.parts] == ["acquisition/own"]
        assert any(
            f"acquisition/theirs/data is left out: it is stored in the code {code}" in w for w in preview.warnings
        )
        manager.import_file(tmp_path / "a.nwb")
        assert manager.getData("own").toList() == [4, 5, 6]


@pytest.mark.parametrize("target", ["../outside", "/../outside", "acquisition/../../outside", ".."])
def test_a_link_of_zarr_does_not_lead_out_of_its_folder(tmp_path: Path, target: str) -> None:
    link = {"name": "data", "source": ".", "path": target}
    _zarr_group(tmp_path / "outside", neurodata_type="TimeSeries")
    _zarr_array(tmp_path / "outside/data", [4, 5, 6], "<f4")
    _zarr_group(tmp_path / "a.nwb", nwb_version="2.9.0")
    _zarr_group(tmp_path / "a.nwb/acquisition", zarr_link=[{**link, "name": "far"}])
    contents, warnings = read(nwb.read, tmp_path / "a.nwb")
    assert names(contents) == []
    assert any("acquisition/far is left out" in said for said in warnings)


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_files_of_python_objects_are_refused(tmp_path: Path, name: str) -> None:
    objects = np.array(["text", {"a": 1}], object)
    (np.save if name.endswith("npy") else np.savez)(tmp_path / name, objects)
    with DataManager() as manager, pytest.raises(LoadError):
        manager.preview_file(tmp_path / name)


def test_a_pickle_that_counts_beyond_its_size_is_refused() -> None:
    """Room for ten million values would be made for a list of none."""
    counted = pickle.EMPTY_LIST + pickle.LONG_BINPUT + (10_000_000).to_bytes(4, "little") + pickle.STOP
    with pytest.raises(ValueError, match="counts its values up to 10000000"):
        plain_values(counted)


def test_lists_of_names_are_read_in_every_protocol() -> None:
    names_of_columns = [(0, ["scorer", "nose", "x"], 1.5, None, True)]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert plain_values(pickle.dumps(names_of_columns, protocol)) == names_of_columns


@pytest.mark.parametrize("layout", ["in chunks", "at once", "compressed"])
def test_a_dataset_of_numbers_that_are_not_in_the_file_is_not_made_up(tmp_path: Path, layout: str) -> None:
    """A gigabyte of zeros would be read of a file of a few kilobytes."""
    path = tmp_path / "a.nwb"
    options: dict[str, Any] = {} if layout == "at once" else {"chunks": (1 << 16,)}
    options |= {"compression": "gzip"} if layout == "compressed" else {}
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.9.0"
        _series(file, "acquisition/x", without="data").create_dataset("data", (1 << 28,), "f4", **options)
        _series(file, "acquisition/own")
    assert path.stat().st_size < 1 << 20
    contents, warnings = read(nwb.read, path)
    assert names(contents) == ["acquisition/own"]
    assert any("is said to hold 1,073,741,824 bytes, and has 0 in the file" in said for said in warnings)
    options = {"time_key": "acquisition/own/timestamps", "value_key": "acquisition/x/data"}
    with DataManager() as manager, pytest.raises(LoadError, match="is said to hold"):
        manager.load_file(path, data_type="analog", name="x", format="hdf5", **options)


def test_a_sparse_matrix_that_would_fill_the_memory_is_left_out(tmp_path: Path) -> None:
    from scipy.io import savemat
    from scipy.sparse import csc_matrix

    one = ([1.0], ([0], [1]))
    savemat(tmp_path / "a.mat", {"big": csc_matrix(one, (1 << 14, 1 << 14)), "small": csc_matrix(one, (2, 3))})
    with DataManager() as manager:
        preview = manager.preview_file(tmp_path / "a.mat")
    assert [(part.name, part.shape) for part in preview.parts] == [("small", (2, 3))]
    assert any("big is a sparse matrix of (16384, 16384)" in said for said in preview.warnings)


def test_a_region_larger_than_any_image_is_refused(tmp_path: Path) -> None:
    corners = np.array([[0, 0], [30_000, 0], [30_000, 30_000]], float)
    region = roifile.ImagejRoi.frompoints(corners)
    region.roitype = roifile.ROI_TYPE.POLYGON
    region.tofile(tmp_path / "a.roi")
    with DataManager() as manager, pytest.warns(LoadWarning, match="larger than any image"):
        assert not manager.import_file(tmp_path / "a.roi").made


def test_a_name_that_is_not_text_is_left_out_and_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.attrs["nwb_version"] = "2.9.0"
        acquisition = file.create_group("acquisition")
        _series(acquisition, "own")
        _series(acquisition, b"\xff")  # type: ignore[arg-type]  # which h5py takes
    contents, warnings = read(nwb.read, tmp_path / "a.nwb")
    assert names(contents) == ["acquisition/own"]
    assert any("has a name that is not text" in said for said in warnings)


def test_what_is_nested_too_deeply_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    (tmp_path / "structure.oebin").write_text(f'{{"continuous": {deep}}}')
    (tmp_path / "pipeline.json").write_text(f'{{"steps": {deep}}}')
    with DataManager() as manager, pytest.raises(LoadError, match="nested too deeply"):
        manager.preview_file(tmp_path / "structure.oebin")
    for reader in (wt.read_pipeline, wt.read_portable_pipeline, wt.read_tables):
        with pytest.raises(wt.TransformError, match=r"pipeline\.json is not valid JSON"):
            reader(tmp_path / "pipeline.json")
