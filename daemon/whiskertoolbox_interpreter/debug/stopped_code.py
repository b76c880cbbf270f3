"""Code that stands in the debugger: which of its frames is looked at, and cells that run there, one after the other.

A cell runs on the thread that stands, because pydevd lets a thread that waits do work: `InternalThreadCommand`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from whiskertoolbox_interpreter.interrupts import InterruptGate
from whiskertoolbox_interpreter.look.variables import Scope
from whiskertoolbox_interpreter.run.frame_names import FrameNames
from whiskertoolbox_interpreter.run.main_thread import MainThread
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.debug import SelectFrame
from whiskertoolbox_protocol.execution import RunInFrame, RunResult

NOT_STOPPED = "The code is not stopped: there is no frame to run this in."
_MAIN = threading.main_thread()
_CHECKS = 100
"""Python looks for an interrupt where a loop begins again; once would do."""


@dataclass(eq=False)
class _Cell:
    """A cell that runs, or waits to run, in code that stands."""

    params: RunInFrame
    thread_id: str
    frame: FrameType
    answer: Future[RunResult] = field(default_factory=Future)
    thread: threading.Thread | None = None
    """Once it has begun."""
    is_over: bool = False
    """Its code has run; only the answer is left."""


class StoppedCode:
    """Frames that stand.

    Parameters
    ----------
    main_thread
        Runs the cells.
    stopped_thread
        Gives the protocol's number of the thread that has stopped last; None when none stands.
    place_of
        What people call the place of code with a path.
    selected
        Called when another frame is looked at.
    """

    def __init__(
        self,
        main_thread: MainThread,
        gate: InterruptGate,
        *,
        stopped_thread: Callable[[], int | None],
        place_of: Callable[[str], str],
        selected: Callable[[], None],
    ) -> None:
        self._main_thread = main_thread
        self._gate = gate
        self._stopped_thread = stopped_thread
        self._place_of = place_of
        self._selected = selected
        self._debugger: Any = None
        self._frame_number: int | None = None
        self._lock = threading.RLock()  # an interrupt is looked at on the thread that may hold it
        self._standing: set[str] = set()
        self._cells: deque[_Cell] = deque()
        """The first one runs."""

    def connect(self, debugger: Any) -> None:
        """Look at the frames of pydevd's object."""
        self._debugger = debugger

    # The selected frame -------------------------------------------------------------------------------------------
    def select(self, params: SelectFrame) -> None:
        """Look at another frame."""
        self._frame_number = params.frame
        self._selected()

    def _frame(self) -> tuple[str, FrameType] | None:
        """pydevd's name of the thread, and the frame that is looked at: the selected one, or else the innermost."""
        thread, manager = self._stopped_thread(), self._debugger and self._debugger.suspended_frames_manager
        if manager is None or thread is None:
            return None
        from _pydevd_bundle._debug_adapter.pydevd_base_schema import BaseSchema

        if self._frame_number is not None:
            with contextlib.suppress(KeyError):  # of a stop that is over
                number = BaseSchema._translate_id_from_dap(self._frame_number)
                thread_id = manager.get_thread_id_for_variable_reference(number)
                frame = manager.find_frame(thread_id, number)
                if frame is not None:
                    return thread_id, frame
        with contextlib.suppress(KeyError):
            thread_id = BaseSchema._translate_id_from_dap(thread)
            frames = manager.get_frames_list(thread_id)
            if frames:
                return thread_id, next(iter(frames))
        return None

    def scope(self) -> Scope | None:
        """What is to be seen in the frame that is looked at; None when no code stands."""
        found = self._frame()
        if found is None:
            return None
        frame = found[1]
        session = self._main_thread.namespace
        path = frame.f_code.co_filename
        place = os.path.basename(self._place_of(path))
        function = frame.f_code.co_name
        where = "top level" if function == "<module>" else f"{function}()"
        name = f"{where}, line {frame.f_lineno} of {place}"
        if frame.f_locals is session:
            return Scope(name=name, variables=session, names=session)
        names = FrameNames(frame, session)
        return Scope(name=name, variables=names.listed(), names=names.everything())

    # Cells --------------------------------------------------------------------------------------------------------
    @property
    def runs_a_cell(self) -> bool:
        """Whether this thread runs a cell in code that stands."""
        return any(cell.thread is threading.current_thread() for cell in self._cells)

    def run(self, params: RunInFrame) -> Future[RunResult]:
        """Run a cell in the frame that is looked at, after those that were asked for before."""
        with self._lock:
            found = self._frame()
            if found is None:
                raise RequestError(NOT_STOPPED)
            cell = _Cell(params, *found)
            self._cells.append(cell)
            if len(self._cells) == 1:
                self._post(cell)
        return cell.answer

    def _post(self, cell: _Cell) -> None:
        from _pydevd_bundle.pydevd_comm import InternalThreadCommand

        if cell.thread_id in self._standing:
            command = InternalThreadCommand(cell.thread_id, lambda _debugger: self._run(cell))
            self._debugger.post_internal_command(command, cell.thread_id)
        else:
            self._end(cell)

    def _run(self, cell: _Cell) -> None:
        """On the thread that stands."""
        from whiskertoolbox_interpreter.debug.mends import untraced

        is_main = threading.current_thread() is _MAIN
        with self._gate.closed() if is_main else contextlib.nullcontext(), untraced(self._debugger):
            with self._lock:
                if cell.answer.done():
                    return
                cell.thread = threading.current_thread()
            outcome: RunResult | BaseException
            try:
                outcome = self._main_thread.run_at_stop(cell.params, cell.frame)
            except BaseException as error:
                outcome = error
            self._close(cell)
            self._end(cell, outcome)

    def _close(self, cell: _Cell) -> None:
        """Let no interrupt come to this thread any more, and one that is on its way come here.

        To take it back (`PyThreadState_SetAsyncExc` with NULL) leaves Python 3.11 looking for it for ever, and the next
        call that is traced hangs (seen with 3.11.7).
        """
        while True:
            try:
                with self._lock:
                    cell.is_over = True
                for _ in range(_CHECKS):
                    pass
            except KeyboardInterrupt:
                continue
            return

    def _end(self, cell: _Cell, outcome: RunResult | BaseException | None = None) -> None:
        with self._lock:
            self._cells.remove(cell)
            if isinstance(outcome, RunResult):
                cell.answer.set_result(outcome)
            else:
                cell.answer.set_exception(outcome or RequestError(NOT_STOPPED))
            if self._cells and self._cells[0].thread is None:
                self._post(self._cells[0])

    def stands(self, thread_id: str) -> None:
        """A thread, by pydevd's name, is about to wait in the debugger."""
        with self._lock:
            self._standing.add(thread_id)

    def goes_on(self, thread_id: str) -> None:
        """A thread goes on: what was to run there and has not begun never will."""
        with self._lock:
            self._standing.discard(thread_id)
            self._frame_number = None
            for cell in [item for item in self._cells if item.thread_id == thread_id and item.thread is None]:
                self._end(cell)

    def interrupt(self, run_id: str) -> None:
        """Interrupt a cell, if it has not ended; the code that stands goes on standing."""
        with self._lock:
            cell = next((item for item in self._cells if item.params.run_id == run_id), None)
            if cell is None:
                return
            if cell.thread is None:
                self._end(cell, RunResult(status="interrupted", execution_count=0))
            elif cell.thread is _MAIN:
                self._gate.interrupt_if(lambda: cell in self._cells)
            elif not cell.is_over:
                _interrupt_thread(cell.thread)

    def interrupt_all(self) -> bool:
        """Interrupt every cell; returns whether there was one."""
        with self._lock:
            run_ids = [cell.params.run_id for cell in self._cells]
        for run_id in reversed(run_ids):
            self.interrupt(run_id)
        return bool(run_ids)


def _interrupt_thread(thread: threading.Thread) -> None:
    """Let a thread raise KeyboardInterrupt soon: where it calls or jumps back."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt))
