"""What the store does where open files can be neither deleted nor renamed: on Linux, under Windows' rules for files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import DAEMON, WINDOWS_RULES, Process

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the rules are made of what /proc says")
ROOT = Path(__file__).parents[2]
OTHERWISE_THERE = [
    "test_reclaiming.py::test_replaced_and_deleted_columns_leave_the_disk",  # a mapped file stays until it is let go
]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session with a column that is mapped when it is read."""
    path = tmp_path / "session"
    code = """
    with DataManager.open(sys.argv[1]) as dm:
        dm.setData("angle", AnalogTimeSeries(np.arange(100_000), 100_000), "time")
    """
    with Process(code, path, windows_rules=True) as writer:
        writer.finish()
    return path


@pytest.mark.slow
def test_a_table_that_a_spreadsheet_has_open_is_not_replaced_and_the_error_says_so(tmp_path: Path) -> None:
    table = tmp_path / "licks.csv"
    table.write_text("as it was")
    spreadsheet = """
    held = open(sys.argv[1])
    say("holds")
    sys.stdin.readline()
    """
    saving = """
    dm = DataManager()
    dm.setData("licks", DigitalEventSeries([1, 2]), "time")
    try:
        dm.save("licks", sys.argv[1])
    except OSError as error:
        say(error)
    """
    with Process(spreadsheet, table, windows_rules=True) as other:
        assert other.hear() == "holds"
        with Process(saving, table, windows_rules=True) as writer:
            said = writer.finish()
        assert "if another program has it open, close it there" in said
        assert "licks.csv" in said
        assert table.read_text() == "as it was"
        assert [file.name for file in tmp_path.iterdir()] == ["licks.csv"]
        other.tell("let go")
        other.finish()


def say_of_deleting(path: Path) -> str:
    code = """
    try:
        DataManager.delete_session(sys.argv[1])
    except Exception as error:
        say(type(error).__name__, error)
    else:
        say("deleted")
    """
    with Process(code, path, windows_rules=True) as deleting:
        return deleting.finish()


@pytest.mark.slow
def test_a_session_of_which_another_process_holds_an_array_is_deleted_whole_or_not_at_all(session: Path) -> None:
    holding = """
    dm = DataManager.open(sys.argv[1], read_only=True)
    angle = dm.getData("angle")
    dm.close()
    say("holds")
    sys.stdin.readline()
    say(int(angle.values[-1]))
    """
    with Process(holding, session, windows_rules=True) as other:
        assert other.hear() == "holds"
        said = say_of_deleting(session)
        assert said.startswith("LockedStoreError")
        assert "in use by another program" in said
        other.tell()
        assert other.hear() == "99999"
        other.finish()
    assert sorted(path.name for path in session.parent.iterdir()) == ["session"]
    assert say_of_deleting(session) == "deleted"
    assert not session.exists()


@pytest.mark.slow
def test_a_writer_ends_well_while_another_process_looks_whether_it_is_there(session: Path) -> None:
    writing = """
    dm = DataManager.open(sys.argv[1])
    dm.setData("licks", DigitalEventSeries([1, 2]), "time")
    say("wrote")
    sys.stdin.readline()
    dm.close()
    say("closed")
    """
    looking = """
    files = [open(path, "rb") for path in __import__("pathlib").Path(sys.argv[1], "writers").iterdir()]
    say(len(files))
    sys.stdin.readline()
    """
    with Process(writing, session, windows_rules=True) as writer:
        assert writer.hear() == "wrote"
        with Process(looking, session, windows_rules=True) as looker:
            assert looker.hear() == "1"
            writer.tell()
            assert writer.hear() == "closed"
            writer.finish()
            looker.tell()
            looker.finish()
    with Process("DataManager.open(sys.argv[1]).close()", session, windows_rules=True) as sweeper:
        sweeper.finish()
    assert not list((session / "writers").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("tests", ["test_reclaiming.py", "test_opening.py", "test_copies.py", "test_appending.py"])
def test_the_stores_own_tests_pass_there(tests: str, tmp_path: Path) -> None:
    folder = Path("tests", "library", "store")
    left_out = [f"--deselect={(folder / test).as_posix()}" for test in OTHERWISE_THERE]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'files'}"]
    run = subprocess.run(
        [*command, *left_out, folder / tests],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(DAEMON), str(WINDOWS_RULES)]), "WINDOWS_RULES": "1"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
