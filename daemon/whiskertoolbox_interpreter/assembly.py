"""The parts of a running interpreter, made and wired once; afterwards each part knows what it needs."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

import whiskertoolbox_python as library
from whiskertoolbox_interpreter.control import Control
from whiskertoolbox_interpreter.debug.pydevd import Debugger
from whiskertoolbox_interpreter.interrupts import InterruptGate, start_hidden_thread
from whiskertoolbox_interpreter.look.completion import Completer
from whiskertoolbox_interpreter.look.freshness import StartTime
from whiskertoolbox_interpreter.look.in_time import InTime
from whiskertoolbox_interpreter.look.inspection import Inspector
from whiskertoolbox_interpreter.look.inspectors import register_library
from whiskertoolbox_interpreter.look.variables import NamespaceView
from whiskertoolbox_interpreter.preflight import open_session
from whiskertoolbox_interpreter.run.events import RunEvents
from whiskertoolbox_interpreter.run.main_thread import MainThread
from whiskertoolbox_interpreter.run.shell import make_shell
from whiskertoolbox_interpreter.show import data_objects, figures, streams
from whiskertoolbox_interpreter.show.loops import Loops, follow_tqdm
from whiskertoolbox_interpreter.show.outbox import Outbox
from whiskertoolbox_interpreter.show.viewer import SessionScreen
from whiskertoolbox_protocol.channel import Channel
from whiskertoolbox_protocol.interpreter import InterpreterReady
from whiskertoolbox_protocol.launch import Launch, run_mark
from whiskertoolbox_protocol.methods import (
    DEBUG_RECEIVED,
    DEBUG_WANTED,
    INTERPRETER_DEBUGGER_STATE,
    INTERPRETER_READY,
    LOOP_PROGRESS,
    OUTPUT,
    VARIABLES_CHANGED,
    VIEWER_SHOW,
)
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import VariablesChanged
from whiskertoolbox_python import progressing
from whiskertoolbox_python.types.registry import BUILT_IN

LAST_FLUSH_S = 2.0


def _value_types() -> list[type]:
    """The library's small classes, whose repr is ours and takes no time."""
    public = [getattr(library, name) for name in library.__all__]
    others = library.DataManager, BaseException
    classes: list[Any] = [item for item in public if isinstance(item, type)]
    return [cls for cls in classes if cls.__repr__ is not object.__repr__ and not issubclass(cls, others)]


class Interpreter:
    """A running interpreter of one session store."""

    def __init__(
        self,
        launch: Launch,
        channel: Channel,
        *,
        start_time: StartTime,
        token: str,
        private_descriptors: Sequence[int],
    ) -> None:
        self._channel = channel
        data_manager = open_session(launch.session)
        os.chdir(launch.workspace)
        start_time.works_in(launch.workspace, launch.session)
        gate = InterruptGate()
        gate.install()
        if sys.platform != "win32":
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        runs = streams.Runs()
        outbox = Outbox(lambda outputs: channel.request(OUTPUT, outputs), gate, launch.last_words())
        gate.ask_first(outbox.interrupted)
        write_behind = streams.install(outbox, runs, private_descriptors)
        figures.draw_inline()
        events = RunEvents()
        shell = make_shell(ModuleType("__main__"), events, gate)
        data_objects.show_as_html(shell.display_formatter.formatters, data_manager)
        main_thread = self._main_thread = MainThread(
            shell, data_manager, library, gate, runs, events, workspace=launch.workspace
        )
        register_library([*BUILT_IN, *_value_types()])
        variables = NamespaceView(
            shell.user_ns,
            busy=lambda: main_thread.busy,
            scope=lambda: debugger.stopped_code.scope(),  # made below
            on_change=lambda revision: channel.notify(VARIABLES_CHANGED, VariablesChanged(revision=revision)),
        )
        debugger = Debugger(
            main_thread,
            gate,
            received=lambda message: channel.notify(DEBUG_RECEIVED, message),
            wanted=lambda: channel.notify(DEBUG_WANTED, Empty()),
            state_changed=lambda state: channel.notify(INTERPRETER_DEBUGGER_STATE, state),
            frame_changed=variables.namespace_changed,
        )

        def names() -> dict[str, Any]:
            scope = debugger.stopped_code.scope()
            return main_thread.namespace if scope is None else scope.names

        def end_output(run_id: str) -> None:
            write_behind(run_mark(token, run_id))
            outbox.finish(run_id)

        events.started.subscribe(outbox.begin)
        events.started.subscribe(debugger.before_run)
        events.started.subscribe(variables.run_started)
        events.output.subscribe(lambda output: outbox.put(runs.of_this_thread(), output))
        shell.register_magic_function(debugger.debug_last_error, magic_name="debug")
        events.cell_named.subscribe(debugger.cells.named)
        events.entered.subscribe(debugger.stop_on_entry)
        events.uncaught.subscribe(debugger.uncaught)
        events.ended.subscribe(debugger.after_run)
        events.ended.subscribe(end_output)
        events.ended_at_stop.subscribe(end_output)
        events.namespace_changed.subscribe(variables.namespace_changed)
        events.progressed.subscribe(lambda how_far: channel.notify(LOOP_PROGRESS, how_far))
        loops = Loops(events.progressed)
        progressing.connect(loops.heard)
        follow_tqdm(loops.heard)
        events.ended.subscribe(lambda _run_id: loops.run_ended())
        screen = SessionScreen(data_manager, lambda shown: channel.notify(VIEWER_SHOW, shown))
        library.viewer.connect(screen)
        in_time = InTime()
        control = Control(
            channel,
            main_thread=main_thread,
            gate=gate,
            variables=variables,
            completer=Completer(shell, in_time, names),
            inspector=Inspector(in_time, names),
            debugger=debugger,
            screen=screen,
        )
        control.register(start_time)

    def serve(self) -> NoReturn:
        """Run code on this thread until the daemon asks to end, or is gone."""
        start_hidden_thread("control", self._serve_channel)
        version = sys.version.split()[0]
        ready = InterpreterReady(executable=sys.executable, version=version, prefix=sys.prefix, process_id=os.getpid())
        self._channel.notify(INTERPRETER_READY, ready)
        self._main_thread.run_until_shutdown()
        atexit._run_exitfuncs()  # threads of user code would keep a regular exit waiting
        os._exit(0)

    def _serve_channel(self) -> None:
        self._channel.serve()
        # The daemon is gone, and with it everybody who could see this process.
        start_hidden_thread("last flush", self._main_thread.flush).join(LAST_FLUSH_S)
        os._exit(0)
