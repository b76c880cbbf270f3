"""Runs that nobody has seen to their end: who is shown what they print, and what they have shown so far.

A run belongs to the window that asked for it. When that goes, the run goes on, and what it shows is kept, within
bounds; another window, or the same one after a reload, may then follow it: it is shown all of that, and what comes.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator

from whiskertoolbox_daemon.clients import Client, Clients
from whiskertoolbox_daemon.interpreters.output_relay import BATCH, merged, size
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.execution import (
    ClearOutput,
    DisplayOutput,
    Output,
    Outputs,
    RunCode,
    RunFile,
    RunResult,
    StreamOutput,
    UnseenRun,
)

KEPT_CHARACTERS = 32 << 20
"""Of what one run has shown, figures included, and of all that have ended unseen; the newest is kept."""
KEPT_OUTPUTS = 1000
REMEMBERED_RUNS = 100
"""Ended runs whose threads may still print, and ended runs that nobody has seen."""
NOT_KEPT = StreamOutput(name="stderr", text="[What came before is not shown again.]\n")


class KeptOutputs:
    """The newest outputs of a run, as a window shows them: updates in their places, cleared ones gone."""

    def __init__(self) -> None:
        self._outputs: list[Output] = []
        self._size = 0
        self._clear_next = False
        self._dropped = False

    def add(self, outputs: list[Output]) -> None:
        """Take in what was shown."""
        for output in outputs:
            if isinstance(output, DisplayOutput) and output.is_update:
                self._update(output)
            elif isinstance(output, ClearOutput) and output.wait:
                self._clear_next = True
            else:
                if self._clear_next or isinstance(output, ClearOutput):
                    self._outputs, self._size, self._clear_next, self._dropped = [], 0, False, False
                if not isinstance(output, ClearOutput):
                    self._outputs.append(output)
                    self._size += size(output)
        if self._size > KEPT_CHARACTERS or len(self._outputs) > KEPT_OUTPUTS:
            self._drop()

    def _update(self, update: DisplayOutput) -> None:
        for index, output in enumerate(self._outputs):
            if isinstance(output, DisplayOutput) and output.display_id == update.display_id:
                shown = DisplayOutput(data=update.data, is_result=output.is_result, display_id=output.display_id)
                self._outputs[index] = shown
                self._size += size(shown) - size(output)

    def _drop(self) -> None:
        """Let the oldest go, down to half of the bounds: not at every output."""
        kept = deque(_pieces(self._outputs))
        while kept and (self._size > KEPT_CHARACTERS // 2 or len(kept) > KEPT_OUTPUTS // 2):
            self._size -= size(kept.popleft())
            self._dropped = True
        self._outputs = list(kept)

    @property
    def size(self) -> int:
        """Characters."""
        return self._size

    def batches(self) -> Iterator[list[Output]]:
        """What is to be shown again, the removal of what is there first."""
        batch: list[Output] = [ClearOutput(wait=False), *([NOT_KEPT] if self._dropped else [])]
        for output in _pieces(self._outputs):
            batch.append(output)
            if sum(map(size, batch)) > BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
        if self._clear_next:
            yield [ClearOutput(wait=True)]


def _pieces(outputs: list[Output]) -> Iterator[Output]:
    """The same outputs with neighbouring texts joined, but none longer than a batch."""
    for output in merged(outputs):
        if isinstance(output, StreamOutput):
            for start in range(0, len(output.text), BATCH):
                yield StreamOutput(name=output.name, text=output.text[start : start + BATCH])
        else:
            yield output


class _Record:
    def __init__(self, run: RunCode | RunFile, owner: Client) -> None:
        self.run = run
        self.owner = owner
        self.outputs = KeptOutputs()
        self.showing = asyncio.Lock()
        self.result: asyncio.Future[RunResult] = asyncio.get_running_loop().create_future()


class RunRecords:
    """The runs of all windows."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._records: OrderedDict[str, _Record] = OrderedDict()
        self._owners: OrderedDict[str, Client] = OrderedDict()

    def begin(self, run: RunCode | RunFile, owner: Client) -> None:
        """A window has asked for a run."""
        self._records[run.run_id] = _Record(run, owner)
        self.own(run.run_id, owner)

    def end(self, run_id: str, result: RunResult) -> None:
        """A run has ended. If its window is gone it is kept for another one."""
        record = self._records[run_id]
        if record.owner.connected:
            del self._records[run_id]
        record.result.set_result(result)
        ended = [key for key, other in self._records.items() if other.result.done()]
        while len(ended) > REMEMBERED_RUNS or sum(self._records[key].outputs.size for key in ended) > KEPT_CHARACTERS:
            del self._records[ended.pop(0)]

    def owner(self, run_id: str) -> Client | None:
        """The window that a run belongs to, if it is there."""
        owner = self._owners.get(run_id)
        return owner if owner is not None and owner.connected else None

    def unseen(self) -> list[UnseenRun]:
        """Runs without a window, in their order."""
        return [
            UnseenRun(
                run_id=run_id,
                code=run.code if isinstance(run, RunCode) else "",
                place=run.place if isinstance(run, RunCode) else None,
                path=run.path if isinstance(run, RunFile) else "",
                arguments=run.arguments if isinstance(run, RunFile) else [],
            )
            for run_id, record in self._records.items()
            if not record.owner.connected
            for run in [record.run]
        ]

    async def follow(self, run_id: str, client: Client) -> RunResult:
        """Show a run to `client`, from its beginning to its end; raises `RequestError`."""
        record = self._records.get(run_id)
        if record is None:
            raise RequestError("What the run has shown is no longer known.")
        if record.owner is not client and record.owner.connected:
            raise RequestError("The run is shown in another window.")
        record.owner = client
        self.own(run_id, client)
        async with record.showing:
            for batch in record.outputs.batches():
                await client.request(methods.OUTPUT, Outputs(run_id=run_id, outputs=batch))
        result = await asyncio.shield(record.result)
        if client.connected and self._records.get(run_id) is record:
            del self._records[run_id]
        return result

    async def show(self, outputs: Outputs) -> None:
        """Show outputs of a run in its window; done when they are shown, or kept."""
        record = self._records.get(outputs.run_id)
        if record is None:
            client = self.owner(outputs.run_id) or next(iter(self._clients), None)
            if client is not None:
                await client.request(methods.OUTPUT, outputs)
            return
        async with record.showing:
            record.outputs.add(outputs.outputs)
            owner = record.owner
            if owner.connected:
                try:
                    await owner.request(methods.OUTPUT, outputs)
                except RequestError:
                    if owner.connected:
                        raise
                    # it has gone meanwhile, and the outputs are kept

    def own(self, run_id: str, owner: Client) -> None:
        """What a run shows from now on is for that window."""
        self._owners[run_id] = owner
        self._owners.move_to_end(run_id)
        while len(self._owners) > REMEMBERED_RUNS:
            self._owners.popitem(last=False)
