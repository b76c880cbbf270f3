"""What lies over the pictures of the viewer: shapes, trails, likelihoods, groups and heat maps."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.daemon_client import DaemonClient
from tests.support.views import SETUP, numbers
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.views import DescribeViews, OverlayQuery, OverlayView, ReadFrame

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
