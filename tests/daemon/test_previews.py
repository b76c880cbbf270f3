"""Previews of transforms through the daemon: within a window, of code that fails or never ends, while code runs."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient, wait_for_file
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.arrays import WireArray, array_bytes
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.views import NoView, PreviewSteps, SpansView, StepPreview, TicksView, TraceView

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINE = """
import time
from pathlib import Path

import whiskertoolbox_python as wt

print("what files print is no answer")


@wt.transform(name="Halve")
def halve(signal: wt.AnalogTimeSeries, by: float = 2.0) -> wt.AnalogTimeSeries:
    print("nor is this")
    return wt.AnalogTimeSeries.from_array(signal.values / by, signal.times)


@wt.transform(name="Give Up")
def give_up(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
    raise ValueError("no whisker to be seen")


@wt.transform(name="Never End")
def never_end(signal: wt.AnalogTimeSeries, begun: str = "") -> wt.AnalogTimeSeries:
    Path(begun).write_text("begun")  # a pipe: whoever waits reads it
    while True:
        time.sleep(0.01)
"""

SETUP = """
import numpy as np
dm.setTime('camera', wt.TimeFrame(range(0, 6000, 60), ticks_per_second=30000), True)
dm.setData('angle', wt.AnalogTimeSeries(np.arange(100), 100), 'camera')
lines = wt.LineData()
for time in (3, 4):
    lines.addAtTime(time, wt.Line2D(np.array([[0, 0], [3, 4 * time]])))
dm.setData('whisker', lines, 'camera')
@wt.transform(name="Of The Console")
def of_the_console(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries: return signal
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client of a session with data, in a workspace with transforms."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "transforms").mkdir()
    (folder / "transforms" / "mine.py").write_text(MINE)
    async with DaemonClient.start(session=folder / "session", workspace=folder) as client:
        await client.until_state("idle")
        assert (await client.run(SETUP, "set up")).status == "ok"
        yield client


def steps(*described: tuple[str, str, str, dict[str, Any]]) -> str:
    names = ("transform_name", "input_key", "output_key", "parameters")
    return json.dumps(
        {
            "steps": [
                {"step_id": f"step {n}", **dict(zip(names, one, strict=True))} for n, one in enumerate(described, 1)
            ]
        }
    )


async def preview(
    client: DaemonClient,
    *described: tuple[str, str, str, dict[str, Any]],
    start: float | None = 600,
    end: float | None = 1200,
    time: float | None = None,
) -> StepPreview:
    asked = PreviewSteps(pipeline=steps(*described), start=start, end=end, time=time, budget=500)
    return await client.request(methods.TRANSFORMS_PREVIEW, asked)


async def begin_endless(client: DaemonClient, folder: Path) -> asyncio.Task[StepPreview]:
    """Ask for a preview that does not end; returns when it has begun."""
    begun = folder / "begun"
    os.mkfifo(begun)
    endless = asyncio.create_task(preview(client, ("Never End", "angle", "never", {"begun": str(begun)})))
    assert await asyncio.to_thread(begun.read_text) == "begun"
    return endless


def numbers(array: WireArray) -> list[float]:
    values: list[float] = np.frombuffer(array_bytes(array), array.dtype).tolist()
    return values


async def test_a_users_function_is_previewed_within_the_window_and_stores_nothing(client: DaemonClient) -> None:
    made = await preview(client, ("Halve", "angle", "half", {"by": 10}))
    assert made.message == ""
    before, after = made.lanes
    assert (made.start, made.end) == (600, 1200)
    assert (before.described.key, after.described.key) == ("angle", "half")
    assert isinstance(before.view, TraceView)
    assert isinstance(after.view, TraceView)
    assert numbers(before.view.starts) == numbers(after.view.starts) == list(range(600, 1201, 60))
    np.testing.assert_allclose(numbers(after.view.low), np.arange(10, 21) / 10)
    assert after.described.ticks_per_second == 30000
    keys = await client.request(methods.DATA_LIST, Empty())
    assert "half" not in [key.key for key in keys.keys]


async def test_without_a_window_it_begins_where_the_input_does(client: DaemonClient) -> None:
    made = await preview(client, ("Halve", "angle", "half", {}), start=None, end=None)
    assert (made.start, made.end) == (0, 5940)


async def test_only_the_steps_that_lead_to_the_last_are_run(client: DaemonClient) -> None:
    made = await preview(
        client,
        ("Give Up", "angle", "never", {}),
        ("Halve", "angle", "", {}),
        ("Threshold Interval Detection", "step 2_output", "contacts", {"threshold_value": 7}),
    )
    before, after = made.lanes
    assert made.message == ""
    assert before.described.key == "step 2_output"
    assert isinstance(after.view, SpansView)
    assert (numbers(after.view.starts), after.view.interval_count) == ([900], 1)


async def test_events_are_shown_as_ticks_and_numbers_as_text(client: DaemonClient) -> None:
    made = await preview(client, ("Threshold Event Detection", "angle", "events", {"threshold_value": 18.5}))
    assert isinstance(made.lanes[1].view, TicksView)
    assert numbers(made.lanes[1].view.starts) == [1140, 1200]
    made = await preview(client, ("MeanValueRaw", "angle", "", {}))
    assert isinstance(made.lanes[1].view, NoView)
    assert (made.lanes[1].described.key, made.lanes[1].view.message) == ("MeanValueRaw", "15")


async def test_lines_are_those_of_the_viewers_time(client: DaemonClient) -> None:
    made = await preview(client, ("Extract Line Subsegment", "whisker", "cut", {}), start=0, end=1200, time=250)
    before, after = made.lanes
    assert made.message == ""
    assert before.shapes is not None
    assert after.shapes is not None
    assert (before.shapes.tick, numbers(before.shapes.points)) == (240, [0, 0, 3, 16])
    assert after.shapes.tick == 240


async def test_an_error_of_the_users_code_is_what_is_shown(client: DaemonClient) -> None:
    made = await preview(client, ("Give Up", "angle", "never", {}))
    assert "no whisker to be seen" in made.message
    assert (await preview(client, ("Halve", "angel", "half", {}))).message.endswith("no data key 'angel'")


async def test_a_transform_of_the_console_says_where_it_would_have_to_be(client: DaemonClient) -> None:
    made = await preview(client, ("Of The Console", "angle", "same", {}))
    assert "transforms/" in made.message


async def test_a_changed_file_is_run_again(client: DaemonClient) -> None:
    await preview(client, ("Halve", "angle", "half", {}))
    assert client.session is not None
    file = client.session.parent / "transforms" / "mine.py"
    file.write_text(MINE.replace("signal.values / by", "signal.values * 0"))
    made = await preview(client, ("Halve", "angle", "half", {}))
    file.write_text(MINE)
    assert isinstance(made.lanes[1].view, TraceView)
    assert set(numbers(made.lanes[1].view.high)) == {0}


async def test_one_that_never_ends_is_ended_by_the_next(client: DaemonClient, tmp_path: Path) -> None:
    endless = await begin_endless(client, tmp_path)
    made = await preview(client, ("Halve", "angle", "half", {}))
    assert made.message == ""
    assert (await endless).is_overtaken


async def test_there_are_previews_while_code_runs_and_of_what_it_stores(client: DaemonClient, tmp_path: Path) -> None:
    code = "dm.setData('late', wt.AnalogTimeSeries([1, 2, 3], 3), 'camera')\nprint('stored', flush=True)\n"
    running = await client.begin_run(code + wait_for_file(tmp_path / "go on"), "long")
    await client.until(lambda: "stored" in client.text_of("long"))
    made = await preview(client, ("Halve", "late", "half", {}), start=0, end=600)
    (tmp_path / "go on").touch()
    assert (await running).status == "ok"
    assert isinstance(made.lanes[1].view, TraceView)
    assert numbers(made.lanes[1].view.high) == [0.5, 1, 1.5]


async def test_its_process_ends_with_the_session_also_in_code_that_never_ends(workspace: Path) -> None:
    (workspace / "transforms").mkdir()
    (workspace / "transforms" / "mine.py").write_text(MINE)
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.until_state("idle")
        assert (await client.run(SETUP, "set up")).status == "ok"
        endless = await begin_endless(client, workspace)
        daemon = psutil.Process(client.daemon_id)
        (mine,) = [one for one in daemon.children() if any("preview_process" in part for part in one.cmdline())]
        daemon.kill()
        psutil.wait_procs([mine], timeout=60)
        assert not mine.is_running()
        endless.cancel()
