"""Loops over `wt.progress(…)`, through daemon and interpreter."""

from __future__ import annotations

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import LoopProgress

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(client: DaemonClient, code: str) -> list[LoopProgress]:
    before = len(client.notifications.get(methods.LOOP_PROGRESS.name, []))
    await client.run(code)
    await client.run("pass", "later")  # messages keep their order
    found: list[LoopProgress] = client.notifications[methods.LOOP_PROGRESS.name][before:]
    return found


async def test_a_loop_is_told_from_its_beginning_to_its_end(shared: DaemonClient) -> None:
    loops = await told(shared, "for trial in wt.progress([1, 2], 'trials'): pass")
    assert (loops[0].description, loops[0].total, loops[0].has_ended) == ("trials", 2, False)
    assert (loops[-1].done, loops[-1].has_ended) == (2, True)


async def test_a_loop_that_raises_ends_with_its_run(shared: DaemonClient) -> None:
    loops = await told(shared, "for trial in wt.progress([1, 2]): 1 / 0")
    assert [loop.has_ended for loop in loops] == [False, True]
