"""Variables through the daemon, also when the interpreter cannot answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.daemon_client import DaemonClient
from tests.support.pythons_lock import hold_the_lock, let_go, not_on_windows
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import ListVariables, Variables

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def list_now(client: DaemonClient, *path: str) -> Variables:
    return await client.request(methods.VARIABLES_LIST, ListVariables(path=list(path)))


async def variables(client: DaemonClient, *path: str) -> Variables:
    """The variables; a busy machine may need a second question, which a view asks when it is told of the answer."""
    return await client.until_changed(
        methods.VARIABLES_CHANGED, lambda: list_now(client, *path), lambda listed: not listed.stale
    )


def names(listed: Variables) -> list[str]:
    return [variable.name for variable in listed.variables]


async def test_variables_are_listed_with_type_and_summary(shared: DaemonClient) -> None:
    await shared.run("import numpy as np\nangle = np.zeros((3, 2), np.float32)")
    listed = await variables(shared)
    angle = next(variable for variable in listed.variables if variable.name == "angle")
    assert (angle.type, "(3, 2)" in angle.summary, "float32" in angle.summary) == ("ndarray", True, True)


async def test_children_are_listed_by_their_path(shared: DaemonClient) -> None:
    await shared.run("trials = [{'angle': 1.5}]")
    listed = await variables(shared)
    trials = next(variable for variable in listed.variables if variable.name == "trials")
    (first,) = (await variables(shared, trials.child_id)).variables
    (inner,) = (await variables(shared, trials.child_id, first.child_id)).variables
    assert (inner.expression, inner.summary) == ("trials[0]['angle']", "1.5")


async def test_variables_are_listed_while_code_runs(shared: DaemonClient) -> None:
    running = asyncio.ensure_future(shared.run("import time\nmidway = 1\nwhile True: time.sleep(0.01)"))
    await shared.until_changed(
        methods.VARIABLES_CHANGED, lambda: variables(shared), lambda listed: "midway" in names(listed)
    )
    await shared.request(methods.INTERRUPT, Empty())
    await running


@not_on_windows
async def test_the_last_state_is_shown_as_stale_while_c_code_holds_pythons_lock(
    shared: DaemonClient, tmp_path: Path
) -> None:
    await shared.run("before = 1")
    fresh = await variables(shared)
    running = asyncio.ensure_future(shared.run(hold_the_lock(tmp_path / "fifo"), "holding"))
    await shared.until(lambda: "holding" in shared.text_of("holding"))
    while not (stale := await list_now(shared)).stale:
        assert not running.done()  # what was written is here before the lock is taken for good
    assert names(stale) == names(fresh)
    told = len(shared.received(methods.VARIABLES_CHANGED))
    let_go(tmp_path / "fifo")
    assert (await running).status == "ok"
    await shared.until(lambda: len(shared.received(methods.VARIABLES_CHANGED)) > told)
    await variables(shared)


@not_on_windows
async def test_data_keys_are_listed_while_c_code_holds_pythons_lock(shared: DaemonClient, tmp_path: Path) -> None:
    running = asyncio.ensure_future(shared.run(hold_the_lock(tmp_path / "fifo"), "holding again"))
    await shared.until(lambda: "holding" in shared.text_of("holding again"))
    while not (await list_now(shared)).stale:
        assert not running.done()
    await shared.request(methods.DATA_LIST, Empty())
    assert not running.done()
    let_go(tmp_path / "fifo")
    assert (await running).status == "ok"


async def test_a_new_interpreter_has_no_variables_of_the_old_one(shared: DaemonClient) -> None:
    await shared.run("old = 1")
    assert "old" in names(await variables(shared))
    await shared.request(methods.INTERPRETER_RESTART, Empty())
    assert "old" not in names(await variables(shared))
