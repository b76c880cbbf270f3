"""A package outside the repository adds a data type, a format and a transform, and nobody can tell them from ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import whiskertoolbox_python
from tests.support.plugin_package import install

LIBRARY = Path(whiskertoolbox_python.__file__).parents[1]

CONTRACTS = """\
from photon_package import PhotonCounts

from whiskertoolbox_python import AnalogTimeSeries
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract
from whiskertoolbox_python.testing.saver_contract import SaverContract
from whiskertoolbox_python.testing.transform_contract import DataTransformContract


class TestPhotonCounts(DataTypeContract):
    changes = False

    def make(self):
        return PhotonCounts(range(900))


class TestLoadingPhotons(FileLoaderContract):
    entry = {"data_type": "photons", "format": "bytes", "offset": 1}

    def write(self, folder):
        (folder / "counts.bin").write_bytes(bytes(range(100)))
        return folder / "counts.bin"

    def check(self, manager):
        assert manager.getData("thing").counts.tolist() == list(range(1, 101))


class TestSavingPhotons(SaverContract):
    format = "bytes"
    file_name = "counts.bin"

    def make(self):
        return PhotonCounts([3, 1, 2])


class TestPhotonRate(DataTransformContract):
    name = "Photon Rate"
    parameters = {"bins_per_second": 10.0}
    makes = AnalogTimeSeries

    def make(self):
        return PhotonCounts([3, 1, 2])

    def check(self, made):
        assert made.toList() == [30, 10, 20]
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder of installed packages with one that declares entry points, as pip leaves it."""
    folder = tmp_path / "site-packages"
    install(folder)
    return folder


def python(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [installed, LIBRARY]))}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_a_package_passes_the_contract_suites(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "test_photons.py").write_text(CONTRACTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = python(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pytest.ini", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_type_is_loaded_listed_saved_and_read_by_another_process(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "counts.bin").write_bytes(bytes([5, 6, 7]))
    write = (
        "from whiskertoolbox_python import DataManager\n"
        "with DataManager.open('session') as dm:\n"
        "    dm.load_file('counts.bin', data_type='photons', format='bytes')\n"
        "    dm.save('counts', 'again.bin', format='bytes')\n"
    )
    assert python(installed, "-c", write, cwd=tmp_path).stderr == ""
    assert (tmp_path / "again.bin").read_bytes() == bytes([5, 6, 7])
    read = (
        "import json; from whiskertoolbox_python import DataManager\n"
        "with DataManager.open('session', read_only=True) as dm:\n"
        "    entry = next(entry for entry in dm.entries() if entry.key == 'counts')\n"
        "    kind, counts = entry.kind, dm.getData('counts').counts\n"
        "    print(json.dumps([kind.label, kind.count(entry.size), counts.tolist()]))\n"
    )
    said = python(installed, "-c", read, cwd=tmp_path)
    assert json.loads(said.stdout) == ["Photon Counts", "3 counts", [5, 6, 7]]


def test_its_transform_is_listed_run_and_remembered_with_its_parameters(installed: Path, tmp_path: Path) -> None:
    code = (
        "import json; import whiskertoolbox_python as wt; from photon_package import PhotonCounts\n"
        "with wt.DataManager.open('session') as dm:\n"
        "    dm.setData('counts', PhotonCounts([1, 2]), 'time')\n"
        "    dm.run_transform('Photon Rate', 'counts', 'rate', bins_per_second=10)\n"
        "    made = dm.provenance('rate')\n"
        "    print(json.dumps(['Photon Rate' in wt.transforms(), dm.getData('rate').toList(), made.parameters]))\n"
    )
    said = python(installed, "-c", code, cwd=tmp_path)
    assert said.stderr == ""
    assert json.loads(said.stdout) == [True, [10.0, 20.0], {"bins_per_second": 10.0}]


def test_without_the_package_its_data_is_listed_and_kept(installed: Path, tmp_path: Path) -> None:
    write = (
        "from photon_package import PhotonCounts; from whiskertoolbox_python import DataManager\n"
        "with DataManager.open('session') as dm: dm.setData('counts', PhotonCounts([1, 2]), 'time')\n"
    )
    python(installed, "-c", write, cwd=tmp_path)
    with whiskertoolbox_python.DataManager.open(tmp_path / "session") as dm:
        entry = next(entry for entry in dm.entries() if entry.key == "counts")
        assert (entry.kind.label, entry.size, dm.getData("counts")) == ("PhotonCounts", 2, None)


def test_a_broken_package_is_named_and_costs_the_others_nothing(installed: Path, tmp_path: Path) -> None:
    information = installed / "broken-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n", encoding="utf-8")
    (information / "entry_points.txt").write_text("[whiskertoolbox.formats]\nbroken = no_such_module:X\n", "utf-8")
    (tmp_path / "counts.bin").write_bytes(b"\1")
    load = (
        "from whiskertoolbox_python import DataManager\n"
        "print(DataManager().load_file('counts.bin', data_type='photons', format='bytes'))\n"
    )
    said = python(installed, "-c", load, cwd=tmp_path)
    assert said.stdout == "['counts']\n"
    assert "broken = no_such_module:X" in said.stderr
