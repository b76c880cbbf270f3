"""What windows show, through the daemon: every shape, while code runs, after replacing and deleting."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.arrays import WireArray, array_bytes
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.views import (
    DescribeViews,
    FindTick,
    GridView,
    LaneQuery,
    LaneView,
    LocateIndex,
    NoView,
    OverlayQuery,
    OverlayView,
    PeriEventView,
    ReadFrame,
    ReadPeriEvent,
    ReadViews,
    SpansView,
    TicksView,
    TraceView,
    TrialOrder,
    TrialTable,
    ViewInPreparation,
    Views,
)
from whiskertoolbox_python import DataManager, DigitalEventSeries, LineData
from whiskertoolbox_python.views import Band, Timeline, filtered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETUP = """
import numpy as np
dm.setTime('camera', wt.TimeFrame(range(0, 6000, 60), ticks_per_second=30000), True)
dm.setData('angle', wt.AnalogTimeSeries(np.arange(100), 100), 'camera')
dm.setData('licks', wt.DigitalEventSeries([10, 20, 30]), 'camera')
dm.setData('trials', wt.DigitalIntervalSeries([wt.Interval(5, 15), wt.Interval(40, 60)]), 'camera')
dm.setData('features', wt.TensorData.from_array(np.arange(20).reshape(10, 2), row_times=range(10)), 'camera')
points = wt.PointData()
points.addAtTime(3, wt.Point2D(1, 2))
dm.setData('tip', points, 'camera')
"""


def numbers(array: WireArray) -> np.ndarray[Any, Any]:
    return np.frombuffer(array_bytes(array), array.dtype).reshape(array.shape)


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


async def test_a_frame_comes_with_the_shapes_over_it(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run(
        "movie = wt.MediaData.from_array(np.arange(48, dtype=np.uint8).reshape(4, 3, 4))\n"
        "dm.set_media('movie', movie, 'camera')"
    )
    query = ReadFrame(view_id="test", key="movie", tick=185, budget=1000, overlays=[OverlayQuery(key="tip")])
    shown = await shared.request(methods.VIEWS_FRAME, query)
    assert shown.message == ""
    assert (shown.index, shown.tick, shown.frame_count) == (3, 180, 4)
    assert numbers(shown.pixels).tolist() == np.arange(36, 48).reshape(3, 4).tolist()
    assert numbers(shown.overlays[0].points).tolist() == [[1, 2]]


async def test_points_come_with_the_way_that_they_have_come(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run(
        "two = wt.PointData.from_arrays([3, 3, 5, 6, 6], [[1, 1], [9, 9], [2, 2], [3, 3], [8, 8]])\n"
        "dm.setData('two', two, 'camera')"
    )
    query = ReadFrame(view_id="test", key="", tick=6 * 60, budget=10, overlays=[OverlayQuery(key="two")], trail=3)
    (shown,) = (await shared.request(methods.VIEWS_FRAME, query)).overlays
    nan = np.nan
    wanted = [[[1, 1], [nan, nan], [2, 2], [3, 3]], [[9, 9], [nan, nan], [nan, nan], [8, 8]]]
    np.testing.assert_array_equal(numbers(shown.trail), np.array(wanted, np.float32))
    (without,) = (await shared.request(methods.VIEWS_FRAME, ReadFrame(**{**vars(query), "trail": 0}))).overlays
    assert without.trail.shape == [0, 0, 2]


async def overlay(client: DaemonClient, query: OverlayQuery, index: int, trail: int = 0) -> OverlayView:
    frame = ReadFrame(view_id="test", key="", tick=60 * index, budget=10, overlays=[query], trail=trail)
    (shown,) = (await client.request(methods.VIEWS_FRAME, frame)).overlays
    return shown


async def test_only_the_entities_of_a_group_are_drawn_when_that_is_wanted(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run(
        "two = wt.PointData.from_arrays([3, 3, 4], [[1, 1], [9, 9], [5, 5]])\n"
        "dm.setData('two', two, 'camera')\n"
        "groups = dm.getEntityGroupManager()\n"
        "good = groups.createGroup('good')\n"
        "groups.add_entities(good, dm.getData('two').entity_ids[1:2])\n"
        "groups.add_entities(good, dm.getData('trials').entity_ids[1:2])"
    )
    assert "good" in (await shared.request(methods.VIEWS_DESCRIBE, DescribeViews(keys=["two"]))).groups
    shown = await overlay(shared, OverlayQuery(key="two", group="good"), 3)
    assert numbers(shown.points).tolist() == [[9, 9]]
    assert numbers(shown.offsets).tolist() == [0, 1]
    assert len(numbers(shown.entity_ids)) == 1
    later = await overlay(shared, OverlayQuery(key="two", group="good"), 4, trail=1)
    assert len(numbers(later.points)) == 0
    np.testing.assert_array_equal(numbers(later.trail), np.float32([[[np.nan] * 2] * 2, [[9, 9], [np.nan] * 2]]))
    assert len(numbers((await overlay(shared, OverlayQuery(key="trials", group="good"), 10)).entity_ids)) == 0
    assert len(numbers((await overlay(shared, OverlayQuery(key="trials", group="good"), 50)).entity_ids)) == 1
    assert len(numbers((await overlay(shared, OverlayQuery(key="two", group="gone"), 3)).points)) == 0


async def test_points_come_with_their_likelihood_and_unlikely_ones_are_left_out_when_that_is_wanted(
    shared: DaemonClient,
) -> None:
    await shared.run(SETUP)
    await shared.run(
        "nose = wt.PointData.from_arrays([3, 4, 5, 9], [[1, 1], [2, 2], [3, 3], [4, 4]])\n"
        "dm.setData('nose', nose, 'camera')\n"
        "sure = wt.AnalogTimeSeries.from_array([0.9, 0.2, float('nan')], times=[3, 4, 5])\n"
        "dm.setData('nose_likelihood', sure, 'camera')"
    )
    (known,) = (await shared.request(methods.VIEWS_DESCRIBE, DescribeViews(keys=["nose"]))).keys
    assert known.likelihood_key == "nose_likelihood"
    for index, likelihood in ((3, 0.9), (4, 0.2), (5, np.nan), (9, np.nan)):
        shown = await overlay(shared, OverlayQuery(key="nose"), index)
        np.testing.assert_array_equal(numbers(shown.likelihoods), np.float32([likelihood]))
        likely = await overlay(shared, OverlayQuery(key="nose", threshold=0.5), index, trail=1)
        assert len(numbers(likely.points)) == (1 if index == 3 else 0)
    assert np.isnan(numbers((await overlay(shared, OverlayQuery(key="nose", threshold=0.5), 5, trail=1)).trail)).all()
    assert len(numbers((await overlay(shared, OverlayQuery(key="tip"), 3)).likelihoods)) == 0


async def test_the_rows_of_a_tensor_that_are_pictures_lie_over_the_video(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run(
        "maps = wt.TensorData.from_array(np.arange(24).reshape(2, 3, 4), row_times=[7, 3])\n"
        "dm.setData('maps', maps, 'camera')\n"
        "features = np.arange(24).reshape(2, 3, 2, 2)\n"
        "dm.setData('many', wt.TensorData.from_array(features, row_intervals=[(2, 4), (6, 8)]), 'camera')\n"
        "dm.setData('large', wt.TensorData.from_array(np.zeros((1, 300, 500), np.float32)), 'camera')"
    )
    (known,) = (await shared.request(methods.VIEWS_DESCRIBE, DescribeViews(keys=["maps"]))).keys
    assert (known.shape, known.width, known.height) == ("grid", 4, 3)
    shown = await overlay(shared, OverlayQuery(key="maps"), 3)
    assert (shown.shape, shown.tick) == ("heat", 180)
    assert numbers(shown.cells).tolist() == np.arange(12, 24).reshape(3, 4).tolist()
    assert numbers((await overlay(shared, OverlayQuery(key="maps"), 4)).cells).size == 0
    assert numbers((await overlay(shared, OverlayQuery(key="many", channel=1), 8)).cells).tolist() == [
        [13, 15],
        [17, 19],
        [21, 23],
    ]
    assert numbers((await overlay(shared, OverlayQuery(key="many"), 5)).cells).size == 0
    assert (await overlay(shared, OverlayQuery(key="large"), 0)).cells.shape == [150, 250]
    frame = ReadFrame(view_id="test", key="", tick=0, budget=10, overlays=[OverlayQuery(key="features")])
    assert (await shared.request(methods.VIEWS_FRAME, frame)).overlays == []  # its rows are no pictures


@pytest.mark.parametrize(("index", "count"), [(4, 0), (5, 1), (15, 1), (16, 0), (40, 1), (61, 0)])
async def test_a_picture_knows_the_intervals_that_hold_it(shared: DaemonClient, index: int, count: int) -> None:
    await shared.run(SETUP)
    query = ReadFrame(view_id="test", key="", tick=60 * index + 30, budget=10, overlays=[OverlayQuery(key="trials")])
    (shown,) = (await shared.request(methods.VIEWS_FRAME, query)).overlays
    assert shown.shape == "intervals"
    assert len(numbers(shown.entity_ids)) == count
    assert (numbers(shown.entity_ids) > 0).all()


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


IN_TIME = TrialOrder(by="time")


async def test_trials_of_a_raster_are_sorted_by_what_is_known_of_them(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run(
        "spans = [wt.Interval(5, 8), wt.Interval(40, 42), wt.Interval(60, 70)]\n"
        "dm.setData('reaches', wt.DigitalIntervalSeries(spans), 'camera')\n"
        "dm.setData('spikes', wt.DigitalEventSeries([4, 6, 43, 44, 61]), 'camera')\n"
        "rows = [(60, 70), (5, 8), (40, 42)]\n"
        "dm.setData('peaks', wt.TensorData.from_array([[1, 7], [2, float('nan')], [3, 9]], row_intervals=rows,"
        " column_names=['peak', 'area']), 'camera')\n"
        "dm.setData('scores', wt.TensorData.from_array([[3], [1], [2]]), 'time')\n"
        "dm.setData('elsewhere', wt.TensorData.from_array([[3], [1]], row_times=[1, 2]), 'camera')"
    )

    async def rows(order: TrialOrder) -> list[list[float]]:
        query = ReadPeriEvent(
            view_id="sorted",
            key="spikes",
            alignment_key="reaches",
            before=0.002,
            after=0.008,
            bin_width=0.002,
            budget=100,
            order=order,
        )
        found = await shared.request(methods.VIEWS_PERI_EVENT, query)
        assert found.has_durations
        tables = {table.key: table for table in found.tables}
        assert tables["peaks"] == TrialTable(key="peaks", columns=["peak", "area"])
        assert tables["scores"] == TrialTable(key="scores", columns=["0"])
        assert "elsewhere" not in tables
        places, offsets = numbers(found.trials), numbers(found.offsets) * 500  # frames of 60 ticks
        return [np.rint(offsets[places == row]).tolist() for row in range(found.trial_count)]

    first, second, third = [-1, 1], [3], [1]  # of 40, only 43 is in its window
    assert await rows(IN_TIME) == [first, second, third]
    assert await rows(TrialOrder(by="latency", is_descending=True)) == [second, first, third]
    assert await rows(TrialOrder(by="count")) == [second, third, first]
    assert await rows(TrialOrder(by="duration")) == [second, first, third]
    assert await rows(TrialOrder(by="column", key="peaks", column=0)) == [third, first, second]
    assert await rows(TrialOrder(by="column", key="peaks", column=1, is_descending=True)) == [second, third, first]
    assert await rows(TrialOrder(by="column", key="scores")) == [second, third, first]
    for order, message in (
        (TrialOrder(by="column", key="peaks", column=2), "not a tensor with a column 2"),
        (TrialOrder(by="column", key="elsewhere"), "elsewhere has no row at any of reaches"),
        (TrialOrder(by="column", key="gone"), "gone was deleted"),
    ):
        with pytest.raises(JsonRpcException, match=message):
            await rows(order)


async def test_a_raster_and_a_psth_are_of_events_around_starts_of_intervals(shared: DaemonClient) -> None:
    await shared.run(SETUP)  # licks at 600, 1200 and 1800, trials from 300 and 2400, of 30,000 ticks a second

    async def ask(key: str, alignment: str, **part: Any) -> PeriEventView:
        params = {"before": 0.02, "after": 0.04, "bin_width": 0.01, "budget": 100, "order": IN_TIME, **part}
        query = ReadPeriEvent(view_id="peri", key=key, alignment_key=alignment, **params)
        return await shared.request(methods.VIEWS_PERI_EVENT, query)

    found = await ask("licks", "trials")
    np.testing.assert_allclose(numbers(found.edges), np.arange(-2, 5) / 100)
    assert (found.trial_count, found.event_count, found.is_in_seconds) == (2, 3, True)
    assert numbers(found.trials).tolist() == [0, 0, 1]
    np.testing.assert_allclose(numbers(found.offsets), [300 / 30000, 900 / 30000, -600 / 30000])
    # One of the two trials begins 0.01 s after the clock, so that its first bin was not recorded.
    np.testing.assert_allclose(numbers(found.rates), [100, 0, 0, 50, 0, 50], atol=1e-9)
    assert found.least_exposure == 1

    for key, alignment, part, message in (
        ("angle", "trials", {}, "angle holds no events"),
        ("licks", "angle", {}, "no events and no intervals"),
        ("licks", "trials", {"bin_width": 0.0}, "No PSTH"),
        ("licks", "nothing", {}, "nothing was deleted"),
    ):
        with pytest.raises(JsonRpcException, match=message):
            await ask(key, alignment, **part)
    await shared.run("dm.setTime('slow', wt.TimeFrame(range(100), ticks_per_second=500), True)")
    await shared.run("dm.setData('stimuli', wt.DigitalEventSeries([10]), 'slow')")
    with pytest.raises(JsonRpcException, match="count different ticks: "):
        await ask("licks", "stimuli")
