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


async def test_a_bar_of_tqdm_is_told_like_a_loop(shared: DaemonClient) -> None:
    loops = await told(shared, "from tqdm.auto import tqdm\nfor trial in tqdm([1, 2], desc='trials'): pass")
    assert (loops[0].description, loops[0].done, loops[0].total, loops[0].has_ended) == ("trials", 0, 2, False)
    assert (loops[-1].done, loops[-1].has_ended) == (2, True)


async def test_bars_inside_each_other_are_told_apart_and_all_end(shared: DaemonClient) -> None:
    code = "from tqdm import tqdm, trange\nfor day in tqdm('ab', desc='days'):\n    for trial in trange(2): pass"
    loops = await told(shared, code)
    begun = {loop.number for loop in loops if not loop.has_ended}
    assert len(begun) == 3
    assert {loop.number for loop in loops if loop.has_ended} == begun


async def test_a_bar_that_raises_ends_with_its_run(shared: DaemonClient) -> None:
    loops = await told(shared, "from tqdm import tqdm\nfor trial in tqdm([1, 2]): 1 / 0")
    assert [loop.has_ended for loop in loops] == [False, True]


async def test_a_bar_that_shows_nothing_is_not_told(shared: DaemonClient) -> None:
    assert await told(shared, "from tqdm import tqdm\nfor trial in tqdm([1, 2], disable=True): pass") == []


async def test_a_bar_of_unknown_length_and_one_of_no_end_have_no_total(shared: DaemonClient) -> None:
    code = "from tqdm import tqdm\nfor total in (None, float('inf')):\n    with tqdm(iter([1]), total=total): pass"
    assert {loop.total for loop in await told(shared, code)} == {None}


async def test_the_text_of_a_bar_is_shown_as_ever(shared: DaemonClient) -> None:
    run = await shared.run("from tqdm import tqdm\nfor trial in tqdm([1, 2], desc='trials'): pass", "bar")
    assert run.status == "ok"
    assert "trials: 100%" in shared.text_of("bar", "stderr")
