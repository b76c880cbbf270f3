"""Analog signals and events in HDF5."""

import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import h5py
import numpy as np
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract


def write(folder: Path, **datasets: Any) -> Path:
    with h5py.File(folder / "session.h5", "w") as file:
        for name, values in datasets.items():
            file[name] = values
    return folder / "session.h5"


class TestAnalog(FileLoaderContract):
    entry: ClassVar = {"data_type": "analog", "format": "hdf5", "time_key": "t", "value_key": "v", "scale": 1000}

    def write(self, folder: Path) -> Path:
        return write(folder, t=[0.0, 0.011, 0.021], v=[1.0, 2.0, 3.0])

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").times.tolist() == [0, 11, 21]
        assert manager.getData("thing").toList() == [1, 2, 3]


class TestEvents(FileLoaderContract):
    entry: ClassVar = {"data_type": "digital_event", "format": "hdf5", "time_key": "t", "event_key": "e"}

    def write(self, folder: Path) -> Path:
        return write(folder, t=[1.0, 2.0, 3.0, 4.0], e=[0, 1, 0.5, 0.6])

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").times.tolist() == [2, 4]


EQUAL = "are equal to the one that they follow"


def load_signal(path: Path, **options: Any) -> Any:
    manager = DataManager()
    manager.load_file(path, data_type="analog", format="hdf5", name="thing", time_key="t", value_key="v", **options)
    return manager.getData("thing")


def test_times_are_rounded_with_halves_away_from_zero(tmp_path: Path) -> None:
    path = write(tmp_path, t=[-2.5, -0.4, 0.5, 1.5, 2.49], v=[1, 2, 3, 4, 5])
    between = pytest.warns(LoadWarning, match=r"5 of 5 times are not at a whole index .*first: number 1, -2\.5")
    with between, pytest.warns(LoadWarning, match=EQUAL):
        assert load_signal(path).times.tolist() == [-3, 0, 1, 2, 2]


def test_scale_can_divide(tmp_path: Path) -> None:
    assert load_signal(write(tmp_path, t=[20, 40], v=[1, 2]), scale=20, scale_divide=True).times.tolist() == [1, 2]


def test_whole_times_are_exact_at_any_size(tmp_path: Path) -> None:
    times = np.array([2**60 + 1, 2**60 + 2])
    assert load_signal(write(tmp_path, t=times, v=[1, 2])).times.tolist() == times.tolist()


def test_a_dataset_in_a_group_is_found_by_its_path(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "g.h5", "w") as file:
        file["a/t"], file["a/v"] = [0, 1], [5, 6]
    manager = DataManager()
    manager.load_file(tmp_path / "g.h5", data_type="analog", format="hdf5", name="x", time_key="a/t", value_key="a/v")
    assert manager.getData("x").toList() == [5, 6]


@pytest.mark.parametrize(
    ("datasets", "expected"),
    [
        ({"t": [1, 2], "w": [1, 2]}, r'unknown dataset "v" .*known: t, w'),
        ({"t": [1, 2], "v": [1]}, 'different lengths: "t" 2, "v" 1'),
        ({"t": [[1, 2], [3, 4]], "v": [1]}, '"t" must hold numbers in one dimension'),
        ({"t": [b"a"], "v": [1]}, '"t" must hold numbers'),
        ({"t": np.empty(0), "v": np.empty(0)}, '"t" is empty'),
        ({"t": [0.0, np.nan], "v": [1, 2]}, "time number 2 is nan after scaling"),
        ({"t": [1e300], "v": [1]}, r"time number 1 is 1e\+300 after scaling"),
    ],
)
def test_datasets_that_cannot_be_used_are_named(tmp_path: Path, datasets: dict[str, Any], expected: str) -> None:
    with pytest.raises(LoadError, match=expected):
        load_signal(write(tmp_path, **datasets))


def test_without_h5py_the_error_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, t=[1], v=[1])
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(LoadError, match=r'pip install "whiskertoolbox\[hdf5\]"'):
        load_signal(path)


def test_vectors_of_matlab_have_two_axes(tmp_path: Path) -> None:
    path = write(tmp_path, t=np.arange(5.0)[None, :], v=np.arange(5.0)[:, None])
    assert load_signal(path).times.tolist() == [0, 1, 2, 3, 4]


def test_seconds_without_a_scale_are_told(tmp_path: Path) -> None:
    told = r'4 of 5 times are not at a whole index .*first: number 2, 0\.001.*"scale" must be the sampling rate'
    with pytest.warns(LoadWarning, match=told), pytest.warns(LoadWarning, match=EQUAL):
        load_signal(write(tmp_path, t=np.arange(5) / 1000, v=np.arange(5.0)))


def test_float32_times_that_are_coarser_than_an_index_are_told(tmp_path: Path) -> None:
    times = (np.array([600000001, 600000002, 600000003]) / 30000).astype(np.float32)
    coarse = pytest.warns(LoadWarning, match=r"times are float32, whose steps at 20000\.0 are 0\.00195, or 58\.6 i")
    with coarse, pytest.warns(LoadWarning, match=EQUAL):
        load_signal(write(tmp_path, t=times, v=np.arange(3.0)), scale=30000)


def test_a_file_that_is_open_elsewhere_says_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path, t=[0.0], v=[1.0])
    script = "import h5py,sys\nf=h5py.File(sys.argv[1],'a'); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        with pytest.raises(LoadError, match=r"session\.h5 is open for writing in another program; close it there"):
            load_signal(path)
        assert writer.stdin is not None
        writer.stdin.close()


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "session.h5", "w") as file:
        file["t"], file["v"] = h5py.ExternalLink("gone.h5", "/t"), [1.0]
    with pytest.raises(LoadError, match=r"gone\.h5, which is not there; put it back"):
        load_signal(tmp_path / "session.h5")
