"""The viewer from code: `wt.plot`, `wt.view` and `wt.viewer`, through daemon and interpreter."""

from __future__ import annotations

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.views import ShowViews, ViewerState

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shown(client: DaemonClient, code: str) -> ShowViews:
    """Run code, and return what it asked the window to show last."""
    before = len(client.notifications.get(methods.VIEWER_SHOW.name, []))
    result = await client.run(code)
    assert result.status == "ok", client.text_of("run")
    await client.run("pass", "later")  # messages keep their order
    told: list[ShowViews] = client.notifications[methods.VIEWER_SHOW.name][before:]
    return told[-1]


async def test_keys_are_shown(shared: DaemonClient) -> None:
    asked = await shown(shared, "wt.plot('angle', 'licks')")
    assert asked == ShowViews(keys=["angle", "licks"], time=None, start=None, end=None)


async def test_a_stored_object_is_shown_under_its_key(shared: DaemonClient) -> None:
    code = "dm.setData('mine', wt.DigitalEventSeries([1, 2]), 'time')\nwt.plot(dm.getData('mine'))"
    assert (await shown(shared, code)).keys == ["mine"]


async def test_what_is_not_stored_is_stored_on_its_clock(shared: DaemonClient) -> None:
    code = "wt.plot([1.0, 2.0, 4.0], wt.DigitalIntervalSeries(), name='fresh')"
    assert (await shown(shared, code)).keys == ["fresh", "fresh_2"]
    await shared.run("print(dm.getData('fresh').toList(), dm.getTimeKey('fresh_2'))", "stored")
    assert "[1.0, 2.0, 4.0] time" in shared.text_of("stored")


async def test_what_is_shown_again_takes_the_place_of_what_was_shown(shared: DaemonClient) -> None:
    code = "wt.plot([1.0], [2.0], name='again')\nwt.plot([3.0], [4.0], name='again')"
    assert (await shown(shared, code)).keys == ["again", "again_2"]
    await shared.run("print(dm.getData('again').toList(), dm.getData('again_2').toList())", "shown again")
    assert "[3.0] [4.0]" in shared.text_of("shown again")


async def test_showing_never_replaces_other_data(shared: DaemonClient) -> None:
    code = "dm.setData('own', wt.DigitalEventSeries([1, 2]), 'time')\nwt.plot([1.0], [2.0], name='own')"
    assert (await shown(shared, code)).keys == ["own_2", "own_3"]
    await shared.run("print(dm.getType('own'))", "own")
    assert "DigitalEvent" in shared.text_of("own")
    code = "dm.setData('own_2', wt.DigitalEventSeries([5]), 'time')\nwt.plot([3.0], name='own')"
    assert (await shown(shared, code)).keys == ["own_3"]


async def test_a_time_and_a_window_are_gone_to(shared: DaemonClient) -> None:
    asked = await shown(shared, "wt.view('angle', time=60, window=(0, 1200))")
    assert asked == ShowViews(keys=["angle"], time=60, start=0, end=1200)
    assert (await shown(shared, "wt.viewer.time = 90")).time == 90


async def test_code_knows_where_the_viewer_is_also_while_it_runs(shared: DaemonClient) -> None:
    run = await shared.begin_run(
        "while not (s := wt.viewer.screen.place()) or s.time != 77: pass\nprint(wt.viewer)", "w"
    )
    state = ViewerState(time=77, start=0, end=100, selected_key="licks", selected_id=4)
    shared.notify(methods.VIEWER_STATE, state)
    assert (await run).status == "ok"
    assert "Viewer(time=77, window=(0, 100))" in shared.text_of("w")
    await shared.run("print(wt.viewer.selection)", "selected")
    assert "Selection(key='licks', entity_id=4)" in shared.text_of("selected")
