"""Outputs of runs on their way to the daemon: ordered, in batches, bounded.

Text is written into the memory of the last words, in one step, and looked at when it is sent. A batch is sent when the
last one was answered, so a slow reader slows the writers down: they wait while the buffer is full. Within a run a batch
collects what is written during `COALESCE_S`; the end of a run sends at once. What is removed, replaced or written over
before it is sent is not sent. How much of a run is shown is the matter of `bounds.py`; the end of what is left out
stays live.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from queue import Empty as NothingRang
from queue import SimpleQueue
from time import monotonic

from whiskertoolbox_interpreter.interrupts import ALLOWED_WAIT_S, InterruptGate, start_hidden_thread
from whiskertoolbox_interpreter.show.bounds import RunBounds, without_overwritten
from whiskertoolbox_interpreter.show.record_starts import REMEMBERED_RUNS, RecordStarts
from whiskertoolbox_protocol.execution import (
    ClearOutput,
    DisplayOutput,
    Output,
    Outputs,
    StreamOutput,
)
from whiskertoolbox_protocol.last_words import LastWords, StreamName, read_records
from whiskertoolbox_protocol.status import Empty

COALESCE_S = 0.02
BATCH_CHARACTERS = 64 * 1024
BUFFER_CHARACTERS = 512 * 1024
LIVE_TAIL_S = 0.5


@dataclass
class _Waiting:
    """One output of a run; text stays in the pieces that it was written in, as `print` writes many."""

    run_id: str
    bounds: RunBounds
    output: Output
    size: int = 0
    pieces: list[str] = field(default_factory=list)
    end: int = 0
    """Of its text in the last words."""

    def whole(self) -> Output:
        if isinstance(self.output, StreamOutput):
            return StreamOutput(name=self.output.name, text=without_overwritten("".join(self.pieces)))
        return self.output

    @property
    def is_update(self) -> bool:
        """Whether it changes a display that may be another run's."""
        return isinstance(self.output, DisplayOutput) and self.output.is_update


