"""Many keys: what is read in a loop, or set and deleted, leaves neither descriptors nor files behind."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from whiskertoolbox_python import DataManager, DigitalEventSeries, DigitalIntervalSeries, PointData

READ_ALL = """
import resource, sys
import numpy as np, whiskertoolbox_python as wt
with wt.DataManager.open(sys.argv[1]) as dm:
    for number in range(400):
        dm.setData(f"unit_{number}", wt.DigitalEventSeries.from_array(np.arange(2000)), "time")
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
with wt.DataManager.open(sys.argv[1], read_only=len(sys.argv) > 2) as dm:
    kept = dm.getData("unit_7")
    total = sum(int(dm.getData(key).times.sum()) for key in dm.getAllKeys() if key != "media")
    print(total == 400 * sum(range(2000)), dm.getData("unit_7") is kept)
"""


KEEP_ALL = """
import resource, sys
import numpy as np, whiskertoolbox_python as wt
small, large = np.arange(2000), np.arange(20_000)
with wt.DataManager.open(sys.argv[1]) as dm:
    for number in range(200):
        dm.setData(f"small_{number}", wt.DigitalEventSeries.from_array(small), "time")
        dm.setData(f"large_{number}", wt.DigitalEventSeries.from_array(large), "time")
resource.setrlimit(resource.RLIMIT_NOFILE, (128, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
with wt.DataManager.open(sys.argv[1]) as dm:
    kept = {key: dm.getData(key).times for key in dm.getAllKeys() if key != "media"}
    same = [np.array_equal(times, small if key.startswith("small") else large) for key, times in kept.items()]
    print(len(same), all(same), any(times.flags.writeable for times in kept.values()))
    dm.setData("another", wt.DigitalEventSeries([1]), "time")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of open files to set")
def test_more_keys_than_files_may_be_open_are_kept_in_hand(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "daemon")}
    command = [sys.executable, "-c", KEEP_ALL, str(tmp_path / "session")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert done.stdout == "400 True False\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of open files to set")
@pytest.mark.parametrize("read_only", [[], ["read-only"]])
def test_more_keys_than_files_may_be_open_are_read_in_a_loop(tmp_path: Path, read_only: list[str]) -> None:
    command = [sys.executable, "-c", READ_ALL, str(tmp_path / "session"), *read_only]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "daemon")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert done.stdout == "True True\n"


def test_deleted_keys_leave_no_identities_of_many_entries(tmp_path: Path) -> None:
    count = 20_000
    pairs = np.column_stack([np.arange(count) * 10, np.arange(count) * 10 + 4])
    with DataManager.open(tmp_path / "session") as manager:
        for number in range(20):
            manager.setData(f"i{number}", DigitalIntervalSeries.from_array(pairs), "time")
            manager.setData(f"p{number}", PointData.from_arrays(np.arange(count), np.zeros((count, 2))), "time")
            manager.setData(f"e{number}", DigitalEventSeries.from_array(np.arange(count)), "time")
            for kind in "ipe":
                manager.deleteData(f"{kind}{number}")
    assert sum(file.stat().st_size for file in (tmp_path / "session").rglob("*") if file.is_file()) < 2**20


def test_identities_of_few_entries_are_those_that_they_were_when_the_key_comes_again(tmp_path: Path) -> None:
    with DataManager.open(tmp_path / "session") as manager:
        first = DigitalIntervalSeries.from_array([[0, 1], [5, 6]])
        manager.setData("i", first, "time")
        manager.deleteData("i")
        again = DigitalIntervalSeries.from_array([[3, 3], [5, 6]])
        manager.setData("i", again, "time")
        assert again.entity_ids.tolist() == [3, 2]
