"""What people are told of an interpreter's end, and of what it may lead to."""

from __future__ import annotations

from whiskertoolbox_daemon.interpreters.crash_reports import FATAL
from whiskertoolbox_daemon.interpreters.process import Death
from whiskertoolbox_protocol.execution import RunResult
from whiskertoolbox_protocol.status import Remedy

LAST_WORDS_LINES = 15

FAILURE_REMEDIES: dict[str, list[Remedy]] = {
    "python_too_old": ["selectInterpreter"],
    "numpy_missing": ["installNumpy", "selectInterpreter"],
    "session_unavailable": ["restartInterpreter", "showLog"],
    "error": ["selectInterpreter", "restartInterpreter", "showLog"],
}
DELETED = "has been deleted or moved. What runs goes on, but imports may fail. Select another interpreter."
DATA_IS_SAFE = "Variables are lost; all data keys are safe."


def cause(death: Death) -> str:
    """Why an interpreter ended, with what Python itself said about a crash."""
    fatal = [line for line in death.last_words.splitlines() if line.startswith(FATAL)]
    return f"{death.reason} ({fatal[-1]})" if fatal else death.reason


def died_at_start(python: str, death: Death) -> str:
    """Message for an interpreter that cannot be started."""
    words = "\n".join(death.last_words.splitlines()[-LAST_WORDS_LINES:])
    return f"{python} ends at its start ({death.reason}). Select another Python, or repair this one.\n{words}".strip()


def run_that_died(death: Death, *, on_purpose: bool) -> RunResult:
    """Result of a run whose interpreter ended before it."""
    why = "The interpreter was restarted" if on_purpose else f"The interpreter ended: {cause(death)}"
    return RunResult(status="died", execution_count=0, message=f"{why}. {DATA_IS_SAFE}")
