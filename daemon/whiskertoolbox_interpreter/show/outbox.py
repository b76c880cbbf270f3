"""Outputs of runs on their way to the daemon: ordered, in batches, bounded.

A batch is sent when the last one was answered, so a slow reader slows the writers down: they wait while the buffer is
full. Within a run a batch collects what is written during `COALESCE_S`; the end of a run sends at once. A run shows
about `SHOWN_CHARACTERS` of text; of the rest only the tail is kept, and one line says how much was left out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal

from whiskertoolbox_interpreter.interrupts import ALLOWED_WAIT_S, InterruptGate, start_hidden_thread
from whiskertoolbox_protocol.execution import DisplayOutput, Output, Outputs, StreamOutput
from whiskertoolbox_protocol.status import Empty

COALESCE_S = 0.02
BATCH_CHARACTERS = 64 * 1024
BUFFER_CHARACTERS = 512 * 1024
SHOWN_CHARACTERS = 1024 * 1024
TAIL_CHARACTERS = 16 * 1024
DISPLAYED_CHARACTERS = 64 * 1024 * 1024
"""Of rich displays in one run: figures in base64, tables as HTML."""
REMEMBERED_RUNS = 32

StreamName = Literal["stdout", "stderr"]


@dataclass
class _Run:
    """What a run has written so far."""

    shown: int = 0
    displayed: int = 0
    left_out: int = 0
    displays_left_out: int = 0
    tail: deque[tuple[StreamName, str]] = field(default_factory=deque)
    tail_size: int = 0

    def keep_tail(self, name: StreamName, text: str) -> None:
        self.left_out += len(text)
        self.tail.append((name, text[-TAIL_CHARACTERS:]))
        self.tail_size += len(self.tail[-1][1])
        while self.tail_size - len(self.tail[0][1]) >= TAIL_CHARACTERS:
            self.tail_size -= len(self.tail.popleft()[1])


@dataclass
class _Waiting:
    """One output of a run; text stays in the pieces that it was written in, as `print` writes many."""

    run_id: str
    run: _Run
    output: Output
    size: int = 0
    pieces: list[str] = field(default_factory=list)

    def whole(self) -> Output:
        if isinstance(self.output, StreamOutput):
            return StreamOutput(name=self.output.name, text="".join(self.pieces))
        return self.output


class Outbox:
    """The queue of outputs; any thread may put, the order of puts is the order shown."""

    def __init__(self, send: Callable[[Outputs], Future[Empty]], gate: InterruptGate) -> None:
        self._send = send
        self._gate = gate
        # Reentrant: a __del__ that prints may run while this thread is inside.
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._pending: deque[_Waiting] = deque()
        self._last_text: tuple[str, StreamName, _Waiting] | None = None
        """The end of `_pending`, if that is text: its run, its stream."""
        self._pending_size = 0
        self._awaiting_answer = False
        self._sending = False
        self._full = threading.Event()
        self._is_forgetful = False
        self._runs: OrderedDict[str, _Run] = OrderedDict()
        start_hidden_thread("output", self._send_forever)

    def write(self, run_id: str, name: StreamName, text: str) -> None:
        """Put text; waits while the buffer is full."""
        size = len(text)
        with self._gate, self._lock:
            last = self._last_text
            if last is not None and last[0] == run_id and last[1] == name:
                waiting = last[2]
                shown = waiting.run.shown + size
                if self._pending_size + size < BATCH_CHARACTERS and shown <= SHOWN_CHARACTERS:
                    # Nearly all writes: nobody has to be told of them.
                    waiting.pieces.append(text)
                    waiting.size += size
                    waiting.run.shown = shown
                    self._pending_size += size
                    return
            self._wait_for_room()
            run = self._run(run_id)
            room = SHOWN_CHARACTERS - run.shown
            run.shown += min(size, room)
            if size <= min(room, BATCH_CHARACTERS):
                self._put_text(run_id, name, text)
                return
            for start in range(0, min(size, room), BATCH_CHARACTERS):
                self._put_text(run_id, name, text[start : min(start + BATCH_CHARACTERS, room)])
            if size > room:
                if not run.left_out:
                    self._put_text(
                        run_id, "stderr", "\n[More text than is shown: the rest is left out but for its end.]\n"
                    )
                run.keep_tail(name, text[room:])

    def put(self, run_id: str, output: Output) -> None:
        """Put an output that is not text of a stream; waits while the buffer is full."""
        if self._is_forgetful:
            return
        with self._gate, self._changed:
            self._wait_for_room()
            run = self._run(run_id)
            size = sum(map(len, output.data.values())) if isinstance(output, DisplayOutput) else 0
            if run.displayed + size > DISPLAYED_CHARACTERS:
                run.displays_left_out += 1
                return
            run.displayed += size
            self._append(run_id, output, size)

    def forget(self) -> None:
        """In a forked process, which has nobody who sends: take what is put from now on, and do nothing with it."""
        self._lock = threading.RLock()  # another thread may have held the old one
        self._changed = threading.Condition(self._lock)
        self._is_forgetful = True

    def finish(self, run_id: str) -> None:
        """Send all that the run has written, and what is to be said of what was left out; returns when it is sent."""
        with self._changed:
            self._say_what_was_left_out(run_id)
            self._say_what_was_left_out("")  # also what no run has written may go on to its bound again
        self._drain()

    def _say_what_was_left_out(self, run_id: str) -> None:
        run = self._runs.pop(run_id, None)
        if run is None:
            return
        if run.left_out:
            left_out = run.left_out - run.tail_size
            self._put_text(run_id, "stderr", f"[{left_out:,} characters left out.]\n")
            for name, text in run.tail:
                self._put_text(run_id, name, text)
        if run.displays_left_out:
            self._put_text(run_id, "stderr", f"[{run.displays_left_out:,} displays left out.]\n")

    def _run(self, run_id: str) -> _Run:
        run = self._runs.setdefault(run_id, _Run())
        while len(self._runs) > REMEMBERED_RUNS:  # threads of ended runs may still write
            self._runs.popitem(last=False)
        return run

    def _wait_for_room(self) -> None:
        while self._pending_size > BUFFER_CHARACTERS and not self._gate.pending:
            self._changed.wait(ALLOWED_WAIT_S)

    def _put_text(self, run_id: str, name: StreamName, text: str) -> None:
        self._append(run_id, StreamOutput(name=name, text=""), len(text))
        waiting = self._pending[-1]
        waiting.pieces.append(text)
        self._last_text = run_id, name, waiting

    def _append(self, run_id: str, output: Output, size: int) -> None:
        self._pending.append(_Waiting(run_id, self._run(run_id), output, size))
        self._pending_size += size
        self._last_text = None
        if len(self._pending) == 1:
            self._changed.notify_all()
        if self._pending_size >= BATCH_CHARACTERS:
            self._full.set()

    def _send_forever(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending and not self._awaiting_answer)
            self._full.wait(COALESCE_S)
            with self._changed:
                self._full.clear()
                batch = self._take()
            self._dispatch(batch)

    def _drain(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._sending and not (self._pending and self._awaiting_answer))
                if not self._pending:
                    return
                batch = self._take()
            self._dispatch(batch)

    def _take(self) -> Outputs | None:
        """The next batch: outputs of one run. Marks it as being sent."""
        if not self._pending or self._awaiting_answer:
            return None
        run_id = self._pending[0].run_id
        outputs: list[Output] = []
        size = 0
        while self._pending and self._pending[0].run_id == run_id and size < BATCH_CHARACTERS:
            waiting = self._pending.popleft()
            outputs.append(waiting.whole())
            size += waiting.size
        if not self._pending:
            self._last_text = None
        self._pending_size -= size
        self._awaiting_answer = self._sending = True
        self._changed.notify_all()
        return Outputs(run_id=run_id, outputs=outputs)

    def _dispatch(self, batch: Outputs | None) -> None:
        if batch is None:
            return
        answer = self._send(batch)
        with self._changed:
            self._sending = False
            self._changed.notify_all()
        answer.add_done_callback(self._on_answer)

    def _on_answer(self, _answer: Future[Empty]) -> None:
        with self._changed:
            self._awaiting_answer = False
            self._changed.notify_all()
