"""Inlay hints: the shape of what an assignment has made, behind it, while it is the one that ran last."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from tests.support.documents import opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

_numbers = itertools.count()

RAN = """import numpy as np

angles = np.zeros((300, 2), "f4")  # of both sides
low, high = angles[:, 0], [1, 2, 3]
count = 3
table = np.zeros(
    (4, 5)
)
for row in table:
    last = row
"""


def told(want_hints: bool) -> dict[str, Any]:
    return {"settings": {"whiskertoolbox": {"language": {"inlayHints": want_hints}}}}


@pytest_asyncio.fixture(loop_scope="module")
async def client(shared: DaemonClient) -> AsyncIterator[DaemonClient]:
    assert (await shared.run("%reset -f")).status == "ok"
    assert (await shared.run(RAN, "ran")).status == "ok"
    shared.rpc.protocol.notify("workspace/didChangeConfiguration", told(want_hints=True))
    yield shared
    shared.rpc.protocol.notify("workspace/didChangeConfiguration", told(want_hints=False))


async def hints(client: DaemonClient, code: str, first: int = 0, last: int = 100) -> list[str]:
    """Return the hints of lines of a file, each as its line and column, and its text."""
    asked = opened(client, code, f"file:///work/inlays_{next(_numbers)}.py")
    ends = {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}
    found = await client.call("textDocument/inlayHint", {"textDocument": asked["textDocument"], "range": ends})
    return [f"{one['position']['line']}:{one['position']['character']} {one['label']}" for one in found]


async def test_shapes_stand_behind_the_assignments_that_ran(client: DaemonClient) -> None:
    found = await hints(client, RAN)
    assert found[0].startswith("2:33 (300, 2) float32")
    assert found[1].startswith("3:35 low (300,) float32")
    assert ", high " in found[1]
    assert found[2].startswith("7:1 (4, 5) float64")
    assert found[3].startswith("9:14 (5,) float64")
    assert len(found) == 4  # a number speaks for itself


async def test_only_the_lines_that_are_seen_are_looked_at(client: DaemonClient) -> None:
    assert [one.partition(" ")[0] for one in await hints(client, RAN, first=6, last=8)] == ["7:1"]


async def test_an_assignment_that_was_edited_or_has_not_run_has_none(client: DaemonClient) -> None:
    assert await hints(client, RAN.split("\n")[2].replace("300", "301")) == []
    assert await hints(client, "unheard = np.zeros(3)\n") == []
    assert await hints(client, "def f():\n    last = row\n") == []


async def test_of_a_name_that_is_bound_twice_the_last_one_has_it(client: DaemonClient) -> None:
    twice = "twice = np.zeros(3)\ntwice = np.zeros(4)\n"
    assert (await client.run(twice)).status == "ok"
    assert [one.partition(" ")[0] for one in await hints(client, twice)] == ["1:19"]


async def test_there_are_none_unless_the_user_wants_them(client: DaemonClient) -> None:
    client.rpc.protocol.notify("workspace/didChangeConfiguration", told(want_hints=False))
    assert await hints(client, RAN) == []
