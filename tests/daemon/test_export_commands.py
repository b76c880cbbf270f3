"""The command `whiskertoolbox export`, and the daemon that runs it for the editor."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import psutil
import pytest

from tests.daemon.test_cli import whiskertoolbox
from whiskertoolbox_daemon.data.exporting import export_formats, export_keys
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import ExportKeys, ExportResult, KeyReferences, LoadProgress
from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries


@pytest.fixture
def session(tmp_path: Path) -> Path:
    folder = tmp_path / "session"
    with DataManager.open(folder) as manager:
        manager.setData("angle", AnalogTimeSeries([1.0, 2.0, 3.0], 3), "time")
        manager.setData("--licks", DigitalEventSeries([1, 2]), "time")
    return folder


def test_export_writes_a_file_and_names_it(session: Path, tmp_path: Path) -> None:
    done = whiskertoolbox("export", tmp_path / "a.csv", "--session", session, "--key", "angle")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Wrote {tmp_path / 'a.csv'}\n"
    assert (tmp_path / "a.csv").read_text() == "index,angle\n0,1\n1,2\n2,3\n"


def test_export_replaces_nothing_unless_told_to(session: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    command = ("export", tmp_path / "a.csv", "--session", session, "--key=angle")
    done = whiskertoolbox(*command)
    assert done.returncode == 1
    assert "is there already; --overwrite replaces it" in done.stderr
    assert (tmp_path / "a.csv").read_text() == "mine"
    assert whiskertoolbox(*command, "--overwrite").returncode == 0
    assert (tmp_path / "a.csv").read_text().startswith("index,angle\n")


def test_export_lists_the_formats_that_hold_all_keys(session: Path) -> None:
    done = whiskertoolbox("export", "--formats", "--session", session)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["nwb", "csv"]
    assert whiskertoolbox("export", "--formats", "--session", session, "--key=--licks").stdout.count("\n") == 4


def test_an_option_that_the_format_does_not_have_is_named(session: Path, tmp_path: Path) -> None:
    done = whiskertoolbox("export", tmp_path / "a.csv", "--session", session, "--key=angle", "--option=fps=3")
    assert done.returncode == 1
    assert "fps" in done.stderr
    assert not (tmp_path / "a.csv").exists()


async def export(session: Path, path: Path, *keys: str, overwrite: bool = False) -> tuple[ExportResult, list[str]]:
    told: list[LoadProgress] = []
    wanted = ExportKeys(path=str(path), load_id="1", keys=list(keys), format="csv", options=[], overwrite=overwrite)
    result = await export_keys(wanted, session_path=session, python=sys.executable, on_progress=told.append)
    return result, [step.label for step in told]


async def test_the_editor_is_told_each_key_and_the_result(session: Path, tmp_path: Path) -> None:
    result, told = await export(session, tmp_path / "out", "angle", "--licks")
    assert result == ExportResult(path=str(tmp_path / "out"), is_taken=False, warnings=[])
    assert told == ["angle", "--licks", ""]
    entries = json.loads((tmp_path / "out" / "recording.json").read_text())
    assert [entry["name"] for entry in entries] == ["angle", "--licks"]


async def test_the_editor_is_told_that_something_is_there(session: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("")
    result, _ = await export(session, tmp_path / "out", "angle")
    assert result.is_taken
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
    assert not (await export(session, tmp_path / "out", "angle", overwrite=True))[0].is_taken


async def test_an_export_that_fails_says_why_and_leaves_nothing(session: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r'^unknown key "angel"'):
        await export(session, tmp_path / "out", "angel")
    assert not (tmp_path / "out").exists()


async def test_thousands_of_keys_are_more_than_a_command_line_takes_and_are_exported(tmp_path: Path) -> None:
    keys = [f"unit {number} {'of a long name ' * 20}" for number in range(1000)]
    with DataManager.open(tmp_path / "session") as manager:
        for key in keys:
            manager.setData(key, DigitalEventSeries([1]), "time")
    found = await export_formats(KeyReferences(keys=keys), session_path=tmp_path / "session", python=sys.executable)
    assert [one.name for one in found.formats] == ["nwb", "csv"]


async def test_a_cancelled_export_ends_and_leaves_what_was_there(tmp_path: Path) -> None:
    """What the command tells of its keys is more than a pipe holds, so it cannot have ended when it is cancelled."""
    keys = [f"unit {number} {'of a long name ' * 40}" for number in range(600)]
    with DataManager.open(tmp_path / "session") as manager:
        for key in keys:
            manager.setData(key, DigitalEventSeries([1]), "time")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "recording.json").write_text("mine")
    told: list[str] = []

    def cancel(step: LoadProgress) -> None:
        told.append(step.label)
        running.cancel()

    wanted = ExportKeys(path=str(tmp_path / "out"), load_id="1", keys=keys, format="csv", options=[], overwrite=True)
    running = asyncio.ensure_future(
        export_keys(wanted, session_path=tmp_path / "session", python=sys.executable, on_progress=cancel)
    )
    with pytest.raises(asyncio.CancelledError):
        await running
    assert told[0] == keys[0]
    assert [child for child in psutil.Process().children(recursive=True) if "export" in child.cmdline()] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "session"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["recording.json"]
    assert (tmp_path / "out" / "recording.json").read_text() == "mine"
