"""The interpreter's start: the channel to the daemon first, so that whatever is missing can be told."""

from __future__ import annotations

import faulthandler
import os
import sys
import traceback
from typing import NoReturn

from whiskertoolbox_interpreter.look.freshness import StartTime
from whiskertoolbox_interpreter.preflight import CannotStart, import_ipython, require_numpy
from whiskertoolbox_protocol.channel import Channel
from whiskertoolbox_protocol.interpreter import InterpreterFailed
from whiskertoolbox_protocol.launch import STACK_SIGNAL, Launch
from whiskertoolbox_protocol.methods import INTERPRETER_FAILED


def main(arguments: list[str]) -> NoReturn:
    """Run the interpreter until the daemon ends it."""
    start_time = StartTime()
    launch = Launch.parse(arguments)
    connection = launch.connect()
    channel = Channel(connection.reader, connection.writer)
    crash_report = os.dup(2)
    faulthandler.enable(crash_report)
    if sys.platform != "win32" and STACK_SIGNAL is not None:
        faulthandler.register(STACK_SIGNAL, crash_report, all_threads=False)
    _read_nothing_from_stdin()
    try:
        require_numpy()
        import_ipython()
        from whiskertoolbox_interpreter.assembly import Interpreter

        private_descriptors = [connection.reader.fileno(), connection.writer.fileno()]
        interpreter = Interpreter(
            launch,
            channel,
            start_time=start_time,
            token=connection.token,
            private_descriptors=private_descriptors,
        )
    except CannotStart as error:
        channel.notify(INTERPRETER_FAILED, InterpreterFailed(reason=error.reason, message=str(error)))
        os._exit(1)
    except BaseException as error:  # start files of the environment can break anything
        what = "".join(traceback.format_exception_only(error)).strip()
        message = f"The interpreter could not start: {what}\n{traceback.format_exc()}"
        channel.notify(INTERPRETER_FAILED, InterpreterFailed(reason="error", message=message))
        os._exit(1)
    # The current folder, as in any interactive Python. Only now: none of the user's files takes the place of a module
    # that we have imported.
    sys.path.insert(1, "")
    interpreter.serve()


def _read_nothing_from_stdin() -> None:
    """Whatever was inherited as stdin belongs to somebody else."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
