"""The debugger in this process: pydevd, connected once by a socket pair and spoken to in DAP. It opens no port.

pydevd (the part of debugpy that runs beside user code) speaks the Debug Adapter Protocol itself. Its one connection
lasts as long as the interpreter; every debug session of VS Code begins with `initialize` and `attach` and ends with
`disconnect` on it. What is changed in messages is in `dap.py`.
"""

from __future__ import annotations

import json
import os
import pdb
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from whiskertoolbox_interpreter.debug import framing, importing
from whiskertoolbox_interpreter.debug.cells import Cells
from whiskertoolbox_interpreter.debug.children import Children
from whiskertoolbox_interpreter.debug.dap import Incoming, Message, Translator, failure
from whiskertoolbox_interpreter.debug.forks import forget_debugger
from whiskertoolbox_interpreter.debug.importing import import_pydevd, set_up, trace_this_thread
from whiskertoolbox_interpreter.debug.sources import caller_of, hiding_rules, text_of
from whiskertoolbox_interpreter.debug.stopped_code import StoppedCode
from whiskertoolbox_interpreter.debug.uncaught import meet_in_threads, stand_where_raised
from whiskertoolbox_interpreter.interrupts import ALLOWED_WAIT_S, InterruptGate, start_hidden_thread
from whiskertoolbox_interpreter.run.main_thread import MainThread
from whiskertoolbox_protocol.debug import DebuggerMessage, DebugMessage
from whiskertoolbox_protocol.interpreter import DebuggerState
from whiskertoolbox_protocol.status import Empty

if TYPE_CHECKING:
    from whiskertoolbox_interpreter.debug.code_breakpoints import CodeBreakpoints

RETRY_S = 0.001
MOST_RETRIES = 500


