"""Processes that user code starts by multiprocessing, each of them debugged in a session of its own.

Such a process is given one end of a socket pair, whatever way it is started, so no port is opened and nobody else can
speak to it; the other end stays here. VS Code is told with an event of the interpreter's session, and begins the other.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing.process
import multiprocessing.spawn
import os
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from whiskertoolbox_interpreter.debug import framing
from whiskertoolbox_interpreter.debug.dap import Incoming, Message, Translator, failure
from whiskertoolbox_interpreter.debug.sources import hiding_rules, text_of
from whiskertoolbox_interpreter.interrupts import start_hidden_thread
from whiskertoolbox_interpreter.run.workers import Told
from whiskertoolbox_protocol.debug import DebuggerMessage, DebugMessage

MOST_CHILDREN = 16
STARTED = "whiskertoolbox.childStarted"
"""Event that names a process, and its id."""

_MAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child_main.py")
_ENDED = "The process has ended."
_DISCONNECT: Message = {"seq": -1, "type": "request", "command": "disconnect", "arguments": {}}


@dataclass(eq=False)
class _Child:
    process: multiprocessing.process.BaseProcess
    connection: socket.socket
    dap: Translator = field(
        default_factory=lambda: Translator(hiding_rules, text_of, lambda: True, tells_uncaught=True)
    )
    sending: threading.Lock = field(default_factory=threading.Lock)
    unanswered: dict[int, Message] = field(default_factory=dict)
    """Requests of VS Code by their numbers."""


class Children:
    """The debugged ones that have not ended.

    Parameters
    ----------
    wanted
        Whether processes that are started now shall be debugged.
    received
        Called with what their debuggers say.
    interrupt
        Interrupts the run.
    joined
        Called in a process that was forked with its debugger, before that is told of breakpoints.
    """

    def __init__(
        self,
        wanted: Callable[[], bool],
        received: Callable[[DebuggerMessage], None],
        *,
        interrupt: Callable[[], None],
        joined: Callable[[Any], None],
    ) -> None:
        self._wanted = wanted
        self._received = received
        self._interrupt = interrupt
        self._joined = joined
        self._children: dict[int, _Child] = {}
        self._changing = threading.Lock()
        self._starting = threading.RLock()
        self._pair: tuple[socket.socket, socket.socket] | None = None
        """Our end and that of the process that is being started."""
        self._own: list[socket.socket] = []
        """The connection of this process, if it is one of them itself."""
        self._has_refused = False

    def install(self) -> None:
        """Have a say, from now on, whenever this process starts another one by multiprocessing."""
        process_class: Any = multiprocessing.process.BaseProcess
        start, bootstrap = process_class.start, process_class._bootstrap
        prepare = multiprocessing.spawn.get_preparation_data

        def start_debugged(process: multiprocessing.process.BaseProcess) -> None:
            if not self._wanted() or not self._has_room():
                start(process)
                return
            with self._starting:
                ours, theirs = self._pair = socket.socketpair()
                try:
                    start(process)
                    self._add(process, ours)
                except BaseException:
                    ours.close()
                    raise
                finally:
                    self._pair = None
                    theirs.close()

        def prepare_debugged(name: str) -> dict[str, Any]:
            data: dict[str, Any] = prepare(name)
            if self._pair is not None and "init_main_from_path" in data:
                data["init_main_from_path"] = _MAIN
                data["whiskertoolbox_connection"] = Told("_whiskertoolbox_connection", self._pair[1])
            return data

        def join_and_bootstrap(process: multiprocessing.process.BaseProcess, *arguments: Any, **keywords: Any) -> Any:
            if self._pair is not None:  # this process was forked
                self._own = [self._pair[1]]
                self._pair = None  # those that it starts are no part of it
                self._join(*self._own)
            return bootstrap(process, *arguments, **keywords)

        process_class.start = start_debugged
        process_class._bootstrap = join_and_bootstrap
        multiprocessing.spawn.get_preparation_data = prepare_debugged

    def forget(self) -> list[socket.socket]:
        """In a forked process: these are another's children; returns the connections with them."""
        self._wanted = lambda: False
        connections = [child.connection for child in self._children.values()] + self._own
        connections += self._pair[:1] if self._pair else ()
        self._children = {}
        return connections

    def send(self, message: DebugMessage) -> None:
        """Give a message of VS Code to a child's debugger; a request is answered in any case."""
        content = json.loads(message.content)
        with self._changing:
            child = self._children.get(message.process)
            if child is not None and content.get("type") == "request":
                child.unanswered[content["seq"]] = content
        if child is None:
            self._deliver(failure(content, _ENDED), message.process)
            return
        outgoing = child.dap.outgoing(content, message.text)
        self._pass_on(Incoming(messages=outgoing.answers), message.process, child)
        if outgoing.interrupts:
            self._interrupt()
            _terminate(child)
        if outgoing.message is not None:
            _write(child, outgoing.message)

    def leave(self, *, interrupted: bool) -> None:
        """End all sessions: what stands goes on, unless the run is interrupted."""
        for child in list(self._children.values()):
            child.dap.session_active = False
            if interrupted and child.dap.stopped:
                _terminate(child)
                continue
            _write(child, _DISCONNECT)
            with contextlib.suppress(OSError):
                child.connection.shutdown(socket.SHUT_WR)  # one that waits for its session waits no longer

    def _has_room(self) -> bool:
        if len(self._children) < MOST_CHILDREN:
            return True
        if not self._has_refused:
            self._has_refused = True
            print(f"More than {MOST_CHILDREN} processes at a time: those beyond are not debugged.", file=sys.stderr)
        return False

    def _add(self, process: multiprocessing.process.BaseProcess, connection: socket.socket) -> None:
        number = process.pid or 0
        child = self._children[number] = _Child(process, connection)
        body = {"name": process.name, "process": number}
        self._deliver(Incoming(messages=[{"seq": 0, "type": "event", "event": STARTED, "body": body}]), 0)
        start_hidden_thread("debugged process", lambda: self._pump(number, child))

    def _pump(self, number: int, child: _Child) -> None:
        """Pass on what the child's debugger says, until the child has ended."""
        with child.connection:
            for text in framing.texts(child.connection):
                incoming = child.dap.incoming(json.loads(text))
                if incoming.reply is not None:
                    _write(child, incoming.reply)
                self._pass_on(incoming, number, child)
        with self._changing:
            if self._children.get(number) is child:
                del self._children[number]
        for request in child.unanswered.values():
            self._deliver(failure(request, _ENDED), number)
        ended = {"seq": 0, "type": "event", "event": "terminated"}
        self._deliver(Incoming(messages=[ended], phase="ended"), number)

    def _pass_on(self, incoming: Incoming, number: int, child: _Child) -> None:
        for message in incoming.messages:
            child.unanswered.pop(message.get("request_seq", 0), None)
        self._deliver(incoming, number)

    def _deliver(self, incoming: Incoming, number: int) -> None:
        for message in incoming.messages:
            self._received(DebuggerMessage(content=json.dumps(message), phase=incoming.phase, process=number))

    def _join(self, connection: socket.socket) -> None:
        """In a forked process, before user code runs there."""
        from whiskertoolbox_interpreter.debug.child import join, wait_for_breakpoints

        debugger, uncaught = join(connection)
        self._joined(debugger)
        uncaught.meet()
        wait_for_breakpoints(debugger)


def _terminate(child: _Child) -> None:
    """End the process where it is.

    Going on, it would send its result just when its pool is torn down, and take the lock of the results with it: the
    pool then waits for ever.
    """
    with contextlib.suppress(OSError, ValueError):  # it has ended already
        child.process.terminate()


def _write(child: _Child, message: Message) -> None:
    with child.sending, contextlib.suppress(OSError):  # its end is noticed elsewhere
        framing.write(child.connection, message)
