"""Every request of the debugger's protocol gets an answer, whatever it asks for, on each supported Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient

NOWHERE = {"path": "/nowhere/script.py"}
STALE: list[tuple[str, dict[str, Any]]] = [
    ("continue", {"threadId": 1}),
    ("next", {"threadId": 1}),
    ("stepIn", {"threadId": 1}),
    ("stepOut", {"threadId": 1}),
    ("stackTrace", {"threadId": 1}),
    ("scopes", {"frameId": 99}),
    ("variables", {"variablesReference": 99}),
    ("setVariable", {"variablesReference": 99, "name": "x", "value": "1"}),
    ("evaluate", {"expression": "1", "frameId": 99, "context": "watch"}),
    ("evaluate", {"expression": "1", "frameId": 99, "context": "repl"}),
    ("evaluate", {"expression": "1", "context": "hover"}),
    ("setExpression", {"expression": "x", "value": "1", "frameId": 99}),
    ("stepInTargets", {"frameId": 99}),
    ("gotoTargets", {"source": NOWHERE, "line": 3}),
    ("goto", {"threadId": 1, "targetId": 1}),
    ("completions", {"text": "x", "column": 1, "frameId": 99}),
    ("exceptionInfo", {"threadId": 1}),
    ("source", {"source": NOWHERE, "sourceReference": 99}),
    ("modules", {}),
    ("threads", {}),
    ("setBreakpoints", {"source": NOWHERE, "breakpoints": [{"line": 1}]}),
    ("setBreakpoints", {"source": {"name": "script.py"}}),
    ("setFunctionBreakpoints", {"breakpoints": []}),
    ("setExceptionBreakpoints", {"filters": []}),
    ("loadedSources", {}),
    ("dataBreakpointInfo", {"name": "x"}),
    ("disassemble", {"memoryReference": "x", "instructionCount": 1}),
    ("cancel", {}),
    ("reverseContinue", {"threadId": 1}),
    ("stackTrace", {}),
    ("variables", {}),
    ("nonsense", {}),
]


def test_requests_that_ask_for_what_is_not_there_are_answered(
    each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path
) -> None:
    script = tmp_path / "runs.py"
    script.write_text("import threading\nend = threading.Event()\nprint('runs')\nwhile not end.wait(0.01):\n    pass\n")
    debugging.configured()
    for command, arguments in STALE:
        debugging.ask(command, **arguments)
    run = each_python.start_file(script)
    each_python.wait_for_text(run, "runs")
    (thread,) = [item["id"] for item in debugging.request("threads")["threads"]]
    debugging.request("pause", threadId=thread)
    debugging.stopped()
    debugging.proceed(thread)
    for command, arguments in STALE:
        if command not in ("next", "stepIn", "stepOut"):  # which would stop
            known = {"threadId": thread} if "threadId" in arguments else {}
            debugging.ask(command, **{**arguments, **known})
    assert each_python.interrupt_and_finish(run).status == "interrupted"
