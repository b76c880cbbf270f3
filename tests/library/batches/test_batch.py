"""Batches in real worker processes: over intervals, groups, sessions and products of these."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whiskertoolbox_python as wt
from whiskertoolbox_python.progressing import LoopProgress, connect

pytestmark = pytest.mark.slow
MEANS = [n + 2.0 for n in range(0, 100, 10)]


@pytest.fixture
def work() -> Any:
    return importlib.import_module("work")


def test_the_results_of_intervals_come_in_their_order(session: wt.DataManager, work: Any) -> None:
    result = wt.batch(work.mean_angle, over=session.getData("trials"), workers=2)
    assert result.values == MEANS
    assert result.labels[0].startswith("trials ")


def test_a_group_gives_its_entities(session: wt.DataManager, work: Any) -> None:
    assert wt.batch(work.mean_angle, over=session.getGroup("go"), workers=1).values == [12.0, 32.0]


def test_a_session_in_memory_is_copied_for_the_workers(work: Any) -> None:
    from conftest import fill  # type: ignore[import-not-found]

    dm = wt.DataManager()
    fill(dm)
    assert wt.batch(work.mean_angle, over=dm.getData("trials"), workers=1).values == MEANS


def test_sessions_and_their_products_with_intervals(session: wt.DataManager, work: Any, tmp_path: Path) -> None:
    session.save_as(tmp_path / "other").close()
    paths = [tmp_path / "session", tmp_path / "other"]
    assert wt.batch(work.keys_of, over=paths, workers=1).values == [["angle"], ["angle"]]
    result = wt.batch(work.mean_angle, over=(paths, "go"), workers=1)
    assert result.values == [12.0, 32.0, 12.0, 32.0]
    assert result.labels[2].startswith("other, trials ")


def test_parameters_reach_the_function_and_dicts_become_a_table(
    session: wt.DataManager, work: Any, tmp_path: Path
) -> None:
    result = wt.batch(work.mean_above, over="trials", session=session, parameters={"limit": 50}, workers=1)
    table = result.table()
    assert table.names == ["mean", "above"]
    assert table.columns[1].tolist() == [0, 0, 0, 0, 0, 4, 5, 5, 5, 5]
    result.save(tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text().splitlines()[1] == "0,2,0"


def test_an_error_stays_with_its_item_and_is_run_again_alone(session: wt.DataManager, work: Any) -> None:
    result = wt.batch(work.odd_fails, over=session.getData("trials"), workers=1)
    assert [error.number for error in result.errors] == [1, 3, 5, 7, 9]
    assert result.errors[0].message == "ValueError: the trial at 10 is odd"
    assert "in odd_fails" in result.errors[0].traceback
    assert "_tasks.py" not in result.errors[0].traceback
    with pytest.raises(
        wt.BatchError, match=r"5 of 10 failed, the first is trials .*: ValueError: the trial at 10 is odd"
    ):
        result.raise_errors()
    mended = result.retry(work.mean_angle)
    assert mended.errors == []
    assert mended.values == [0, 12, 20, 32, 40, 52, 60, 72, 80, 92]


def test_results_are_stored_as_they_come_also_those_of_items_that_are_run_again(
    session: wt.DataManager, work: Any
) -> None:
    result = wt.batch(work.odd_fails, over="trials", session=session, workers=1, into="means")
    stored = session.getData("means")
    assert isinstance(stored, wt.TensorData)
    assert np.isnan(stored.values).sum() == 5
    assert wt.recent_batch() is result
    wt.recent_batch().retry(work.mean_angle)
    mended = session.getData("means")
    assert isinstance(mended, wt.TensorData)
    assert mended.values.ravel().tolist() == [0, 12, 20, 32, 40, 52, 60, 72, 80, 92]


def test_a_batch_of_which_every_item_fails_stores_nothing_and_says_so(session: wt.DataManager, work: Any) -> None:
    keys = session.getAllKeys()
    result = wt.batch(work.always_fails, over="trials", session=session, workers=1, into="none")
    assert len(result.errors) == 10
    assert session.getAllKeys() == keys
    with pytest.raises(wt.TransformError, match="no item gave a result"):
        result.store(session, "none")
    with pytest.raises(wt.TransformError, match="give session=dm as well"):
        wt.batch(work.always_fails, over=session.getData("trials"), into="none")


def test_a_cancelled_batch_goes_on_with_what_was_not_done(session: wt.DataManager, work: Any, tmp_path: Path) -> None:
    def cancel(progress: wt.BatchProgress) -> None:
        if progress.done == 4:
            raise wt.Cancelled

    folder = {"folder": str(tmp_path)}
    with pytest.raises(wt.Cancelled):
        wt.batch(
            work.leaves_a_mark,
            over="trials",
            session=session,
            workers=1,
            parameters=folder,
            progress=lambda how_far: None if (tmp_path / "again").exists() else cancel(how_far),
            into="starts",
        )
    stopped = wt.recent_batch()
    assert str(stopped).startswith("4 of 10 done")
    assert stopped.values == [0, 10, 20, 30, None, None, None, None, None, None]
    assert "starts" not in session.getAllKeys()
    (tmp_path / "again").mkdir()
    result = stopped.retry()
    assert result.values == list(range(0, 100, 10))
    assert (len(result.errors), str(result)) == (0, "10 of 10 done")
    assert "starts" in session.getAllKeys()


def test_a_batch_that_could_not_begin_has_no_result(session: wt.DataManager, work: Any) -> None:
    def cancel(_progress: wt.BatchProgress) -> None:
        raise wt.Cancelled

    with pytest.raises(wt.Cancelled):
        wt.batch(work.mean_angle, over="trials", session=session, workers=1, progress=cancel)
    with pytest.raises(wt.TransformError, match=r"mean_angle over trials\) has no result: it is cancelled"):
        wt.recent_batch()


def test_the_session_hears_how_far_a_batch_is(session: wt.DataManager, work: Any) -> None:
    told: list[LoopProgress] = []
    connect(told.append)
    try:
        wt.batch(work.odd_fails, over="trials", session=session, workers=1)
    finally:
        connect(None)
    assert (told[0].description, told[0].done, told[0].total) == ("Batch: odd_fails over trials", 0, 10)
    assert (told[-1].description, told[-1].done) == ("Batch: odd_fails over trials, 5 failed", 10)
    assert told[-1].has_ended


def test_data_objects_are_joined_under_a_key(session: wt.DataManager, work: Any) -> None:
    wt.batch(work.smooth, over=session.getData("trials"), workers=1).store(session, "doubled")
    doubled = session.getData("doubled")
    assert doubled.times.tolist() == [n for n in range(100) if n % 10 < 5]
    assert doubled.getAtTime(44) == 88


def test_numbers_are_stored_as_a_tensor(session: wt.DataManager, work: Any) -> None:
    wt.batch(work.mean_angle, over=session.getData("trials"), workers=1).store(session, "means")
    assert session.getData("means").getColumn(0) == MEANS


def test_a_pipeline_runs_on_the_data_of_each_interval(session: wt.DataManager) -> None:
    above = wt.pipeline(wt.step("Threshold Event Detection", "angle", "high", threshold_value=93))
    wt.batch(above, over=session.getData("trials"), workers=1).store(session, "in trials: ")
    assert session.getData("in trials: high").times.tolist() == [94]


def test_what_a_pipeline_makes_of_intervals_is_on_the_clock_of_its_input(tmp_path: Path) -> None:
    with wt.DataManager.open(tmp_path / "clocks") as dm:
        dm.setTime("camera", wt.TimeFrame(np.arange(0, 300, 3)))
        dm.setData("angle", wt.AnalogTimeSeries(range(100), 100), "camera")
        dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(0, 9), wt.Interval(20, 29)]), "camera")
        double = wt.pipeline(wt.step("Scale and Normalize", "angle", "scaled"))
        assert wt.batch(double, over="trials", session=dm, workers=1, into="").errors == []
        assert dm.getTimeKey("scaled") == "camera"


HALVE = """
import whiskertoolbox_python as wt
@wt.transform(name="Halve it")
def halve(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
    return wt.AnalogTimeSeries.from_array(signal.values / 2, signal.times)
"""


def test_a_pipeline_takes_transforms_of_the_workspace_along(session: wt.DataManager, tmp_path: Path) -> None:
    (tmp_path / "transforms").mkdir()
    (tmp_path / "transforms" / "halves.py").write_text(HALVE)
    wt.load_transforms(tmp_path)
    half = wt.pipeline(wt.step("Halve it", "angle", "half"))
    result = wt.batch(half, over="trials", session=session, workers=1, into="")
    assert result.errors == []
    stored, angle = session.getData("half"), session.getData("angle")
    assert isinstance(stored, wt.AnalogTimeSeries)
    assert isinstance(angle, wt.AnalogTimeSeries)
    assert len(stored.values) > 0
    assert np.array_equal(stored.values, angle.values[np.searchsorted(angle.times, stored.times)] / 2)


def test_an_error_of_a_pipeline_names_the_transform_and_the_line_of_the_file(
    session: wt.DataManager, tmp_path: Path
) -> None:
    (tmp_path / "transforms").mkdir()
    (tmp_path / "transforms" / "fails.py").write_text(
        HALVE.replace("Halve it", "Give up").replace("return ", "raise ValueError('no whisker')  # ")
    )
    wt.load_transforms(tmp_path)
    result = wt.batch(wt.pipeline(wt.step("Give up", "angle", "half")), over="trials", session=session, workers=1)
    first = result.errors[0]
    assert first.message == "ValueError: no whisker (in Give up)"
    assert "fails.py" in first.traceback
    assert "running.py" not in first.traceback


@pytest.mark.extra
def test_a_pipeline_takes_transforms_of_the_console_along(session: wt.DataManager) -> None:
    exec(HALVE.replace("Halve it", "Halve it here"), {"__name__": "__main__"})
    half = wt.pipeline(wt.step("Halve it here", "angle", "half"))
    assert wt.batch(half, over="trials", session=session, workers=1).errors == []


def test_a_pipeline_over_sessions_stores_in_each(session: wt.DataManager, tmp_path: Path) -> None:
    session.save_as(tmp_path / "other").close()
    above = wt.pipeline(wt.step("Threshold Event Detection", "angle", "high", threshold_value=97))
    result = wt.batch(above, over=[tmp_path / "session", tmp_path / "other"], workers=1)
    assert result.values == [["high"], ["high"]]
    with wt.DataManager.open(tmp_path / "other", read_only=True) as other:
        assert other.getData("high").times.tolist() == [98, 99]


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(session: wt.DataManager, work: Any, tmp_path: Path) -> None:
    result = wt.batch(work.dies_once, over=session.getData("trials"), parameters={"folder": str(tmp_path)}, workers=2)
    assert result.values == list(range(0, 100, 10))
    assert (tmp_path / "died 30").exists()


def test_arrays_in_workers_are_read_only(session: wt.DataManager, work: Any) -> None:
    assert not any(wt.batch(work.is_writeable, over=session.getGroup("go"), workers=1).values)


def test_what_is_done_is_not_done_again_after_a_kill(session: wt.DataManager, work: Any, tmp_path: Path) -> None:
    marks, journal = tmp_path / "marks", tmp_path / "journal"
    marks.mkdir()
    script = (
        "import sys, os; sys.path[:0] = sys.argv[1:3]\n"
        "import work, whiskertoolbox_python as wt\n"
        "def stop(progress):\n"
        "    if progress.done == 4: os._exit(9)\n"
        "dm = wt.DataManager.open(sys.argv[3], read_only=True)\n"
        "wt.batch(work.leaves_a_mark, over='trials', session=dm, parameters={'folder': sys.argv[4]}, workers=1,\n"
        "         resume=sys.argv[5], progress=stop)\n"
    )
    library = Path(wt.__file__).parents[1]
    here = Path(__file__).parent
    arguments = [str(path) for path in (library, here, tmp_path / "session", marks, journal)]
    killed = subprocess.run([sys.executable, "-c", script, *arguments], check=False, timeout=120)
    assert killed.returncode == 9
    wt_result = wt.batch(
        work.leaves_a_mark, over="trials", session=session, parameters={"folder": str(marks)}, workers=1, resume=journal
    )
    assert wt_result.values == list(range(0, 100, 10))
    done = sorted(int(mark.name.split()[0]) for mark in marks.iterdir())
    for number in (0, 10, 20):  # in the journal before the kill; the one under way then may be done twice
        assert done.count(number) == 1


def test_a_journal_of_another_function_is_begun_anew_with_a_warning(
    session: wt.DataManager, work: Any, tmp_path: Path
) -> None:
    wt.batch(work.mean_angle, over=session.getGroup("go"), workers=1, resume=tmp_path / "journal")
    with pytest.warns(wt.TransformWarning, match="is of another function or other parameters"):
        result = wt.batch(work.odd_fails, over=session.getGroup("go"), workers=1, resume=tmp_path / "journal")
    assert len(result.errors) == 2


def test_a_cancelled_batch_ends_and_keeps_what_is_done(session: wt.DataManager, work: Any, tmp_path: Path) -> None:
    def stop(progress: wt.BatchProgress) -> None:
        if progress.done == 3:
            raise wt.Cancelled("stopped")

    with pytest.raises(wt.Cancelled):
        wt.batch(work.mean_angle, over=session.getData("trials"), workers=1, progress=stop, resume=tmp_path / "journal")
    seen = []
    wt.batch(
        work.mean_angle, over=session.getData("trials"), workers=1, progress=seen.append, resume=tmp_path / "journal"
    )
    assert seen[-1].done == seen[-1].total == 10
    assert sum(np.isnan(one.remaining_s) for one in seen) >= 3  # those that were done before take no time


@pytest.mark.extra
def test_a_script_needs_no_main_guard_and_its_functions_travel(session: wt.DataManager, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import whiskertoolbox_python as wt\n"
        "def peak(trial): return float(trial.getData('angle').values.max())\n"
        "dm = wt.DataManager.open(sys.argv[2], read_only=True)\n"
        "print(wt.batch(peak, over=dm.getGroup('go'), workers=1).values)\n"
    )
    arguments = [str(Path(wt.__file__).parents[1]), str(tmp_path / "session")]
    done = subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.strip() == "[14.0, 34.0]", done.stderr


def test_data_that_are_not_stored_are_refused() -> None:
    with pytest.raises(wt.TransformError, match="the data must be stored first"):
        wt.batch(len, over=wt.DigitalIntervalSeries([wt.Interval(0, 1)]))
    with pytest.raises(wt.TransformError, match="give session=dm as well"):
        wt.batch(len, over="trials")


def test_data_of_workers_have_their_attributes_also_when_they_are_joined(session: wt.DataManager, work: Any) -> None:
    result = wt.batch(work.in_degrees, over=session.getData("trials"), workers=1)
    assert {value.attributes["unit"] for value in result.values} == {"deg"}
    result.store(session, "joined")
    assert session.getData("joined").attributes == {"unit": "deg"}