class Debugger:
    """Relays DAP messages between VS Code and pydevd, and knows whether user code stands at a breakpoint."""

    def __init__(
        self,
        main_thread: MainThread,
        gate: InterruptGate,
        *,
        received: Callable[[DebuggerMessage], None],
        wanted: Callable[[], None],
        state_changed: Callable[[DebuggerState], None],
        frame_changed: Callable[[], None],
    ) -> None:
        self._main_thread = main_thread
        self._gate = gate
        self._received = received
        self._wanted = wanted
        self._state_changed = state_changed
        self._frame_changed = frame_changed
        self._configured = threading.Event()
        self._process = os.getpid()
        self.cells = Cells(gate)
        self._last_error: BaseException | None = None
        self._connection: socket.socket | None = None
        self._sending = threading.Lock()
        self._dap = Translator(hiding_rules, text_of, lambda: main_thread.busy)
        self.stopped_code = StoppedCode(
            main_thread,
            gate,
            stopped_thread=lambda: self._dap.stopped_thread,
            place_of=self.cells.place_of,
            selected=frame_changed,
        )
        self._children = Children(
            lambda: self._configured.is_set() and self._dap.debugs_children,
            received,
            interrupt=self._interrupt_run,
            joined=lambda debugger: self.cells.connect(debugger, lambda: None),
        )
        self._tracing = False
        self._code_breakpoints: CodeBreakpoints | None = None
        self._interrupt_on_resume = False
        self._postponed = 0
        self._pydevd_folder = ""
        sys.breakpointhook = self._breakpoint
        pdb.set_trace = self._breakpoint
        pdb.post_mortem = self._post_mortem_of_traceback
        pdb.pm = lambda: self.debug_last_error("")
        gate.ask_first(self._postpones_interrupt)

    def attach(self, _params: Empty) -> Future[Empty]:
        """Make ready for a debug session, also while code runs; then DAP messages may be sent."""
        if self._connection is not None and not hasattr(sys, "monitoring"):
            ready: Future[Empty] = Future()
            ready.set_result(Empty())
            return ready
        return self._main_thread.on_main_thread(
            (lambda: set_up(self._connect)) if self._connection is None else self._trace
        )

    def send(self, message: DebugMessage) -> None:
        """Give a DAP message of VS Code to pydevd, or to that of a process that user code has started."""
        if message.process:
            self._children.send(message)
            return
        if self._connection is None:
            self._deliver(failure(json.loads(message.content), "The interpreter was restarted. Start debugging again."))
            return
        outgoing = self._dap.outgoing(json.loads(message.content), message.text)
        if outgoing.interrupts:
            self._interrupt_run()
        if outgoing.pauses and self._code_breakpoints is not None:
            self._main_thread.on_main_thread(self._code_breakpoints.trace_this_thread)
        if not self._dap.session_active:
            self._configured.clear()
            self._children.leave(interrupted=outgoing.interrupts)
        self._deliver(Incoming(messages=outgoing.answers))
        self._send(outgoing.message)

    def _send(self, message: Message | None) -> None:
        if message is not None and self._connection is not None:
            with self._sending:
                framing.write(self._connection, message)

    def _deliver(self, incoming: Incoming) -> None:
        for message in incoming.messages:
            self._received(DebuggerMessage(content=json.dumps(message), phase=incoming.phase))

    def _connect(self) -> Empty:
        """Connect pydevd and trace this thread, the main thread."""
        pydevd = import_pydevd()
        from whiskertoolbox_interpreter.debug import mends

        self._pydevd_folder = os.path.dirname(os.path.abspath(pydevd.__file__)) + os.sep
        ours, pydevds = socket.socketpair()
        pydevd.start_client = lambda _host, _port: pydevds
        mends.mend()
        self._trace()
        debugger = pydevd.get_global_debugger()
        mends.mend_debugger(debugger)
        self._raise_on_resume(debugger)
        meet_in_threads(self.uncaught)
        if not hasattr(sys, "monitoring"):
            from whiskertoolbox_interpreter.debug.code_breakpoints import CodeBreakpoints

            pydevd.pydevd_tracing.SetTrace(None)
            threading.settrace(None)
            self._code_breakpoints = CodeBreakpoints(
                debugger,
                self._main_thread.on_main_thread,
                # Not on this thread, which may have been in the middle of sending something.
                tracing_changed=lambda: start_hidden_thread("state", lambda: self._state_changed(self._state())),
            )
        self.stopped_code.connect(debugger)
        self.cells.connect(debugger, self._breakpoints_moved)
        sys.breakpointhook = self._breakpoint  # pydevd has put its own
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=lambda: forget_debugger([ours, pydevds, *self._children.forget()]))
        self._children.install()
        self._connection = ours
        start_hidden_thread("debugger", self._pump)
        return Empty()

    def _breakpoints_moved(self) -> None:
        if self._code_breakpoints is not None:
            self._code_breakpoints.update()

    def _trace(self) -> Empty:
        """Trace the main thread and what runs on it now; the first time this also connects."""
        import pydevd

        self._tracing = True
        trace_this_thread(pydevd)
        return Empty()

    def _interrupt_run(self) -> None:
        if self.stopped_code.interrupt_all():  # what stands is interrupted when it goes on
            self._interrupt_on_resume = True
        elif self._main_thread.busy:
            self._gate.interrupt()

    def _pump(self) -> None:
        """Pass on what pydevd says."""
        assert self._connection is not None
        for content in framing.texts(self._connection):
            self._pass_on(content)

    def _pass_on(self, content: str) -> None:
        was_stopped = self._dap.stopped
        message = json.loads(content)
        incoming = self._dap.incoming(message)
        if self._dap.stopped != was_stopped:
            if self._dap.stopped:
                # Other processes shall see what the code has changed so far. Not here: the store may be busy.
                start_hidden_thread("flush at a stop", self._main_thread.flush)
            self._state_changed(self._state())
            self._frame_changed()
        self._send(incoming.reply)
        if incoming.phase == "configured":
            self._configured.set()  # before VS Code knows, which then starts the run
        for item in incoming.messages:  # most are passed on unchanged
            text = content if item is message else json.dumps(item)
            self._received(DebuggerMessage(content=text, phase=incoming.phase))

    def _state(self) -> DebuggerState:
        """Whether code stands, and where the main thread does: the line that called pydevd."""
        frame = caller_of(self._pydevd_folder) if self._dap.stopped else None
        if frame is None:  # it is another thread that stands, if any
            return DebuggerState(stopped=self._dap.stopped, traced=self._traces())
        place = self.cells.place_of(frame.f_code.co_filename)
        return DebuggerState(stopped=True, path=place, line=frame.f_lineno, traced=self._traces())

    def _traces(self) -> bool:
        return self._code_breakpoints is not None and self._code_breakpoints.traces_everything

    def _postpones_interrupt(self, frame: FrameType | None) -> bool:
        """Whether the main thread is inside the debugger, whose state a KeyboardInterrupt would break.

        Code that is stopped is resumed and interrupted where it stands; else the interrupt comes again very soon.
        """
        if not self._pydevd_folder or not self._is_in_pydevd(frame):
            self._postponed = 0
            return False
        self._postponed += 1
        if self._dap.stopped:
            from whiskertoolbox_interpreter.debug.mends import resume_all

            self._interrupt_on_resume = True
            start_hidden_thread("resume", resume_all)
        else:
            start_hidden_thread("interrupt again", self._interrupt_again)
        return True

    def _raise_on_resume(self, pydevd_debugger: Any) -> None:
        wait_suspended = pydevd_debugger.do_wait_suspend

        def wait_and_raise(thread: threading.Thread, *arguments: object, **keywords: object) -> None:
            from _pydevd_bundle.pydevd_constants import get_thread_id

            thread_id = get_thread_id(thread)
            self.stopped_code.stands(thread_id)
            try:
                wait_suspended(thread, *arguments, **keywords)
            finally:
                self.stopped_code.goes_on(thread_id)
            if self._code_breakpoints is not None:
                self._code_breakpoints.resumes()
            if self._interrupt_on_resume and thread is threading.main_thread():
                self._interrupt_on_resume = False
                raise KeyboardInterrupt

        pydevd_debugger.do_wait_suspend = wait_and_raise

    def before_run(self) -> None:
        """Let tracing follow the debug sessions.

        The tool of `sys.monitoring`, since Python 3.12, is given back after a debug session: others may want it.
        """
        self._interrupt_on_resume = False
        self._forget_pending()
        if self._code_breakpoints is not None:
            self._code_breakpoints.run_starts()
        elif self._tracing and not self._dap.session_active:
            self._tracing = False
            from _pydevd_sys_monitoring import pydevd_sys_monitoring

            pydevd_sys_monitoring.stop_monitoring(all_threads=True)

    def stop_on_entry(self) -> None:
        """Stop at the next line of the user's own code."""
        if not self._dap.session_active:
            return
        from pydevd import get_global_debugger

        from whiskertoolbox_interpreter.debug.mends import step_into_user_code

        if self._code_breakpoints is not None:
            self._code_breakpoints.trace_this_thread()
        step_into_user_code(get_global_debugger())

    def after_run(self, _run_id: str) -> None:
        """Forget a step that began on the last line: nothing of ours is stepped through, nor the next run."""
        self._forget_pending()

    def _forget_pending(self) -> None:
        if self._connection is not None:
            from pydevd import get_global_debugger

            from whiskertoolbox_interpreter.debug.mends import forget_pending

            forget_pending(get_global_debugger())

    def uncaught(self, error: BaseException) -> None:
        """An exception has left user code: stop where it was raised, if that is wanted."""
        if self.stopped_code.runs_a_cell:
            return
        self._last_error = error
        wanted = self._dap.session_active and self._dap.stops_at_uncaught and os.getpid() == self._process
        if wanted and isinstance(error, Exception):
            self._post_mortem(error)

    def _post_mortem(self, error: BaseException) -> None:
        from pydevd import get_global_debugger

        stand_where_raised(get_global_debugger(), error)

    def _interrupt_again(self) -> None:
        time.sleep(RETRY_S)
        self._interrupt_run()

    def _is_in_pydevd(self, frame: FrameType | None) -> bool:
        # Code of the user may be called from there: to evaluate something at a stop, which may be interrupted, and for
        # a condition or log message, which is soon over; what is not is interrupted nevertheless.
        through_users_code = not self._dap.stopped and self._postponed < MOST_RETRIES
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(self._pydevd_folder):
                return True
            if file != threading.__file__ and not through_users_code:  # pydevd waits in a condition
                return False
            frame = frame.f_back
        return False

    def debug_last_error(self, _line: str = "") -> None:
        """Stand where the last error was raised: ``%debug``."""
        if self._last_error is None:
            print("No code has raised an error yet.", file=sys.stderr)
        elif self._has_session():
            self._post_mortem(self._last_error)

    def _post_mortem_of_traceback(self, t: TracebackType | None = None) -> None:
        """``pdb.post_mortem()``."""
        error = sys.exc_info()[1] or self._last_error
        if error is not None and self._has_session():
            self._post_mortem(error if t is None else error.with_traceback(t))

    def _breakpoint(self, *_arguments: object, **_keywords: object) -> None:
        """``breakpoint()`` and ``pdb.set_trace()`` in user code."""
        # A thread of ours looks at a value, for example.
        if hasattr(threading.current_thread(), "pydev_do_not_trace") or not self._has_session():
            return
        from pydevd import get_global_debugger

        from whiskertoolbox_interpreter.debug.mends import stop_at

        stop_at(get_global_debugger(), sys._getframe(1))

    def _debugs_this_process(self) -> bool:
        """False in one that user code has forked, unless that has a debugger of its own."""
        if self._connection is None:
            return os.getpid() == self._process
        from pydevd import get_global_debugger

        return os.getpid() == self._process or get_global_debugger() is not None

    def _has_session(self) -> bool:
        """Whether there is a debug session to stop in; one is asked for and waited for."""
        if not self._debugs_this_process():
            print("Not stopped: this process is not debugged.", file=sys.stderr)
            return False
        if self.stopped_code.runs_a_cell:
            print("Not stopped: this code runs where other code is stopped. Continue first.", file=sys.stderr)
            return False
        if self._dap.session_active and self._configured.is_set():
            return True
        # Not from here: the session attaches on this thread, which must not hold the channel's lock then.
        start_hidden_thread("debug session wanted", self._wanted)
        deadline = time.monotonic() + importing.SESSION_LIMIT_S
        while not self._configured.wait(ALLOWED_WAIT_S):  # attaching is done on this thread, in between
            if time.monotonic() > deadline:
                print(f"Not stopped: no debug session has begun within {importing.SESSION_LIMIT_S} s.", file=sys.stderr)
                return False
        return True
