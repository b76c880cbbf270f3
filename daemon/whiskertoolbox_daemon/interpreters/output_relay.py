"""Passes outputs to the client one batch at a time, so that a fast writer waits for the window that shows its text."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from whiskertoolbox_protocol.execution import ClearOutput, DisplayOutput, ErrorOutput, Output, Outputs, StreamOutput

logger = logging.getLogger(__name__)

ROOM = 1 << 18
"""Writers wait while so many characters wait for the client."""
BATCH = 1 << 18
"""A batch is closed when it has so many characters."""


class OutputRelay:
    """Outputs that wait for the client, in order.

    Parameters
    ----------
    show
        Sends a batch; done when the client has shown it.
    """

    def __init__(self, show: Callable[[Outputs], Awaitable[object]]) -> None:
        self._show = show
        self._waiting: deque[tuple[str, Output]] = deque()
        self._size = 0
        self._changed = asyncio.Condition()
        self._put_count = 0
        self._shown_count = 0
        self._pump: asyncio.Task[None] | None = None

    def held_until(self, event: asyncio.Event) -> OutputRelay:
        """A relay to the same client that begins to show when `event` is set."""

        async def show(outputs: Outputs) -> None:
            await event.wait()
            await self._show(outputs)

        return OutputRelay(show)

    async def put(self, run_id: str, outputs: list[Output]) -> None:
        """Add outputs; waits until there is room."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._size < ROOM)
            self._waiting.extend((run_id, output) for output in outputs)
            self._size += sum(map(size, outputs))
            self._put_count += len(outputs)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._send_all())

    async def drained(self) -> None:
        """Wait until the client has shown everything that has been put by now."""
        goal = self._put_count
        async with self._changed:
            await self._changed.wait_for(lambda: self._shown_count >= goal)

    @property
    def busy(self) -> bool:
        """Whether something waits for the client."""
        return self._shown_count < self._put_count

    async def _send_all(self) -> None:
        while self._waiting:
            run_id, batch, taken = self._take()
            async with self._changed:
                self._changed.notify_all()
            try:
                await self._show(Outputs(run_id=run_id, outputs=batch))
            except Exception as error:  # a client that cannot show a batch must not stop the ones after it
                logger.warning("The client did not show a batch of outputs: %s", error)
            async with self._changed:
                self._shown_count += taken
                self._changed.notify_all()

    def _take(self) -> tuple[str, list[Output], int]:
        run_id = self._waiting[0][0]
        outputs: list[Output] = []
        total = 0
        while self._waiting and self._waiting[0][0] == run_id and total < BATCH:
            outputs.append(self._waiting.popleft()[1])
            total += size(outputs[-1])
        self._size -= total
        return run_id, merged(outputs), len(outputs)


def merged(outputs: list[Output]) -> list[Output]:
    """The same outputs with neighbouring texts of one stream joined."""
    result: list[Output] = []
    for _, group in itertools.groupby(outputs, _stream):
        members = list(group)
        first = members[0]
        if isinstance(first, StreamOutput):
            texts = [output.text for output in members if isinstance(output, StreamOutput)]
            result.append(StreamOutput(name=first.name, text="".join(texts)))
        else:
            result += members
    return result


def _stream(output: Output) -> str:
    return output.name if isinstance(output, StreamOutput) else ""


def size(output: Output) -> int:
    """Characters that an output carries."""
    match output:
        case StreamOutput():
            return len(output.text)
        case DisplayOutput():
            return sum(map(len, output.data.values()))
        case ErrorOutput():
            return len(output.traceback)
        case ClearOutput():
            return 0
