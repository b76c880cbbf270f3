"""Janelia's whisker tracker (whisk-janelia 1.2.5) and WhiskiWrap."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.support.field_files import WHISK, names, read
from whiskertoolbox_python import LoadError
from whiskertoolbox_python.containers import whisk, whiskiwrap


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A .whiskers file with its classified measurements beside it."""
    shutil.copy(WHISK / "face_left.whiskers", tmp_path / "v.whiskers")
    shutil.copy(WHISK / "face_left_classified.measurements", tmp_path / "v.measurements")
    return tmp_path / "v.whiskers"


def first_points(part: object) -> list[float]:
    lines = part.read()  # type: ignore[attr-defined]
    return [float(x) for x in np.asarray(lines.points)[lines.offsets[:-1], 0]]


def test_identity_is_the_state_of_the_measurements_not_the_number_in_the_frame(beside: Path) -> None:
    """Segment 0 of frames 0 to 3 is at y = 69, 69, 170 and 120: another whisker each time."""
    contents, warnings = read(whisk.read_whiskers, beside)
    assert warnings == []
    assert names(contents) == ["unclassified", "whisker_0", "whisker_1", "whisker_2"]
    lines = contents["whisker_0"].read()
    assert lines.frames.tolist() == [0, 1, 2, 3]
    assert np.allclose(np.asarray(lines.points)[lines.offsets[:-1], 1], 170, atol=1)
    assert contents["whisker_2"].group == "whisker 2"


def test_lines_run_from_the_face(beside: Path) -> None:
    """Points in the file run in image order, whichever side the face is on."""
    measured, _ = read(whisk.read_whiskers, beside)
    assert first_points(measured["whisker_1"]) == [16, 16, 17, 17]
    turned, _ = read(whisk.read_whiskers, beside, face="right")
    assert np.allclose(first_points(turned["whisker_1"]), 269, atol=1)


def test_without_measurements_lines_stay_in_image_order_with_a_warning() -> None:
    contents, (warning,) = read(whisk.read_whiskers, WHISK / "face_left.whiskers")
    assert "the side of the face is unknown" in warning
    assert names(contents) == ["whiskers"]
    assert len(contents["whiskers"].read().frames) == 14


def test_the_last_row_of_measurements_comes_first_in_the_file() -> None:
    rows = whisk.read_measured(WHISK / "face_left_classified.measurements")
    assert rows.frames.tolist() == sorted(rows.frames.tolist())
    contents, _ = read(whisk.read_measurements, WHISK / "face_left_classified.measurements")
    assert contents["whisker_0_follicle_y"].read().values.round().tolist() == [170, 170, 170, 170]
    assert contents["whisker_0_length"].read().indices.tolist() == [0, 1, 2, 3]


def test_whiskers_that_are_not_told_apart_make_no_signals() -> None:
    """Before `classify` every state is 0."""
    with pytest.raises(LoadError, match="run classify first"):
        read(whisk.read_measurements, WHISK / "face_left_unclassified.measurements")


def test_follicle_and_tip_are_swapped_where_the_face_is_on_the_other_side() -> None:
    """`measure --face right` calls the tip follicle."""
    contents, (warning,) = read(whisk.read_measurements, WHISK / "face_left_classified.measurements", face="right")
    assert "follicle and tip are swapped in 14 of 14 rows" in warning
    assert np.allclose(contents["whisker_0_follicle_x"].read().values, 269, atol=1.5)
    assert contents["whisker_0_tip_x"].read().values.tolist() == [16, 16, 17, 17]


@pytest.mark.parametrize("cut", [1, 4, 100, 40000])
def test_whiskers_that_are_cut_off_are_refused(tmp_path: Path, cut: int) -> None:
    (tmp_path / "a.whiskers").write_bytes((WHISK / "face_left.whiskers").read_bytes()[:-cut])
    with pytest.raises(LoadError, match=r"cut off|damaged"):
        read(whisk.read_whiskers, tmp_path / "a.whiskers")


def test_measurements_that_are_cut_off_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.measurements").write_bytes((WHISK / "face_left_classified.measurements").read_bytes()[:-1])
    with pytest.raises(LoadError, match="do not fit"):
        read(whisk.read_measurements, tmp_path / "a.measurements")


def write_whiskiwrap(path: Path, *, measured: bool) -> Path:
    summary = np.zeros(
        2,
        [
            *((name, "u4") for name in ("chunk_start", "fid", "wid", "pixel_length", "label")),
            *((name, "f4") for name in ("follicle_x", "follicle_y", "tip_x", "tip_y")),
        ],
    )
    summary["chunk_start"], summary["fid"] = 1000, [1000, 1001]
    # Without measurements it calls the last point follicle, on the face's left as on its right.
    summary["follicle_x"], summary["tip_x"] = (16, 269) if measured else (269, 16)
    summary["pixel_length"] = 3 if measured else 0
    with h5py.File(path, "w") as file:
        file["summary"] = summary
        for axis, rows in (("x", [[16, 100, 269], [16, 269]]), ("y", [[1, 2, 3], [4, 5]])):
            dataset = file.create_dataset(f"pixels_{axis}", 2, h5py.vlen_dtype(np.float32))
            for place, row in enumerate(rows):
                dataset[place] = np.array(row, np.float32)
    return path


def test_whiskiwrap_frames_are_not_counted_from_the_chunk_again(tmp_path: Path) -> None:
    contents, warnings = read(whiskiwrap.read, write_whiskiwrap(tmp_path / "a.hdf5", measured=True))
    lines = contents["whiskers"].read()
    assert warnings == []
    assert lines.frames.tolist() == [1000, 1001]
    assert np.asarray(lines.points)[lines.offsets[:-1], 0].tolist() == [16, 16]
    assert np.diff(lines.offsets).tolist() == [3, 2]


def test_whiskiwrap_without_measurements_needs_the_side_of_the_face(tmp_path: Path) -> None:
    path = write_whiskiwrap(tmp_path / "a.hdf5", measured=False)
    contents, (warning,) = read(whiskiwrap.read, path)
    assert "made without measurements" in warning
    assert contents["whiskers"].read().points[0].tolist() == [16, 1]
    turned, _ = read(whiskiwrap.read, path, face="right")
    assert turned["whiskers"].read().points[:3].tolist() == [[269, 3], [100, 2], [16, 1]]