class Outbox:
    """The queue of outputs; any thread may put, the order of puts is the order shown."""

    def __init__(self, send: Callable[[Outputs], Future[Empty]], gate: InterruptGate, words: LastWords) -> None:
        self._send = send
        self._gate = gate
        self._words = words
        self.add = words.write
        """Adds a record in one step, from any thread; raises `ValueError` when it finds no room."""
        # Reentrant: a __del__ that prints may run while this thread is inside.
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._pending: deque[_Waiting] = deque()
        self._open: dict[StreamName, _Waiting] = {}
        """Texts in `_pending` that more text of `_open_run` may be added to."""
        self._open_run = ""
        self._pending_size = 0
        self._awaiting_answer = False
        self._sending = False
        self._full = threading.Event()
        self._bell: SimpleQueue[None] = SimpleQueue()
        """Wakes the thread that sends."""
        self.is_asleep = False
        """Whether that thread is to be woken by whoever has added a record."""
        self._is_forgetful = False
        self.starts = RecordStarts()
        self._runs: OrderedDict[str, RunBounds] = OrderedDict()
        self._tails: dict[str, float] = {}
        """Runs whose text is left out, and when the end of it was shown."""
        start_hidden_thread("output", self._send_forever)

    def write(self, start: bytes, data: bytes) -> None:
        """Add text in UTF-8 as records, behind what they begin with; waits while the buffer is full."""
        at = 0
        while at < len(data):
            end = min(at + BATCH_CHARACTERS, len(data))
            while end < len(data) and data[end] & 0xC0 == 0x80:  # in the middle of a character
                end -= 1
            with self._gate:
                while not self._fits(start + data[at:end]) and not self._gate.pending_here:
                    with self._changed:
                        self._words.fill()
                        self._collect()
                        if self._pending or self._awaiting_answer:
                            self._full.set()
                            self._changed.wait(ALLOWED_WAIT_S)
            at = end

    def _fits(self, record: bytes) -> bool:
        try:
            self.add(record)
        except ValueError:
            return False
        if self.is_asleep:
            self.wake()
        return True

    def wake(self) -> None:
        """Have what was added sent."""
        self.is_asleep = False
        self._bell.put(None)

    def interrupted(self, _frame: object) -> bool:
        """The main thread is being interrupted, perhaps where it was to wake the thread that sends."""
        self._bell.put(None)
        return False

    def begin(self) -> None:
        """Let the run that begins have half of the buffer, if nothing waits there."""
        with self._changed:
            if self._words.is_half_full:
                self._words.fill()
                self._collect()

    def put(self, run_id: str, output: Output) -> None:
        """Put an output that is not text of a stream; waits while the buffer is full."""
        if self._is_forgetful:
            return
        with self._gate, self._changed:
            self._wait_for_room()
            self._collect()
            bounds = self._bounds(run_id)
            if isinstance(output, ClearOutput):
                if output.wait:
                    bounds.clear_wanted = True
                    self._open = {}  # what comes next is not added to what goes
                else:
                    self._clear(run_id, bounds, output)
            elif isinstance(output, DisplayOutput):
                self._put_display(run_id, bounds, output)
            else:
                self._clear_if_wanted(run_id, bounds)
                bounds.another()
                self._append(run_id, bounds, output, 0)

    def forget(self) -> None:
        """In a forked process, which has nobody who sends: take what is put from now on, and do nothing with it.

        Text must not be written from now on: the memory is that of the process that goes on.
        """
        self._lock = threading.RLock()  # another thread may have held the old one
        self._changed = threading.Condition(self._lock)
        self._is_forgetful = True

    def finish(self, run_id: str) -> None:
        """Send all that the run has written, and what is to be said of what was left out; returns when it is sent."""
        self._drain()
        with self._changed:
            self._collect()
            self._end(run_id)
            self._end("")  # also what no run has written may go on to its bound again
        self._drain()

    def _end(self, run_id: str) -> None:
        bounds = self._runs.pop(run_id, None)
        self._tails.pop(run_id, None)
        if bounds is None:
            return
        if bounds.clear_wanted:
            self._append(run_id, bounds, ClearOutput(wait=True), 0)
        for output in bounds.last_outputs():
            if isinstance(output, StreamOutput):
                self._put_text(run_id, bounds, output.name, output.text, 0)
            else:
                self._append(run_id, bounds, output, 0)

    def _bounds(self, run_id: str) -> RunBounds:
        bounds = self._runs.get(run_id)
        if bounds is None:
            bounds = self._runs[run_id] = RunBounds()
            while len(self._runs) > REMEMBERED_RUNS:  # threads of ended runs may still write
                self._tails.pop(self._runs.popitem(last=False)[0], None)
        return bounds

    def _collect(self, room: float = math.inf) -> None:
        """Look at the text that was written, as long as there is room for it among what waits."""
        words = self._words
        while self._pending_size < room:
            at = words.read_until
            data = words.read(BATCH_CHARACTERS)
            if not data:
                break
            for text in read_records(data, at):
                self._take_text(self.starts.run_id(text.run), text.name, text.text, text.end)
        if words.is_full and words.is_read and not self._pending and not self._awaiting_answer:
            words.clear()
            self._changed.notify_all()

    def _take_text(self, run_id: str, name: StreamName, text: str, end: int) -> None:
        bounds = self._bounds(run_id)
        if bounds.left_out and not bounds.clear_wanted:
            self._leave_out(run_id, bounds, name, text)
            return
        self._clear_if_wanted(run_id, bounds)
        room = bounds.room(name, text, joined=run_id == self._open_run and name in self._open)
        if room:
            self._put_text(run_id, bounds, name, text[:room], end)
        if room < len(text):
            words = "\n[More text than is shown: the rest is left out but for its end.]\n"
            self._put_text(run_id, bounds, "stderr", words, end)
            self._leave_out(run_id, bounds, name, text[room:])

    def _wait_for_room(self) -> None:
        while self._pending_size > BUFFER_CHARACTERS and not self._gate.pending:
            self._full.set()
            self._changed.wait(ALLOWED_WAIT_S)

    def _clear_if_wanted(self, run_id: str, bounds: RunBounds) -> None:
        if bounds.clear_wanted:
            self._clear(run_id, bounds, ClearOutput(wait=True))

    def _clear(self, run_id: str, bounds: RunBounds, output: ClearOutput) -> None:
        """What waits needs not be shown any more."""
        self._pending = deque(item for item in self._pending if item.run_id != run_id or item.is_update)
        self._pending_size = sum(item.size for item in self._pending)
        self._tails.pop(run_id, None)
        bounds.clear_wanted = False
        bounds.cleared()
        self._append(run_id, bounds, output, 0)

    def _leave_out(self, run_id: str, bounds: RunBounds, name: StreamName, text: str) -> None:
        bounds.keep_tail(name, text)
        if run_id not in self._tails:
            self._tails[run_id] = monotonic()
            self.wake()

    def _show_tails(self) -> None:
        now = monotonic()
        for run_id, shown_at in self._tails.items():
            if now - shown_at >= LIVE_TAIL_S:
                self._tails[run_id] = now
                bounds = self._runs[run_id]
                self._put_display(run_id, bounds, bounds.tail_now(run_id), is_ours=True)

    def _put_display(self, run_id: str, bounds: RunBounds, output: DisplayOutput, *, is_ours: bool = False) -> None:
        size = sum(map(len, output.data.values()))
        if not is_ours:  # ours tells of what is shown, and takes nothing away
            if not output.is_update:
                self._clear_if_wanted(run_id, bounds)
            if not bounds.takes_display(output, size):
                return
        for waiting in self._pending if output.is_update else ():
            other = waiting.output
            if waiting.run_id == run_id and isinstance(other, DisplayOutput) and other.display_id == output.display_id:
                self._pending_size += size - waiting.size
                waiting.size = size
                waiting.output = replace(output, is_update=other.is_update, is_result=other.is_result)
                return
        self._append(run_id, bounds, output, size)

    def _put_text(self, run_id: str, bounds: RunBounds, name: StreamName, text: str, end: int) -> None:
        waiting = self._open.get(name) if run_id == self._open_run else None
        if waiting is None or waiting.size + len(text) > BATCH_CHARACTERS:
            others = self._open if bounds.joins and run_id == self._open_run else {}
            waiting = self._append(run_id, bounds, StreamOutput(name=name, text=""), 0)
            self._open, self._open_run = {**others, name: waiting}, run_id
        waiting.end = end
        waiting.pieces.append(text)
        waiting.size += len(text)
        self._grown(len(text))

    def _append(self, run_id: str, bounds: RunBounds, output: Output, size: int) -> _Waiting:
        waiting = _Waiting(run_id, bounds, output, size)
        self._pending.append(waiting)
        self._open = {}
        if self.is_asleep:
            self.wake()
        self._grown(size)
        return waiting

    def _grown(self, size: int) -> None:
        self._pending_size += size
        if self._pending_size >= BATCH_CHARACTERS:
            self._full.set()

    def _send_forever(self) -> None:
        while True:
            self._sleep()
            self._full.wait(COALESCE_S)
            with self._changed:
                self._full.clear()
                batch = self._take()
            self._dispatch(batch)

    def _sleep(self) -> None:
        """Return when there is something to send, and it may be sent."""
        while True:
            with self._changed:
                self._show_tails()
                # Before looking: a record that comes after the look wakes us. While an answer is awaited, that does.
                self.is_asleep = not self._awaiting_answer
                if self._has_more and not self._awaiting_answer:
                    self.is_asleep = False
                    return
            with contextlib.suppress(NothingRang):
                self._bell.get(timeout=LIVE_TAIL_S if self._tails else None)

    @property
    def _has_more(self) -> bool:
        return bool(self._pending) or not self._words.is_read

    def _drain(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._sending and not (self._awaiting_answer and self._has_more))
                batch = self._take()
            if batch is None:
                return
            self._dispatch(batch)

    def _take(self) -> Outputs | None:
        """The next batch: outputs of one run. Marks it as being sent."""
        if self._awaiting_answer:
            return None
        self._collect(BATCH_CHARACTERS)
        if not self._pending:
            return None
        run_id = self._pending[0].run_id
        outputs: list[Output] = []
        size = end = 0
        while self._pending and self._pending[0].run_id == run_id and size < BATCH_CHARACTERS:
            waiting = self._pending.popleft()
            outputs.append(waiting.whole())
            size += waiting.size
            end = max(end, waiting.end)
        if not self._pending:
            self._open, end = {}, self._words.read_until
        self._words.taken(end)
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
        self._bell.put(None)
