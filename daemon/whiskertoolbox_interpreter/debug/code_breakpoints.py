"""Keeps calls at breakpoints in the code of this process, so that nothing need be traced before one is met.

For Pythons before 3.12. A thread is traced from a breakpoint until it goes on without a step. Only what cannot be
found in code is looked for by tracing everything: raised exceptions, functions by their name, and lines of code that
was already running when their breakpoint was set. Importing this module imports pydevd.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import importlib.machinery
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, FunctionType, GeneratorType
from typing import Any, NoReturn

import pydevd_file_utils
from _pydevd_bundle.pydevd_constants import STATE_SUSPEND, get_thread_id
from _pydevd_bundle.pydevd_process_net_command_json import PyDevJsonCommandProcessor

from whiskertoolbox_interpreter.debug import mends
from whiskertoolbox_interpreter.debug.instrument import Stop, instrumented, lines_of, original_of
from whiskertoolbox_interpreter.interrupts import ALLOWED_WAIT_S
from whiskertoolbox_interpreter.run import own_builtins

_future = importlib.import_module("__future__")
_FUTURE = sum({getattr(_future, name).compiler_flag for name in _future.all_feature_names})

_FRAME_OF: dict[type, str] = {GeneratorType: "gi_frame", CoroutineType: "cr_frame", AsyncGeneratorType: "ag_frame"}


_MOST_TO_A_STOP_S = 1.0
"""From the call at a line to the stop there; others wait no longer for one that never comes."""


class CodeBreakpoints:
    """The breakpoints of a debugger, in the code of this process.

    Parameters
    ----------
    debugger
        pydevd's object.
    on_main_thread
        Calls something on the main thread, between two instructions of what runs there.
    tracing_changed
        Called when everything is traced from now on, or no longer.
    """

    def __init__(
        self,
        debugger: Any,
        on_main_thread: Callable[[Callable[[], None]], object],
        *,
        tracing_changed: Callable[[], object],
    ) -> None:
        self._debugger = debugger
        self._on_main_thread = on_main_thread
        self._tracing_changed = tracing_changed
        self._lines: dict[str, set[int]] = {}
        self._had_lines: set[str] = set()
        """Files whose code may have calls."""
        self._choosing = threading.Lock()
        self._next: threading.Thread | None = None
        """The thread that came to a breakpoint last, and is about to stand there until it does or the time is over."""
        self._next_until = 0.0
        self._running_code_has_some = False
        self.traces_everything = False
        """Also code that has no breakpoint is traced."""
        self._compile = builtins.compile
        self._get_code = importlib.machinery.SourceFileLoader.get_code
        self._enable_tracing = debugger.enable_tracing
        debugger.enable_tracing = self._enable_if_needed
        for name in ("setbreakpoints", "setfunctionbreakpoints", "setexceptionbreakpoints", "disconnect"):
            self._update_after(f"on_{name}_request")

    def trace_this_thread(self) -> None:
        """Trace what runs on this thread, for a step or a pause."""
        self._enable_tracing(self._debugger.trace_dispatch)
        self._debugger.set_trace_for_frame_and_parents(threading.get_ident(), sys._getframe(1))

    def run_starts(self) -> None:
        """Before the main thread runs user code: what ran when breakpoints were set is over, and so are its steps."""
        info = getattr(threading.current_thread(), "additional_info", None)
        if info is not None:
            info.is_tracing = 0  # an interrupt may have come while it was counted
        if self._running_code_has_some:
            self._running_code_has_some = self._is_in_suspended_code()
            self._follow()
        if not self.traces_everything:
            self._debugger.disable_tracing()
        elif sys.gettrace() is None:  # Python takes it away when it raises
            self.trace_this_thread()

    def resumes(self) -> None:
        """After a stop of this thread: without a step nothing need be traced."""
        with self._choosing:
            if self._next is threading.current_thread():
                self._next_until = 0.0
        info = getattr(threading.current_thread(), "additional_info", None)
        if info is not None and info.pydev_step_cmd != -1:
            self.trace_this_thread()
        elif not self.traces_everything:
            self._debugger.disable_tracing()

    def _update_after(self, name: str) -> None:
        handle = getattr(PyDevJsonCommandProcessor, name)

        def handle_and_update(processor: Any, debugger: Any, request: Any) -> Any:
            answer = handle(processor, debugger, request)
            if debugger is self._debugger:  # and not that of a process that was forked
                self.update()
            return answer

        setattr(PyDevJsonCommandProcessor, name, handle_and_update)

    def update(self) -> None:
        """Put the calls where pydevd has breakpoints now."""
        breakpoints = self._debugger.breakpoints
        lines = {file: set(of_file) for file, of_file in breakpoints.items() if of_file}
        if lines != self._lines:
            self._lines = lines
            self._had_lines |= lines.keys()
            self._instrument_what_is_compiled(bool(lines))
            self._instrument_functions()
            self._running_code_has_some = self._is_in_running_code() or self._is_in_suspended_code()
        self._follow()

    def _follow(self) -> None:
        """Trace everything, or no longer."""
        debugger = self._debugger
        wanted = self._running_code_has_some or bool(
            debugger.break_on_caught_exceptions
            or debugger.break_on_user_uncaught_exceptions
            or debugger.function_breakpoint_name_to_breakpoint
        )
        if wanted == self.traces_everything:
            return
        self.traces_everything = wanted
        threading.settrace(debugger.trace_dispatch if wanted else None)
        self._tracing_changed()
        if wanted:
            self._on_main_thread(self.trace_this_thread)

    def _enable_if_needed(self, thread_trace_func: Any = None, apply_to_all_threads: bool = False) -> None:
        if self.traces_everything or sys.gettrace() is not None:
            self._enable_tracing(thread_trace_func, apply_to_all_threads)

    # Code -------------------------------------------------------------------------------------------------------------
    def _with_calls(self, code: CodeType) -> CodeType:
        lines = self._lines_in(code)
        if not lines:
            return original_of(code)
        try:
            return instrumented(original_of(code), _file_of(code), lines, self._passed)
        except ValueError as error:
            print(f"Breakpoints in this code do not work: {error}", file=sys.stderr)
            return code

    def _lines_in(self, code: CodeType) -> set[int]:
        of_file = self._lines.get(_file_of(code)) if self._lines else None
        return of_file & lines_of(code) if of_file else set()

    def _instrument_functions(self) -> None:
        has_had_lines = _Remembered(lambda name: _canonical(name) in self._had_lines)
        for item in gc.get_objects():  # there may be a million of them
            if type(item) is FunctionType:
                code = item.__code__
                if has_had_lines[code.co_filename] and (self._lines_in(code) or original_of(code) is not code):
                    item.__code__ = self._with_calls(code)

    def _instrument_what_is_compiled(self, wanted: bool) -> None:
        loader: Any = importlib.machinery.SourceFileLoader
        compile_plainly, get_code = self._compile, self._get_code

        def compile_with_calls(
            source: Any, filename: Any, mode: str, flags: int = 0, dont_inherit: bool = False, *more: Any, **named: Any
        ) -> Any:
            caller = sys._getframe(1)
            if not dont_inherit:
                flags |= caller.f_code.co_flags & _FUTURE
            found = compile_plainly(source, filename, mode, flags, True, *more, **named)
            # What is imported is kept in files, plain, and gets its calls when it is loaded from there.
            is_kept = caller.f_globals.get("__name__") in ("importlib._bootstrap", "importlib._bootstrap_external")
            return self._with_calls(found) if isinstance(found, CodeType) and not is_kept else found

        def get_code_with_calls(self_: Any, fullname: str) -> Any:
            code = get_code(self_, fullname)
            return code if code is None else self._with_calls(code)

        own_builtins.replace("compile", compile_with_calls if wanted else compile_plainly)
        loader.get_code = get_code_with_calls if wanted else get_code

    def _is_in_running_code(self) -> bool:
        threads = threading._active.values()  # type: ignore[attr-defined]
        hidden = {thread.ident for thread in threads if hasattr(thread, "pydev_do_not_trace")}
        return any(
            self._lines_in(frame.f_code)
            for thread, innermost in sys._current_frames().items()
            if thread not in hidden
            for frame in _and_callers(innermost)
            if original_of(frame.f_code) is frame.f_code
        )

    def _is_in_suspended_code(self) -> bool:
        if not self._lines:
            return False
        suspended = [item for item in gc.get_objects() if type(item) in _FRAME_OF]
        frames = (getattr(item, _FRAME_OF[type(item)]) for item in suspended)
        return any(
            self._lines_in(frame.f_code) and original_of(frame.f_code) is frame.f_code
            for frame in frames
            if frame is not None
        )

    # A line is passed -------------------------------------------------------------------------------------------------
    def _passed(self, stop: Stop, frame: FrameType) -> None:
        try:
            self._look_at(stop, frame)
        except KeyboardInterrupt:  # the call is at no line: the user shall see the one that comes now
            frame.f_trace = _interrupt
            sys.settrace(_interrupt)

    def _look_at(self, stop: Stop, frame: FrameType) -> None:
        debugger = self._debugger
        thread = threading.current_thread()
        breakpoint_ = debugger.breakpoints.get(stop.file, {}).get(stop.line)
        if breakpoint_ is None or getattr(thread, "pydev_do_not_trace", False):
            return
        if sys.gettrace() is not None and frame.f_trace is not None:
            return  # Python reports the line itself
        info = debugger.set_additional_thread_info(thread)
        if info.is_tracing:
            return
        with _counted(info):
            if breakpoint_.is_logpoint:
                mends.print_logpoint(breakpoint_, debugger, frame)
                return
            if breakpoint_.has_condition and not mends.decide(breakpoint_, frame):
                return
            self._wait_for_turn(thread, info)
        if debugger.breakpoints.get(stop.file, {}).get(stop.line) is not breakpoint_:
            return
        self._enable_tracing(debugger.trace_dispatch)
        debugger.set_trace_for_frame_and_parents(thread.ident, frame)

    def _wait_for_turn(self, thread: threading.Thread, info: Any) -> None:
        """Wait while another thread stands, or is about to.

        This one would stand too, and go on with the other without its breakpoint having been noticed.
        """
        _queue, goes_on = self._debugger.get_internal_queue_and_event(get_thread_id(thread))
        standing = self._debugger._threads_suspended_single_notification._suspended_thread_id_to_thread
        is_meant = False  # to stand with it; one that was started since then, from the console, is not
        came = time.monotonic()
        while True:
            with self._choosing:
                now = time.monotonic()
                is_meant = is_meant or info.pydev_state == STATE_SUSPEND
                stands = standing and (is_meant or now < came + _MOST_TO_A_STOP_S)
                if not stands and (self._next is thread or now > self._next_until):
                    self._next, self._next_until = thread, now + _MOST_TO_A_STOP_S
                    return
            goes_on.wait(ALLOWED_WAIT_S)


def _interrupt(_frame: FrameType, _event: str, _argument: object) -> NoReturn:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _counted(info: Any) -> Iterator[None]:
    info.is_tracing += 1
    try:
        yield
    finally:
        info.is_tracing -= 1


def _and_callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _file_of(code: CodeType) -> str:
    return _canonical(code.co_filename)


def _canonical(path: str) -> str:
    file: str = pydevd_file_utils.canonical_normalized_path(path)
    return file


class _Remembered(dict[str, bool]):
    """What is known of each text, asked once."""

    def __init__(self, ask: Callable[[str], bool]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, text: str) -> bool:
        answer = self[text] = self._ask(text)
        return answer
