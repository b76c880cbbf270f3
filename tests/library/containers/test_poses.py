"""Anipose's points in space and calibrations, movement's netCDF, facemap."""

import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.support.field_files import POSE, names, read
from whiskertoolbox_python import DataManager, LoadError
from whiskertoolbox_python.containers import anipose, facemap, movement

RNG = np.random.default_rng(7)
TRUE = RNG.normal(size=(2, 5, 3)) * 30
M = np.array([[1.0, 0.1, 0.0], [0.3, 1.0, 0.1], [0.0, 0.2, 1.0]])
M /= np.linalg.norm(M, axis=1)[:, None]  # rows of length 1, not at right angles, as Anipose's are
CENTER = np.array([3.0, -2.0, 5.0])


def write_anipose(path: Path) -> Path:
    stored = TRUE @ M.T - CENTER
    columns: dict[str, np.ndarray] = {}
    for name, points in zip(("nose", "tail"), stored, strict=True):
        columns |= {f"{name}_{axis}": points[:, place] for place, axis in enumerate("xyz")}
        columns |= {f"{name}_error": np.full(5, 1.5), f"{name}_ncams": np.full(5, 3), f"{name}_score": np.full(5, 0.8)}
    columns |= {f"M_{row}{column}": np.full(5, M[row, column]) for row in range(3) for column in range(3)}
    columns |= {f"center_{axis}": np.full(5, CENTER[axis]) for axis in range(3)}
    columns["fnum"] = np.arange(10, 15)
    rows = zip(*columns.values(), strict=True)
    text = ",".join(columns) + "\n" + "".join(",".join(repr(float(cell)) for cell in row) + "\n" for row in rows)
    path.write_text(text)
    return path


def test_anipose_axes_are_undone_by_the_true_inverse(tmp_path: Path) -> None:
    """Anipose 1.1.24's axes are sheared: lengths in the file are wrong, and a transpose would not undo them."""
    contents, _ = read(anipose.read, write_anipose(tmp_path / "a.csv"))
    tail = contents["tail"].read()
    np.testing.assert_allclose(tail.values, TRUE[1], atol=1e-9)
    assert tail.indices.tolist() == [10, 11, 12, 13, 14]
    assert tail.columns == ("x", "y", "z")


def test_anipose_numbers_can_be_left_as_they_are(tmp_path: Path) -> None:
    contents, _ = read(anipose.read, write_anipose(tmp_path / "a.csv"), camera_frame=False)
    np.testing.assert_allclose(contents["nose"].read().values, TRUE[0] @ M.T - CENTER)


def test_anipose_axes_that_differ_between_rows_are_refused(tmp_path: Path) -> None:
    path = write_anipose(tmp_path / "a.csv")
    header, first, *rest = path.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("M_00")] = "0.5"
    path.write_text("\n".join([header, ",".join(cells), *rest]))
    with pytest.raises(LoadError, match="differ between rows"):
        read(anipose.read, path)


def test_a_calibration_gives_the_projection_of_each_camera() -> None:
    contents, _ = read(anipose.read_calibration, POSE / "anipose_calibration.toml")
    assert names(contents) == ["camera/c0", "camera/c1", "camera/c2"]
    projection = contents["camera/c0"].read().values
    np.testing.assert_array_equal(projection, [[800, 0, 320, 32000], [0, 800, 240, 24000], [0, 0, 1, 100]])
    assert contents["camera/c1"].attributes["size"] == [640, 480]


def test_a_calibration_is_known_for_one_where_python_has_no_parser_of_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.10 has none of its own."""
    for parser in ("tomllib", "tomli"):
        monkeypatch.setitem(sys.modules, parser, None)
    with pytest.raises(LoadError, match=r'TOML files in Python 3\.10 need a package.*: pip install "tomli"'):
        DataManager.preview_file(POSE / "anipose_calibration.toml")


def write_movement(path: Path, *, plural: bool, fps: float | None) -> Path:
    s = "s" if plural else ""
    position = np.arange(4 * 2 * 3 * 2, dtype=float).reshape(4, 2, 3, 2)
    with h5py.File(path, "w") as file:
        axes = {
            "time": np.arange(4) / fps if fps else np.arange(4),
            "space": ["x", "y"],
            f"keypoint{s}": ["nose", "ear", "tail"],
            f"individual{s}": ["a", "b"],
        }
        for name, values in axes.items():
            file[name] = values
            file[name].make_scale(name)
        file["position"] = position
        file["confidence"] = position[:, 0]
        for dataset, own in (("position", list(axes)), ("confidence", [name for name in axes if name != "space"])):
            for place, name in enumerate(own):
                file[dataset].dims[place].attach_scale(file[name])
        file.attrs["time_unit"] = "seconds" if fps else "frames"
        if fps:
            file.attrs["fps"] = fps
    return path


@pytest.mark.parametrize("plural", [False, True])
def test_movement_axes_have_singular_or_plural_names(tmp_path: Path, plural: bool) -> None:
    """movement 0.17.0 names them in the singular, 0.15.0 in the plural."""
    contents, _ = read(movement.read, write_movement(tmp_path / "a.nc", plural=plural, fps=None))
    assert contents["b/ear"].read().xy.tolist() == [[3 + 12 * t, 9 + 12 * t] for t in range(4)]
    assert contents["b/ear_confidence"].read().values.tolist() == [3, 15, 27, 39]
    assert contents.clocks["frames"].ticks_per_second is None


def test_movement_seconds_become_frames_at_its_rate(tmp_path: Path) -> None:
    contents, _ = read(movement.read, write_movement(tmp_path / "a.nc", plural=False, fps=30.0))
    assert contents["a/nose"].read().frames.tolist() == [0, 1, 2, 3]
    assert contents.clocks["frames"].ticks_per_second == 30


def test_facemap_key_points(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a_FacemapPose.h5", "w") as file:
        for column, values in (("x", [1.0, 2.0]), ("y", [3.0, 4.0]), ("likelihood", [0.1, 0.9])):
            file[f"Facemap/eye(back)/{column}"] = values
    contents, _ = read(facemap.read, tmp_path / "a_FacemapPose.h5", threshold=0.5)
    assert contents["eye(back)"].read().xy.tolist() == [[2, 4]]
    assert contents["eye(back)_likelihood"].read().values.tolist() == [0.1, 0.9]
