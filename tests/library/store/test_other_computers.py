"""A session on a drive that other computers, or another system of this one, have open as well."""

import contextlib
import sqlite3
import sys
import warnings
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from tests.support.processes import Process
from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.errors import LockedStoreError
from whiskertoolbox_python.store.disk import drives

TOKEN = "0123456789ab"
SAMPLES = 300_000  # a file that is large enough to be written over
MOUNTS = r"""21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:40 / /home/lab rw,relatime shared:9 - nfs4 rig:/export rw,vers=4.2
31 21 0:41 / /mnt/c rw,noatime - 9p C:\134 rw,dirsync,aname=drvfs;path=C:\;uid=1000
32 21 0:42 / /mnt/my\040share rw - cifs //rig/data rw,vers=3.1.1
33 30 8:2 / /home/lab/scratch rw - ext4 /dev/sdb1 rw
34 21 0:43 / /host rw - 9p host rw,trans=virtio
"""


def a_writer_elsewhere(session: Path, computer: str) -> Path:
    """Make the lock file of a writer that no lock of ours can find; returns it."""
    lock = session / "writers" / f"{TOKEN}.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.write_bytes(b"\0" + computer.encode())
    return lock


def series(number: int) -> AnalogTimeSeries:
    return AnalogTimeSeries.from_array(np.full(SAMPLES, number, np.float32), copy=False)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session with one key."""
    with DataManager.open(tmp_path / "session") as manager:
        manager.setData("a", series(1), "time")
    return tmp_path / "session"


@pytest.mark.parametrize(
    ("folder", "is_shared"),
    [
        ("/data/session", False),
        ("/home/lab/session", True),
        ("/home/laboratory/session", False),
        ("/home/lab/scratch/session", False),
        ("/mnt/c/Users/me/session", True),
        ("/mnt/my share/session", True),
        ("/host/session", False),
    ],
)
def test_drives_of_networks_and_of_windows_are_told_from_disks(folder: str, is_shared: bool) -> None:
    assert drives.is_shared_mount(PurePosixPath(folder), MOUNTS) is is_shared


def test_the_folder_of_a_test_is_on_a_disk(tmp_path: Path) -> None:
    assert not drives.is_shared_drive(tmp_path)
    assert not drives.is_shared_drive(tmp_path / "not" / "made")


def test_a_writer_says_on_which_computer_it_is(session: Path) -> None:
    with DataManager.open(session) as manager:
        manager.setData("b", series(1), "time")
        (lock,) = (session / "writers").iterdir()
        assert lock.read_bytes()[1:].decode() == drives.this_computer()


def test_who_begins_to_write_is_told_once_of_another_computer(session: Path) -> None:
    lock = a_writer_elsewhere(session, "rig2 (Windows)")
    with warnings.catch_warnings(record=True) as told, DataManager.open(session) as manager:
        warnings.simplefilter("always")
        manager.setData("b", series(1), "time")
        manager.setData("c", series(1), "time")
    (message,) = (str(one.message) for one in told)
    assert "open on rig2 (Windows) as well, or was not closed there" in message
    assert str(lock) in message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows neither deletes nor writes over what is mapped")
@pytest.mark.parametrize(("computer", "is_kept"), [(None, True), ("rig2 (Windows)", False)])
@pytest.mark.filterwarnings("ignore:the session")
def test_no_file_is_kept_to_be_written_over_while_a_writer_is_in_another_system(
    session: Path, computer: str | None, is_kept: bool
) -> None:
    if computer is not None:
        a_writer_elsewhere(session, computer)
    with DataManager.open(session) as manager:
        manager.setData("a", series(2), "time")
        large = [path for path in (session / "columns").glob("*.npy") if path.stat().st_size > SAMPLES]
        manager.setData("a", series(3), "time")
        assert [path for path in large if path.exists()] == (large if is_kept else large[:-1])


def test_what_a_writer_elsewhere_has_not_committed_yet_stays(session: Path) -> None:
    lock = a_writer_elsewhere(session, "rig2 (Windows)")
    unsealed = session / "columns" / f"{TOKEN}-1.part"
    unsealed.write_bytes(b"half of it")
    with DataManager.open(session) as manager:
        manager.getAllKeys()
    assert unsealed.exists()
    assert lock.exists()


def test_what_a_writer_here_has_left_goes(session: Path) -> None:
    lock = a_writer_elsewhere(session, drives.this_computer())
    unsealed = session / "columns" / f"{TOKEN}-1.part"
    unsealed.write_bytes(b"half of it")
    with DataManager.open(session) as manager:
        manager.getAllKeys()
    assert not unsealed.exists()
    assert not lock.exists()


def test_a_computer_on_a_disk_of_its_own_may_have_had_another_name(session: Path) -> None:
    lock = a_writer_elsewhere(session, f"laptop.home {drives.this_computer().rpartition(' ')[2]}")
    with DataManager.open(session) as manager:
        manager.getAllKeys()
    assert not lock.exists()


def test_a_session_that_is_open_elsewhere_is_not_deleted(session: Path) -> None:
    lock = a_writer_elsewhere(session, "rig2 (Windows)")
    with pytest.raises(LockedStoreError, match=r"open on rig2 \(Windows\)") as refused:
        DataManager.delete_session(session)
    assert str(lock) in str(refused.value)
    with DataManager.open(session) as manager:
        assert "a" in manager.getAllKeys()


ON_A_SHARE = """
from whiskertoolbox_python.store.disk import catalog, opening, writers
for module in (catalog, opening, writers):
    module.is_shared_drive = lambda folder: True
"""


def journal_of(session: Path) -> str:
    with contextlib.closing(sqlite3.connect(session / "catalogue.sqlite")) as catalogue:
        return str(catalogue.execute("PRAGMA journal_mode").fetchone()[0])


def test_on_a_network_drive_the_catalogue_needs_no_memory_that_all_share(tmp_path: Path) -> None:
    session = tmp_path / "session"
    storing = (
        f"{ON_A_SHARE}\nwith DataManager.open(sys.argv[1]) as dm: dm.setData('a', DigitalEventSeries([1]), 'time')"
    )
    with Process(storing, session) as writer:
        writer.finish()
    assert journal_of(session) == "delete"


def test_a_session_that_is_moved_to_a_network_drive_needs_none_any_more(session: Path) -> None:
    assert journal_of(session) == "wal"
    with Process(
        f"{ON_A_SHARE}\nwith DataManager.open(sys.argv[1]) as dm: say('a' in dm.getAllKeys())", session
    ) as reader:
        assert reader.finish() == "True"
    assert journal_of(session) == "delete"


def test_processes_see_one_another_s_commits_on_a_network_drive(tmp_path: Path) -> None:
    watching = f"""{ON_A_SHARE}
with DataManager.open(sys.argv[1]) as dm:
    say("ready")
    sys.stdin.readline()
    say('a' in dm.getAllKeys())
"""
    storing = (
        f"{ON_A_SHARE}\nwith DataManager.open(sys.argv[1]) as dm: dm.setData('a', DigitalEventSeries([1]), 'time')"
    )
    session = tmp_path / "session"
    with Process(watching, session) as reader:
        assert reader.hear() == "ready"
        with Process(storing, session) as writer:
            writer.finish()
        reader.tell("look")
        assert reader.finish() == "True"
