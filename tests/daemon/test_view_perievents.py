"""Rasters and PSTHs of the session's events, through the daemon."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import DaemonClient
from tests.support.views import SETUP, numbers
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.views import PeriEventView, ReadPeriEvent, TrialOrder, TrialTable

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
