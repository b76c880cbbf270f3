"""Answers the daemon while user code runs: the handlers of the channel, on a thread that never runs user code."""

from __future__ import annotations

import sys
import threading
import traceback
from concurrent.futures import Future

from whiskertoolbox_interpreter.debug.pydevd import Debugger
from whiskertoolbox_interpreter.interrupts import InterruptGate
from whiskertoolbox_interpreter.look.batches import list_batches
from whiskertoolbox_interpreter.look.completion import Completer
from whiskertoolbox_interpreter.look.freshness import StartTime
from whiskertoolbox_interpreter.look.inspection import Inspector
from whiskertoolbox_interpreter.look.table_reader import TableReader
from whiskertoolbox_interpreter.look.transforms import list_transforms
from whiskertoolbox_interpreter.look.variables import NamespaceView
from whiskertoolbox_interpreter.run.main_thread import MainThread
from whiskertoolbox_interpreter.show.tracebacks import is_our_file
from whiskertoolbox_interpreter.show.viewer import SessionScreen
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import Channel
from whiskertoolbox_protocol.interpreter import InterruptRun, Stack
from whiskertoolbox_protocol.status import Empty


class Control:
    """The interpreter's side of the protocol."""

    def __init__(
        self,
        channel: Channel,
        *,
        main_thread: MainThread,
        gate: InterruptGate,
        variables: NamespaceView,
        completer: Completer,
        inspector: Inspector,
        debugger: Debugger,
        screen: SessionScreen,
    ) -> None:
        self._channel = channel
        self._main_thread = main_thread
        self._gate = gate
        self._variables = variables
        self._completer = completer
        self._inspector = inspector
        self._debugger = debugger
        self._screen = screen

    def register(self, start_time: StartTime) -> None:
        """Answer every request of the table that is meant for the interpreter."""
        handle = self._channel.handle
        main_thread = self._main_thread
        handle(methods.RUN_CODE, main_thread.run_code)
        handle(methods.RUN_FILE, main_thread.run_file)
        handle(methods.RUN_IN_FRAME, self._debugger.stopped_code.run)
        handle(methods.INTERPRETER_INTERRUPT, self._interrupt)
        handle(methods.INTERPRETER_LOOK_UP, self._inspector.look_up)
        handle(methods.INTERPRETER_STACK, lambda _params: Stack(text=main_thread_stack()))
        handle(methods.COMPLETE, self._completer.complete)
        handle(methods.CHECK_COMPLETE, main_thread.check_complete)
        handle(methods.SIGNATURES, self._inspector.signatures)
        handle(methods.INSPECT, self._inspector.inspect)
        handle(methods.VARIABLES_LIST, self._variables.answer)
        handle(
            methods.VARIABLES_DESCRIBE, lambda params: self._inspector.describe(*self._variables.resolve(params.path))
        )
        tables = TableReader(self._variables.resolve, lambda: self._variables.revision)
        handle(methods.TABLES_READ, tables.read)
        handle(methods.TABLES_COPY, tables.copy)
        handle(methods.TRANSFORMS_LIST, list_transforms)
        handle(methods.BATCHES_LIST, list_batches)
        handle(methods.FIGURES_SAVE, main_thread.save_figure)
        handle(methods.NAMESPACE_CLEAR, lambda _params: main_thread.clear_namespace())
        handle(methods.DEBUG_ATTACH, self._debugger.attach)
        handle(methods.DEBUG_SEND, self._debugger.send)
        handle(methods.DEBUG_SELECT_FRAME, self._debugger.stopped_code.select)
        handle(methods.VIEWER_STATE, self._screen.heard)
        handle(methods.INTERPRETER_IS_FRESH, lambda _params: start_time.freshness())
        handle(methods.INTERPRETER_SHUTDOWN, self._shut_down)

    def _interrupt(self, params: InterruptRun) -> Empty:
        if params.run_id:
            self._debugger.stopped_code.interrupt(params.run_id)
        elif self._main_thread.busy:
            self._gate.interrupt()
        return Empty()

    def _shut_down(self, _params: Empty) -> Future[Empty]:
        return self._main_thread.shut_down()


def main_thread_stack() -> str:
    """Where the main thread is, from our call of user code on, innermost call last."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    entries = traceback.extract_stack(frame)
    callers = [
        index
        for index, entry in enumerate(entries)
        if is_our_file(entry.filename) and entry.name in ("run_code", "run_script")
    ]
    return "".join(traceback.format_list(entries[callers[-1] + 1 if callers else 0 :]))
