"""IPython's shell without a terminal: outputs go to a queue, nothing is read from stdin, nothing ends the session."""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import inspect
import re
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from types import CodeType, ModuleType
from typing import Any, NoReturn, TypeVar

from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type
from traitlets.config import Config

from whiskertoolbox_interpreter.interrupts import InterruptGate
from whiskertoolbox_interpreter.run import own_builtins
from whiskertoolbox_interpreter.run.compiler import CellPlace, PlacedCompiler
from whiskertoolbox_interpreter.run.events import RunEvents
from whiskertoolbox_interpreter.run.frame_names import FrameNames
from whiskertoolbox_interpreter.show.displays import Formatter, Publisher, ResultHook
from whiskertoolbox_interpreter.show.figures import FigureFormat
from whiskertoolbox_interpreter.show.kept_figures import KeptFigures
from whiskertoolbox_interpreter.show.tracebacks import shortened, user_part, with_linkable_places
from whiskertoolbox_protocol.execution import CodePlace, ErrorOutput

T = TypeVar("T")


_HERE = threading.local()
"""The names and globals of a thread that runs a cell where it stands."""


class Shell(InteractiveShell):  # type: ignore[misc]  # IPython 8 has no types
    """Runs cells; IPython does the magics, the display of values and the tracebacks."""

    displayhook_class = Type(ResultHook)
    display_pub_class = Type(Publisher)
    compiler_class = PlacedCompiler
    # Traits, because IPython makes the parts that need them while it is made itself.
    run_events = Instance(RunEvents)
    figures = Instance(KeptFigures)
    gate = Instance(InterruptGate)
    Completer: Any
    figure_format: FigureFormat
    shown_error: BaseException | None = None
    """The last error whose report the running cell has shown."""
    _frames_left_out = 0
    _enters_module = False

    @property
    def user_ns(self) -> Any:
        """The names of what runs on this thread: those of the session, or of the frame where code stands."""
        return getattr(_HERE, "names", self._session_names)

    @user_ns.setter
    def user_ns(self, names: dict[str, Any]) -> None:
        self._session_names = names

    @property
    def user_global_ns(self) -> Any:
        """The globals of what runs on this thread."""
        return getattr(_HERE, "globals", self.user_module.__dict__)

    def run_at_stop(self, code: str, names: FrameNames | None) -> BaseException | None:
        """Run a cell, with other names than the session's, while this thread stands in one, which is left as it is."""
        kept = [
            (part, name, getattr(part, name))
            for part, attributes in (
                (self, ("shown_error", "_frames_left_out", "last_execution_succeeded", "last_execution_result")),
                (self.compile, ("place", "_name", "_shift")),
                (self.displayhook, ("cell", "exec_result")),
                (self.display_pub, ("pictures", "is_at_end")),
            )
            for name in attributes
        ]
        if names is not None:
            _HERE.names, _HERE.globals = names.seen_by_code, names.globals
        try:
            return self.run(code, None, cell="", store_history=False)
        finally:
            vars(_HERE).clear()
            if names is not None:
                names.hand_over()
            for part, name, value in kept:
                setattr(part, name, value)

    def run(self, code: str, place: CodePlace | None, *, cell: str, store_history: bool) -> BaseException | None:
        """Run a cell on this thread and show its error, if any; returns the error."""
        # IPython drops blank first lines; the line numbers must not shift.
        stripped = re.sub(r"\A(?:[ \t]*\r?\n)+", "", code)
        skipped = code[: len(code) - len(stripped)].count("\n")
        self.compile.place = CellPlace(file=place, uri=cell, skipped_lines=skipped)
        self.displayhook.cell = stripped
        self.shown_error = None
        result = self.run_cell(stripped, store_history=store_history)
        self.compile.place = None
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        if error is None:
            return self.shown_error  # of a value that cannot be shown; IPython reports it and goes on
        if self.shown_error is None and not is_clean_exit(error):
            self._showtraceback(type(error), error, traceback.format_exception_only(type(error), error))
        return error

    def stop_on_entry(self, code: str) -> None:
        """Stop at the first line of code that is about to run, or of the module that it runs."""
        self._enters_module = code.startswith("%run -m ")
        if not self._enters_module:
            self.run_events.entered()

    def safe_run_module(self, mod_name: str, where: dict[str, Any]) -> None:
        """``%run -m``."""
        if self._enters_module:
            self._enters_module = False
            self.run_events.entered()
        super().safe_run_module(mod_name, where)

    def run_in_events(self, work: Callable[[], None]) -> BaseException | None:
        """Call `work` as if it were a cell: extensions reload modules before it, figures are drawn after it."""
        self.shown_error = None
        self.events.trigger("pre_execute")
        self.events.trigger("pre_run_cell", None)
        try:
            with self.builtin_trap, self.display_trap:
                try:
                    work()
                finally:
                    own_builtins.put_back()
        except BaseException as error:  # SystemExit and KeyboardInterrupt end the script, not the session
            self.run_events.uncaught(error)
            self.showtraceback()
            return error
        finally:
            self.events.trigger("post_execute")
        return None

    async def run_ast_nodes(
        self,
        nodelist: list[ast.stmt],
        cell_name: str,
        interactivity: str = "last_expr",
        compiler: Any = compile,
        result: Any = None,
    ) -> bool:
        """Run all statements as one module, so that a debugger steps from one to the next."""
        if interactivity != "last_expr" or not nodelist:
            has_raised: bool = await super().run_ast_nodes(nodelist, cell_name, interactivity, compiler, result)
            return has_raised
        last = nodelist.pop() if isinstance(nodelist[-1], ast.Expr) else None
        parts: list[tuple[ast.mod, str]] = [(ast.Module(nodelist, []), "exec")] if nodelist else []
        if last is not None:
            parts.append((ast.Interactive([last]), "single"))
        try:
            codes = []
            for tree, mode in parts:
                with compiler.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if self.autoawait else 0):
                    codes.append(compiler(tree, cell_name, mode))
        except (SyntaxError, ValueError) as error:  # parses, but is not valid code: a `return` outside a function
            result.error_before_exec = error
            self.showtraceback()
            return True
        for code in codes:
            if await self.run_code(code, result):
                return True
        return False

    async def run_code(self, code_obj: CodeType, result: Any = None, *, async_: bool = False) -> bool:
        """Run compiled code; returns whether it raised."""
        try:
            try:
                outcome = eval(code_obj, self.user_global_ns, self.user_ns)
                if code_obj.co_flags & inspect.CO_COROUTINE:  # a top-level await
                    await outcome
            finally:
                own_builtins.put_back()  # before IPython or anything else goes on
        except BaseException as error:  # SystemExit and KeyboardInterrupt end the cell, not the session
            if isinstance(error, asyncio.CancelledError) and self.loop_runner.interrupted:
                error = KeyboardInterrupt().with_traceback(error.__traceback__)
            if result is not None:
                result.error_in_exec = error
            self.run_events.uncaught(error)
            self.showtraceback((type(error), error, error.__traceback__), running_compiled_code=True)
            return True
        return False

    def showtraceback(
        self,
        exc_tuple: Any = None,
        filename: str | None = None,
        tb_offset: int | None = None,
        exception_only: bool = False,
        running_compiled_code: bool = False,
    ) -> None:
        """Show an exception from the user's first frame on."""
        kind, error, trace = self._get_exc_info(exc_tuple)
        if isinstance(error, SystemExit):
            if not is_clean_exit(error):
                self._showtraceback(kind, error, [f"SystemExit: {error.code}"])
            return
        trace = user_part(trace)
        error.__traceback__ = sys.last_traceback = trace
        self._frames_left_out = shortened(error)
        if hasattr(error, "exceptions") and hasattr(error, "subgroup"):  # a group; Python 3.10 has a backport only
            self._showtraceback(kind, error, ["".join(traceback.format_exception(kind, error, trace))])
            return
        # The daemon interrupts again when the first traceback of a slow machine takes its time.
        with self.gate.closed() if isinstance(error, KeyboardInterrupt) else contextlib.nullcontext():
            super().showtraceback((kind, error, trace), filename, 0, exception_only, running_compiled_code)

    def _showtraceback(self, etype: type, evalue: Any, stb: list[str]) -> None:
        self.shown_error = evalue
        text = with_linkable_places("\n".join(stb))
        if self._frames_left_out:
            text = f"[{self._frames_left_out:,} frames in the middle of the traceback are left out.]\n{text}"
            self._frames_left_out = 0
        self.run_events.output(ErrorOutput(name=etype.__name__, message=_message(evalue), traceback=text))

    def _format_exception_for_storage(self, exception: BaseException, *_more: object, **_options: object) -> Any:
        """For the history of errors of IPython 9, which would make the whole report again, and may fail in it."""
        lines = traceback.format_exception_only(type(exception), exception)
        return {"ename": type(exception).__name__, "evalue": _message(exception), "traceback": lines}

    def init_display_formatter(self) -> None:
        """Show values by a formatter that keeps figures."""
        self.display_formatter = Formatter(parent=self, figures=self.figures)
        self.configurables.append(self.display_formatter)

    def init_user_ns(self) -> None:
        """Bind the names that IPython gives to user code; also after ``%reset``."""
        super().init_user_ns()
        builtins.input = _no_input
        names = {"_": "", "__": "", "___": "", "exit": _exit, "quit": _exit}
        self.user_ns.update(names)
        self.user_ns_hidden.update(names)
        hook = getattr(self, "displayhook", None)  # made later when the shell starts
        if hook is not None:
            hook._ = hook.__ = hook.___ = ""

    def system(self, command: str) -> None:
        """``!command``: its output stays in order with what the cell prints."""
        process = None
        try:
            with self.gate:  # an interrupt in the middle of the start would leave the command running
                process = subprocess.Popen(
                    self.var_expand(command, depth=1),
                    shell=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    encoding="oem" if sys.platform == "win32" else None,  # programs of its console write no ANSI
                    text=True,
                    errors="replace",
                    bufsize=1,
                )
            assert process.stdout is not None
            with process.stdout as lines:
                for line in lines:
                    sys.stdout.write(line)
            self.user_module.__dict__["_exit_code"] = process.wait()
        except BaseException as error:
            if process is not None:
                process.kill()
                process.wait()
            raise error.with_traceback(None) from None  # where we waited does not concern the user

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: figures are drawn inline."""

    def ask_exit(self) -> NoReturn:
        """``exit`` ends the cell; the session goes on."""
        raise SystemExit

    def init_completer(self) -> None:
        """Wait with Jedi, a fifth of IPython's import time, until the first completion."""
        self.Completer = None

    def make_completer(self) -> None:
        """Do what `init_completer` has put off."""
        super().init_completer()

    def init_virtualenv(self) -> None:
        """The daemon has started the environment's own Python."""


