"""What windows show, through the daemon: every shape, while code runs, after replacing and deleting."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import DaemonClient
from tests.support.views import SETUP, numbers
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.views import (
    DescribeViews,
    FindTick,
    GridView,
    LaneQuery,
    LaneView,
    LocateIndex,
    NoView,
    ReadFrame,
    ReadViews,
    SpansView,
    TicksView,
    TraceView,
    ViewInPreparation,
    Views,
)
from whiskertoolbox_python import DataManager, DigitalEventSeries, LineData
from whiskertoolbox_python.views import Band, Timeline, filtered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def read(
    client: DaemonClient, *keys: str, start: float = 0, end: float = 6000, budget: int = 500, channel: int = -1
) -> Views:
    lanes = [LaneQuery(key=key, channel=channel, budget=budget) for key in keys]
    return await client.request(methods.VIEWS_READ, ReadViews(view_id="test", start=start, end=end, lanes=lanes))


async def test_each_type_has_its_shape_on_the_one_clock(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    trace, ticks, spans, grid = (await read(shared, "angle", "licks", "trials", "features")).lanes
    assert isinstance(trace, TraceView)
    assert isinstance(ticks, TicksView)
    assert isinstance(spans, SpansView)
    assert isinstance(grid, GridView)
    assert numbers(trace.starts)[:3].tolist() == [0, 60, 120]
    assert numbers(trace.high)[:3].tolist() == [0, 1, 2]
    assert numbers(ticks.starts).tolist() == [600, 1200, 1800]
    assert (numbers(ticks.entity_ids) > 0).all()
    assert np.column_stack([numbers(spans.starts), numbers(spans.ends)]).tolist() == [[300, 900], [2400, 3600]]
    assert numbers(grid.cells).tolist() == [[2 * row, 2 * row + 1] for row in range(10)]


async def test_a_column_of_a_tensor_is_a_trace(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    (trace,) = (await read(shared, "features", channel=1)).lanes
    assert isinstance(trace, TraceView)
    assert numbers(trace.high).tolist() == [2 * row + 1 for row in range(10)]
    (missing,) = (await read(shared, "features", channel=2)).lanes
    assert isinstance(missing, NoView)


async def test_a_window_is_answered_while_code_runs(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    run = await shared.begin_run("while True: pass", "endless")
    (trace,) = (await read(shared, "angle")).lanes
    assert isinstance(trace, TraceView)
    await shared.request(methods.INTERRUPT, Empty())
    await run


async def test_a_key_that_was_replaced_is_drawn_anew_and_one_that_was_deleted_says_so(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await read(shared, "angle", "licks")
    await shared.run("dm.setData('angle', wt.AnalogTimeSeries([7] * 100, 100), 'camera'); dm.deleteData('licks')")
    replaced, deleted = (await read(shared, "angle", "licks")).lanes
    assert isinstance(replaced, TraceView)
    assert set(numbers(replaced.high).tolist()) == {7}
    assert deleted == NoView(message="licks was deleted.")


async def test_what_is_added_in_place_is_drawn(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await read(shared, "licks")
    await shared.run("dm.getData('licks').addEvent(99)")
    (ticks,) = (await read(shared, "licks")).lanes
    assert isinstance(ticks, TicksView)
    assert numbers(ticks.starts)[-1] == 99 * 60


async def test_a_long_signal_answers_within_its_budget_and_keeps_its_spike(shared: DaemonClient) -> None:
    await shared.run(
        "import numpy as np\nlong = np.zeros(6_000_000, np.float32); long[1_234_567] = 9\n"
        "dm.setData('long', wt.AnalogTimeSeries.from_array(long), 'time')"
    )
    (trace,) = (await read(shared, "long", end=6e6, budget=300)).lanes
    while isinstance(trace, ViewInPreparation):
        (trace,) = (await read(shared, "long", end=6e6, budget=300)).lanes
    assert isinstance(trace, TraceView)
    assert trace.sample_count == 6_000_000
    assert len(numbers(trace.high)) <= 300
    assert numbers(trace.high).max() == 9


async def test_rows_outside_their_clock_are_counted(shared: DaemonClient) -> None:
    await shared.run("dm.setTime('short', wt.TimeFrame([0, 10, 20]), True)")
    await shared.run("dm.setData('beyond', wt.AnalogTimeSeries([1, 2, 3, 4, 5], 5), 'short')")
    (trace,) = (await read(shared, "beyond")).lanes
    assert isinstance(trace, TraceView)
    assert (trace.sample_count, trace.outside_count) == (3, 2)
    (described,) = (await shared.request(methods.VIEWS_DESCRIBE, DescribeViews(keys=["beyond"]))).keys
    assert "2 of 5" in described.problem


async def test_a_newer_request_of_the_same_view_overtakes(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    lanes = [LaneQuery(key="angle", channel=-1, budget=100)] * 100
    requests = [
        shared.begin(methods.VIEWS_READ, ReadViews(view_id="fast", start=0, end=100 + n, lanes=lanes), f"fast-{n}")
        for n in range(20)
    ]
    answers = [await request for request in requests]
    assert not answers[-1]["isOvertaken"]
    assert any(answer["isOvertaken"] for answer in answers[:-1])


async def test_keys_are_described_with_their_extent_and_range(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    described = await shared.request(methods.VIEWS_DESCRIBE, DescribeViews(keys=["angle", "trials", "no such key"]))
    angle, trials = described.keys
    assert (angle.shape, angle.start, angle.end, angle.low, angle.high) == ("trace", 0, 5940, 0, 99)
    assert angle.ticks_per_second == 30000
    assert (trials.shape, trials.start, trials.end) == ("spans", 300, 3600)


async def test_next_and_previous_are_found(shared: DaemonClient) -> None:
    await shared.run(SETUP)

    async def find(key: str, tick: float, *, forward: bool) -> tuple[float | None, float | None]:
        found = await shared.request(methods.VIEWS_FIND, FindTick(key=key, tick=tick, forward=forward))
        return found.tick, found.end

    assert await find("licks", 600, forward=True) == (1200, None)
    assert await find("licks", 600, forward=False) == (None, None)
    assert await find("licks", 700.5, forward=False) == (600, None)
    assert await find("trials", 300, forward=True) == (2400, 3600)
    assert await find("licks", 1800, forward=True) == (None, None)


async def test_a_spectrogram_has_the_highest_frequency_first_and_says_what_it_lacks(shared: DaemonClient) -> None:
    await shared.run(
        "import numpy as np\n"
        "tone = np.sin(2 * np.pi * 50 * np.arange(4000) / 1000)\n"
        "dm.setTime('kilo', wt.TimeFrame(range(4000), ticks_per_second=1000), True)\n"
        "dm.setTime('rateless', wt.TimeFrame(range(4000)), True)\n"
        "dm.setData('tone', wt.AnalogTimeSeries.from_array(tone), 'kilo')\n"
        "dm.setData('unknown', wt.AnalogTimeSeries.from_array(tone), 'rateless')\n"
    )
    lanes = [
        LaneQuery(key=key, channel=-1, budget=400, high_pass=high_pass, low_pass=100, is_spectrogram=True)
        for key, high_pass in (("tone", None), ("unknown", None), ("tone", 100))
    ]
    query = ReadViews(view_id="test", start=0, end=4000, lanes=lanes)
    shown, rateless, nothing = (await shared.request(methods.VIEWS_READ, query)).lanes
    assert isinstance(shown, GridView)
    assert shown.bottom == 0
    assert shown.top is not None
    cells = numbers(shown.cells)
    frequencies = np.linspace(shown.top, 0, cells.shape[1])
    assert len(cells) > 10
    assert np.abs(frequencies[cells.argmax(axis=1)] - 50).max() <= 1
    assert isinstance(rateless, NoView)
    assert "has no ticks_per_second" in rateless.message
    assert isinstance(nothing, NoView)
    assert "no frequencies between 100 Hz and 100 Hz" in nothing.message


async def test_a_key_without_pictures_says_so(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    shown = await shared.request(
        methods.VIEWS_FRAME, ReadFrame(view_id="test", key="angle", tick=0, budget=10, overlays=[])
    )
    assert shown.message == "angle holds no pictures."


async def test_a_key_that_makes_no_sense_says_so_and_the_others_are_drawn(workspace: Path) -> None:
    with DataManager.open(workspace / "session") as manager:
        manager.setData("line", LineData.from_arrays([1, 2], [0, 1, 2], [[1, 1], [2, 2]]), "time")
        manager.setData("licks", DigitalEventSeries([10, 20]), "time")
    connection = sqlite3.connect(workspace / "session" / "catalogue.sqlite")
    connection.execute("""UPDATE entries SET attributes = '{"image_size": "large"}' WHERE key = 'line'""")
    connection.commit()
    connection.close()
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        no_line, ticks = (await read(client, "line", "licks")).lanes
        assert isinstance(no_line, NoView)
        assert "'line' makes no sense" in no_line.message
        assert isinstance(ticks, TicksView)
        described = (await client.request(methods.VIEWS_DESCRIBE, DescribeViews(keys=[]))).keys
        assert {view.key: view.shape for view in described} == {"line": "none", "licks": "ticks"}


async def test_an_index_and_a_frame_are_located_on_the_one_clock(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run("dm.set_media('movie', wt.MediaData.from_array(np.zeros((4, 3, 4), np.uint8)), 'camera')")

    async def locate(key: str, index: int) -> float | None:
        return (await shared.request(methods.VIEWS_LOCATE, LocateIndex(key=key, index=index))).tick

    assert await locate("licks", 99) == 5940
    assert await locate("movie", 3) == 180
    with pytest.raises(JsonRpcException, match="no index 100: it has 0 to 99"):
        await locate("licks", 100)
    with pytest.raises(JsonRpcException, match="movie has no frame 4: it has 0 to 3"):
        await locate("movie", 4)
    with pytest.raises(JsonRpcException, match="no index -1"):
        await locate("licks", -1)


async def test_a_lane_is_shown_without_its_mean_and_filtered_and_says_why_it_cannot_be(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run(
        "wave = 50 + np.sin(np.arange(100) * np.pi / 5)\nwave[30] = np.nan\n"
        "dm.setData('wave', wt.AnalogTimeSeries.from_array(wave), 'camera')\n"
        "dm.setData('no_rate', wt.AnalogTimeSeries.from_array(wave), 'time')"
    )

    async def lane(key: str, **part: Any) -> LaneView:
        query = LaneQuery(key=key, channel=-1, budget=500, **part)
        asked = ReadViews(view_id="test", start=0, end=6000, lanes=[query])
        return (await shared.request(methods.VIEWS_READ, asked)).lanes[0]

    plain, centred = await lane("wave"), await lane("wave", remove_mean=True)
    assert isinstance(plain, TraceView)
    assert isinstance(centred, TraceView)
    known = numbers(plain.low)[np.isfinite(numbers(plain.low))]
    np.testing.assert_allclose(numbers(centred.low), numbers(plain.low) - known.mean(), atol=1e-4)

    high_passed = await lane("wave", high_pass=5.0)
    assert isinstance(high_passed, TraceView)
    wave = numbers(plain.low)
    expected = filtered(wave, Timeline(100), (0, 100), band=Band(high_pass=5), rate=500)  # 60 of 30,000 ticks a sample
    np.testing.assert_array_equal(numbers(high_passed.low), expected)
    assert high_passed.missing_count == 1

    for key, part, message in (
        ("no_rate", {"high_pass": 5.0}, "'time' has no ticks_per_second"),
        ("wave", {"high_pass": 250.0}, "not between 0 and 250 Hz"),
    ):
        refused = await lane(key, **part)
        assert isinstance(refused, NoView)
        assert message in refused.message
