"""Batches of outputs: in order, joined, one at a time."""

from __future__ import annotations

import asyncio

from whiskertoolbox_daemon.interpreters.output_relay import BATCH, ROOM, OutputRelay
from whiskertoolbox_protocol.execution import ClearOutput, DisplayOutput, Output, Outputs, StreamOutput


class Window:
    """Shows batches when it is told to."""

    def __init__(self) -> None:
        self.batches: list[Outputs] = []
        self.may_show = asyncio.Event()
        self.may_show.set()
        self.broken = False

    async def show(self, batch: Outputs) -> None:
        self.batches.append(batch)
        await self.may_show.wait()
        if self.broken:
            raise ConnectionError("closed")

    def text(self) -> str:
        return "".join(
            output.text for batch in self.batches for output in batch.outputs if isinstance(output, StreamOutput)
        )


def out(text: str) -> Output:
    return StreamOutput(name="stdout", text=text)


def err(text: str) -> Output:
    return StreamOutput(name="stderr", text=text)


async def test_neighbouring_texts_of_one_stream_are_joined_and_nothing_else() -> None:
    window = Window()
    relay = OutputRelay(window.show)
    await relay.put("1", [out("a"), out("b"), err("c"), out("d"), ClearOutput(wait=False), out("e")])
    await relay.drained()
    assert window.batches == [
        Outputs(run_id="1", outputs=[out("ab"), err("c"), out("d"), ClearOutput(wait=False), out("e")])
    ]


async def test_the_next_batch_waits_until_the_last_is_shown() -> None:
    window = Window()
    window.may_show.clear()
    relay = OutputRelay(window.show)
    await relay.put("1", [out("first")])
    await asyncio.sleep(0)
    await relay.put("1", [out("second")])
    await relay.put("1", [out(" third")])
    assert len(window.batches) == 1
    window.may_show.set()
    await relay.drained()
    assert [batch.outputs for batch in window.batches] == [[out("first")], [out("second third")]]


async def test_outputs_of_different_runs_travel_apart() -> None:
    window = Window()
    relay = OutputRelay(window.show)
    await relay.put("1", [out("a")])
    await relay.put("2", [out("b")])
    await relay.drained()
    assert [batch.run_id for batch in window.batches] == ["1", "2"]


async def test_a_writer_waits_while_too_much_is_waiting() -> None:
    window = Window()
    window.may_show.clear()
    relay = OutputRelay(window.show)
    await relay.put("1", [out("x")])
    await asyncio.sleep(0)  # the first batch is on its way
    await relay.put("1", [out("y" * ROOM)])
    late = asyncio.ensure_future(relay.put("1", [out("z")]))
    await asyncio.sleep(0)
    assert not late.done()
    window.may_show.set()
    await late
    await relay.drained()
    assert window.text() == "x" + "y" * ROOM + "z"


async def test_a_batch_has_a_limit() -> None:
    window = Window()
    window.may_show.clear()
    relay = OutputRelay(window.show)
    await relay.put("1", [out("x" * (BATCH // 2))] * 2 + [DisplayOutput(data={"text/plain": "y"})])
    window.may_show.set()
    await relay.drained()
    assert [len(batch.outputs) for batch in window.batches] == [1, 1]


async def test_a_batch_that_cannot_be_shown_stops_nothing() -> None:
    window = Window()
    window.broken = True
    relay = OutputRelay(window.show)
    await relay.put("1", [out("lost")])
    await relay.drained()
    window.broken = False
    await relay.put("1", [out("shown")])
    await relay.drained()
    assert window.text() == "lostshown"


async def test_drained_does_not_wait_for_what_is_put_later() -> None:
    window = Window()
    relay = OutputRelay(window.show)
    await relay.put("1", [out("a")])
    drained = asyncio.ensure_future(relay.drained())
    while not drained.done():  # a thread that never stops writing
        await relay.put("", [out("b")])
        await asyncio.sleep(0)
    await relay.drained()
