"""Protocol types of running code and of what it prints and shows."""

from dataclasses import field
from typing import Literal

from whiskertoolbox_protocol.last_words import StreamName
from whiskertoolbox_protocol.late_classes import message


@message
class CodePlace:
    """Where in a file a piece of code stands, so that tracebacks and breakpoints point there."""

    path: str
    """Absolute path of the file."""
    line: int
    """0-based line of the code's first line."""


@message
class RunOptions:
    """What surrounds a run, as the user has set it."""

    working_directory: str = ""
    """Absolute path; empty: the folder of the script for a script, unchanged for code."""
    reload_edited_modules: bool = False
    """Modules of the workspace whose files have changed are loaded again before the run, and named in its output."""
    figure_format: Literal["png", "retina", "svg"] = "png"
    """How figures of matplotlib are drawn unless user code says; ``retina``: with twice the pixels each way."""
    environment: dict[str, str | None] = field(default_factory=dict)
    """Environment variables during the run; null: without this one. Afterwards they are as before."""
    stop_on_entry: bool = False
    """While a debug session lasts, stop at the first line of the user's code."""


@message
class RunCode:
    """Run code in the session's namespace, as a cell."""

    run_id: str
    """Chosen by the client; outputs carry it."""
    code: str
    place: CodePlace | None = None
    """Left out: typed in the console."""
    cell: str = ""
    """URI of the cell that shows this code and no file has; breakpoints are set in it under this name."""
    store_history: bool = True
    batch: str = ""
    """Runs asked for together have the same; when one of them does not end well, those behind it are not run."""
    as_prelude: bool = False
    """Only in an interpreter that has run nothing yet; ``dropped`` in any other."""
    options: RunOptions = field(default_factory=RunOptions)


@message
class RunFile:
    """Run a saved script in the session's namespace, with ``__file__``, ``sys.argv`` and its folder as cwd."""

    run_id: str
    path: str
    arguments: list[str] = field(default_factory=list)
    batch: str = ""
    """As of `RunCode`."""
    options: RunOptions = field(default_factory=RunOptions)


@message
class RunInFrame:
    """Run code, as a cell, in the selected frame of code that stands, while that stands."""

    run_id: str
    """As of `RunCode`."""
    code: str


@message
class RunResult:
    """How a run ended; its outputs have all been sent before."""

    status: Literal["ok", "error", "interrupted", "died", "dropped"]
    """``dropped``: it waited for its turn and has never begun."""
    execution_count: int
    message: str = ""
    """For ``died`` and ``dropped``: why, and what is safe."""


@message
class RunReference:
    """A run, by the id that the client has chosen."""

    run_id: str


@message
class UnseenRun:
    """A run that nobody has seen to its end: the window that asked for it is gone."""

    run_id: str
    code: str = ""
    """Of a cell; empty: it is a script."""
    place: CodePlace | None = None
    path: str = ""
    """Of a script."""
    arguments: list[str] = field(default_factory=list)


@message
class UnseenRuns:
    """Runs in the order they were asked for."""

    runs: list[UnseenRun]


@message
class RunQueue:
    """Runs that have not ended. Told when it has stayed as it is for a moment: not for each short run."""

    running: str = ""
    """The run that has begun; empty: none has."""
    waiting: list[str] = field(default_factory=list)
    """Runs that wait for their turn, the next one first."""
    waits_for: str = ""
    """What the first of them waits for, for example ``stopped at line 9 of trials.py``; empty when none waits."""


@message
class StreamOutput:
    """Text written to stdout or stderr."""

    name: StreamName
    text: str
    kind: Literal["stream"] = "stream"


@message
class DisplayOutput:
    """A rich display, or the last value of a cell."""

    data: dict[str, str]
    """MIME type -> text; binary types in base64."""
    is_result: bool = False
    display_id: str = ""
    """Not empty: a later output with the same id that is an update replaces this one."""
    is_update: bool = False
    width: int = 0
    """Of a picture, in the window's units; 0: as many as it has pixels."""
    height: int = 0
    figure: str = ""
    """Not empty: a figure that `figures/save` draws in other formats, while the interpreter keeps it."""
    kind: Literal["display"] = "display"


@message
class ErrorOutput:
    """An exception that ended a run."""

    name: str
    message: str
    traceback: str
    """With ANSI colours and ``File path:line`` entries."""
    kind: Literal["error"] = "error"


@message
class ClearOutput:
    """Remove what the run has shown so far."""

    wait: bool
    """Remove it only when the next output comes."""
    kind: Literal["clear"] = "clear"


Output = StreamOutput | DisplayOutput | ErrorOutput | ClearOutput


@message
class Outputs:
    """A batch of outputs in order; answered when shown, and no further batch is sent before."""

    run_id: str
    """Empty for what is written while nothing runs."""
    outputs: list[Output]


@message
class CompleteCode:
    """Ask for completions on the live namespace."""

    code: str
    cursor: int
    """Offset into `code`, in Unicode code points."""


@message
class Completion:
    """One completion."""

    text: str
    type: str
    """Jedi's word: function, class, module, instance, keyword, path, magic, …"""


@message
class Completions:
    """Completions that replace code from `start` to `end`."""

    start: int
    end: int
    matches: list[Completion]


@message
class TypedCode:
    """Code in the console's input box."""

    code: str


@message
class Completeness:
    """Whether code can be run as it is."""

    status: Literal["complete", "incomplete", "invalid"]
    """``invalid``: more lines do not mend it; running it shows its error."""
    indent: str = ""
    """What the next line begins with, for ``incomplete``."""


@message
class Signature:
    """One way to call what stands before the open parenthesis."""

    label: str
    """Name and parameters: ``sum(a, axis=None)``."""
    parameters: list[str]
    """Parts of the label, in order."""
    active_parameter: int
    """-1: none of them."""
    documentation: str


@message
class Signatures:
    """The signatures of a call at the cursor; empty outside of a call."""

    signatures: list[Signature]


@message
class Inspection:
    """What a name at the cursor stands for, on the live namespace."""

    expression: str
    """The dotted name; empty when nothing is known."""
    type: str = ""
    summary: str = ""
    """Shape and dtype, or value, in one bounded line."""
    statistics: str = ""
    """Of arrays of numbers: minimum, maximum, mean, how many NaN, and of how much of it when not of all."""
    signature: str = ""
    """Of functions and classes."""
    documentation: str = ""


@message
class InterruptResult:
    """What an interrupt did within its time."""

    stopped: bool
    """False: the code goes on; `stack` says where, and a restart is the way out."""
    stack: str = ""


@message
class LoopProgress:
    """How far a loop over ``wt.progress(…)`` is. Told no more often than every tenth of a second."""

    number: int
    """Which loop of the interpreter."""
    description: str
    done: int
    total: int | None
    """How many items there are, where that is known."""
    has_ended: bool