def make_shell(module: ModuleType, events: RunEvents, gate: InterruptGate) -> Shell:
    """The process's shell, with `module` as ``__main__``."""
    config = Config()
    config.HistoryManager.enabled = False  # kept in memory: no database write on the way of a run
    config.InteractiveShell.cache_size = 0
    shell: Shell = Shell.instance(
        config=config,
        user_module=module,
        user_ns=module.__dict__,
        run_events=events,
        gate=gate,
        figures=KeptFigures(),
    )
    own_builtins.remember()
    shell.figure_format = FigureFormat(shell.config)
    shell.loop_runner = _AsyncRunner()
    shell.compile.cell_named = events.cell_named
    shell.events.register("pre_execute", shell.display_pub.cell_begins)
    shell.events.register("post_execute", shell.display_pub.cell_ends)  # before matplotlib's, which shows open figures
    # Made now: IPython makes it at the first display, and fails for good where code has hidden NumPy by then.
    _ = shell.display_formatter.formatters["text/plain"].type_printers
    return shell


def is_clean_exit(error: BaseException) -> bool:
    """``sys.exit()`` and ``sys.exit(0)`` end code without an error, as in any Python."""
    return isinstance(error, SystemExit) and error.code in (None, 0)


class _AsyncRunner:
    """Runs cells with a top-level await on one event loop, so that tasks live from cell to cell."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self.interrupted = False
        """The running cell is being cancelled because of an interrupt."""

    def __call__(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        self.interrupted = False
        task = self._loop.create_task(coroutine)
        try:
            return self._loop.run_until_complete(task)
        except KeyboardInterrupt:
            self.interrupted = True
            task.cancel()
            return self._loop.run_until_complete(task)  # the cell ends where it waits


def _no_input(_prompt: object = "") -> NoReturn:
    raise RuntimeError("input() is disabled here: set a variable in the console, or pass arguments to the script.")


def _exit(code: object = None) -> NoReturn:
    raise SystemExit(code)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a user's __str__ may raise
        return "<its message cannot be shown>"
