"""The main thread's loop: runs one piece of user code after the other, and whatever else must not run beside it."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from whiskertoolbox_interpreter.interrupts import InterruptGate, start_hidden_thread
from whiskertoolbox_interpreter.run import namespace
from whiskertoolbox_interpreter.run.events import RunEvents
from whiskertoolbox_interpreter.run.frame_names import FrameNames
from whiskertoolbox_interpreter.run.reloading import WorkspaceModules
from whiskertoolbox_interpreter.run.shell import Shell, is_clean_exit
from whiskertoolbox_interpreter.run.workers import Workers
from whiskertoolbox_interpreter.show import figures
from whiskertoolbox_interpreter.show.streams import Runs
from whiskertoolbox_protocol.execution import (
    Completeness,
    RunCode,
    RunFile,
    RunInFrame,
    RunOptions,
    RunResult,
    TypedCode,
)
from whiskertoolbox_protocol.figures import FigureFile, SaveFigure
from whiskertoolbox_protocol.status import Empty

if TYPE_CHECKING:
    from whiskertoolbox_python import DataManager

T = TypeVar("T")

MODULE_NAMES = {"__builtin__", "__builtins__", "__doc__", "__loader__", "__name__", "__package__", "__spec__"}
"""Names that every module has; clearing the namespace leaves them."""


class MainThread:
    """Work for the main thread, in the order it was asked for."""

    def __init__(
        self,
        shell: Shell,
        data_manager: DataManager,
        library: ModuleType,
        gate: InterruptGate,
        runs: Runs,
        events: RunEvents,
        *,
        workspace: str,
    ) -> None:
        self._shell = shell
        self._data_manager = data_manager
        self._library = library
        self._gate = gate
        self._runs = runs
        self._events = events
        self._streams = sys.stdout, sys.stderr
        self._process_id = os.getpid()
        self._workers = Workers(str(data_manager.path), gate.interrupt)
        self._workers.install()
        self._modules = WorkspaceModules(workspace)
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._ended: Future[Empty] = Future()
        self._reset_namespace()

    @property
    def busy(self) -> bool:
        """Whether user code runs now."""
        return bool(self._runs.current)

    @property
    def namespace(self) -> dict[str, Any]:
        """The session's names and their values."""
        names: dict[str, Any] = self._shell.user_module.__dict__
        return names

    def run_until_shutdown(self) -> None:
        """Do the work; returns when `shut_down` was called."""
        while (job := self._jobs.get()) is not None:
            job()
        _resolve(self._ended, self._close)

    def shut_down(self) -> Future[Empty]:
        """End the loop after the work that was asked for before; running code is interrupted."""
        self._jobs.put(None)
        self._gate.interrupt()
        return self._ended

    def _close(self) -> Empty:
        self._data_manager.close()
        return Empty()

    def flush(self) -> None:
        """Commit changes of data objects now; from any thread."""
        self._data_manager.flush()

    def on_main_thread(self, work: Callable[[], T]) -> Future[T]:
        """Ask for `work` on the main thread now, even while user code runs there.

        It may be called in the middle of whatever that thread does, and must not wait for a lock that is held there.
        """
        if not self.busy:
            return self.submit(work)
        future: Future[T] = Future()
        done: SimpleQueue[Future[T]] = SimpleQueue()

        def errand() -> None:
            attempt: Future[T] = Future()
            _resolve(attempt, work)
            done.put(attempt)

        # Who asked is answered through the channel, which the main thread may just be writing to.
        start_hidden_thread("errand", lambda: _resolve(future, done.get().result))
        self._gate.run_between_instructions(errand)
        # The run may just have ended: a signal that comes right before the thread waits does not wake it, work does.
        self._jobs.put(lambda: None)
        return future

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Ask for `work` on the main thread."""
        future: Future[T] = Future()
        self._jobs.put(lambda: _resolve(future, work))
        return future

    def run_code(self, params: RunCode) -> Future[RunResult]:
        """Run a cell."""

        def work() -> BaseException | None:
            surroundings: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
            directory = params.options.working_directory
            if params.place is None and directory:
                surroundings = namespace.working_in(directory)
            elif params.place is not None:
                surroundings = namespace.file_surroundings(self._shell.user_ns, params.place.path, directory)
            with surroundings:
                if params.options.stop_on_entry:
                    self._shell.stop_on_entry(params.code)
                return self._shell.run(params.code, params.place, cell=params.cell, store_history=params.store_history)

        return self.submit(lambda: self._run(params.run_id, work, params.options))

    def run_file(self, params: RunFile) -> Future[RunResult]:
        """Run a script."""

        def script() -> None:
            directory = params.options.working_directory
            if params.options.stop_on_entry:
                self._events.entered()
            namespace.run_script(params.path, self._shell.user_ns, params.arguments, working_directory=directory)

        work = functools.partial(self._shell.run_in_events, script)
        return self.submit(lambda: self._run(params.run_id, work, params.options))

    def run_at_stop(self, params: RunInFrame, frame: FrameType) -> RunResult:
        """Run a cell in a frame of this thread, which stands in user code."""
        namespace = self.namespace
        names = None if frame.f_locals is namespace else FrameNames(frame, namespace)
        is_main = threading.current_thread() is threading.main_thread()
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self._streams
        error: BaseException | None
        try:
            with (
                self._runs.this_thread_works_for(params.run_id),
                figures.set_aside(),
                self._gate.user_code() if is_main else contextlib.nullcontext(),
            ):
                error = self._shell.run_at_stop(params.code, names)
        except KeyboardInterrupt as interrupt:  # it came between user code and ours
            error = interrupt
        sys.stdout, sys.stderr = streams
        start_hidden_thread("flush at a stop", self.flush)
        self._events.ended_at_stop(params.run_id)
        self._events.namespace_changed()
        return RunResult(status=_status(error), execution_count=0)

    def check_complete(self, params: TypedCode) -> Completeness:
        """Whether code can be run as it is, by IPython's rules; looks at the text only."""
        status, indent = self._shell.check_complete(params.code)
        return Completeness(status=status, indent=indent)

    def save_figure(self, params: SaveFigure) -> Future[FigureFile]:
        """Draw a figure that was shown, in another format."""
        return self.submit(lambda: self._shell.figures.save(params))

    def clear_namespace(self) -> Future[Empty]:
        """Delete all variables; `dm` and `wt` stay."""

        def work() -> Empty:
            with self._gate.user_code():  # finalizers of the user's objects
                self._reset_namespace()
            self._events.namespace_changed()
            return Empty()

        return self.submit(work)

    def _take_back(self) -> None:
        """Make the streams and the handler of SIGINT ours, whatever user code has put in their places."""
        sys.stdout, sys.stderr = self._streams
        self._gate.install()

    def _flush_user_streams(self) -> None:
        """Let out what a script's own streams still hold, so that it is shown with its run."""
        for stream in (sys.stdout, sys.stderr):
            flush = getattr(stream, "flush", None)  # None and anything else may be there
            if stream not in self._streams and callable(flush) and not getattr(stream, "closed", False):
                flush()

    def _reset_namespace(self) -> None:
        user_namespace = self._shell.user_ns
        for name in user_namespace.keys() - MODULE_NAMES:
            user_namespace.pop(name, None)
        self._shell.init_user_ns()
        namespace.bind_session(user_namespace, self._data_manager, self._library)

    def _run(self, run_id: str, work: Callable[[], BaseException | None], options: RunOptions) -> RunResult:
        count = self._shell.execution_count
        self._runs.current = run_id
        self._workers.begin_run()
        self._take_back()
        self._events.started()
        try:
            with self._gate.user_code():
                self._attempt(lambda: self._shell.figure_format.choose(options.figure_format))
                error = self._attempt(self._data_manager.refresh)  # calls the user's observers
                namespace.bind_session(self._shell.user_ns, self._data_manager, self._library)
                if options.reload_edited_modules:
                    self._modules.reload_edited()
                with namespace.environment(options.environment):
                    error = work() or error
                self._end_fork(error)
                error = self._attempt(self._flush_user_streams) or error
        except KeyboardInterrupt as interrupt:  # it came between user code and ours
            error = interrupt
        self._take_back()
        error = self._attempt(self._data_manager.flush) or error
        self._modules.look()
        self._events.ended(run_id)
        self._runs.current = ""
        self._events.namespace_changed()
        return RunResult(status=_status(error), execution_count=count)

    def _end_fork(self, error: BaseException | None) -> None:
        """End a process that the run has forked and that comes back from it: it is no second interpreter."""
        if os.getpid() == self._process_id:
            return
        if error is not None and not isinstance(error, SystemExit):
            traceback.print_exception(type(error), error, error.__traceback__)
        self._flush_user_streams()
        code = error.code if isinstance(error, SystemExit) else error
        os._exit(code if isinstance(code, int) else int(code is not None))

    def _attempt(self, work: Callable[[], object]) -> BaseException | None:
        try:
            work()
        except Exception as error:
            self._shell.showtraceback()
            return error
        return None


def _resolve(future: Future[T], work: Callable[[], T]) -> None:
    try:
        result = work()
    except BaseException as error:  # goes to who asked; the loop goes on
        future.set_exception(error)
    else:
        future.set_result(result)


def _status(error: BaseException | None) -> Literal["ok", "error", "interrupted"]:
    if error is None or is_clean_exit(error):
        return "ok"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "error"
