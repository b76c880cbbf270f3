"""THE table: every message that crosses a process boundary, its direction, types and meaning.

TypeScript types, the handlers' registration and docs/protocol.md are generated from or checked against this table.
"""

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from whiskertoolbox_protocol import (
    code,
    data,
    debug,
    environments,
    execution,
    figures,
    interpreter,
    status,
    tables,
    transforms,
    variables,
    views,
)
from whiskertoolbox_protocol.status import Empty

Side = Literal["client", "daemon", "interpreter"]
P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Request(Generic[P, R]):
    """A message that is always answered, with a result or an error."""

    name: str
    sender: Side
    receiver: Side
    params: type[P]
    result: type[R]
    doc: str
    relayed: bool = False
    """It goes on from the daemon to the interpreter, or has come from there, under the same name."""


@dataclass(frozen=True)
class Notification(Generic[P]):
    """A message without an answer."""

    name: str
    sender: Side
    receiver: Side
    params: type[P]
    doc: str
    relayed: bool = False
    """As of `Request`."""


def _ask(name: str, params: type[P], result: type[R], doc: str, *, relayed: bool = False) -> Request[P, R]:
    return Request(f"whiskertoolbox/{name}", "client", "daemon", params, result, doc, relayed)


def _tell(name: str, params: type[P], doc: str, *, relayed: bool = False) -> Notification[P]:
    return Notification(f"whiskertoolbox/{name}", "daemon", "client", params, doc, relayed)


def _command(name: str, params: type[P], result: type[R], doc: str) -> Request[P, R]:
    return Request(f"interpreter/{name}", "daemon", "interpreter", params, result, doc)


def _report(name: str, params: type[P], doc: str) -> Notification[P]:
    return Notification(f"interpreter/{name}", "interpreter", "daemon", params, doc)


# Client -> daemon ------------------------------------------------------------------------------------------------
SESSION_STATUS = _ask("session/status", Empty, status.SessionStatus, "State of the session now.")
SESSION_CONFIGURE = _ask(
    "session/configure", status.SessionOptions, Empty, "How the session lives on without a window."
)
SESSION_STOP = _ask("session/stop", Empty, Empty, "End the session now, for all windows.")
INTERPRETER_SELECT = _ask(
    "interpreter/select", status.SelectInterpreter, status.SessionStatus, "Restart user code in another Python."
)
INTERPRETER_RESTART = _ask("interpreter/restart", Empty, status.SessionStatus, "Restart the interpreter; data stays.")
ENVIRONMENTS_FIND = _ask(
    "environments/find",
    environments.FindEnvironments,
    environments.Environments,
    "List the Pythons of this machine that are known; others are told as they are found.",
)
ENVIRONMENTS_CHECK = _ask(
    "environments/check", environments.PythonReference, environments.Environment, "Look at one Python."
)
ENVIRONMENTS_CREATE = _ask(
    "environments/create",
    environments.CreateEnvironment,
    environments.PythonReference,
    "Make an environment; can be cancelled.",
)
ENVIRONMENTS_DELETE = _ask("environments/delete", environments.PythonReference, Empty, "Delete an environment.")
PACKAGES_LIST = _ask("packages/list", environments.PythonReference, environments.Packages, "List what is installed.")
PACKAGES_OUTDATED = _ask(
    "packages/outdated",
    environments.PythonReference,
    environments.OutdatedPackages,
    "List of what there are newer versions; asks the package index.",
)
PACKAGES_CHANGE = _ask(
    "packages/change",
    environments.ChangePackages,
    Empty,
    "Install, upgrade or uninstall packages; can be cancelled.",
)
DATA_LIST = _ask("data/list", Empty, data.DataKeys, "List data keys and clocks.")
DATA_DELETE = _ask("data/delete", data.KeyReference, Empty, "Delete a data key.")
DATA_PREVIEW = _ask("data/preview", data.PreviewFile, data.FilePreview, "Look into a file; can be cancelled.")
DATA_IMPORT = _ask("data/import", data.ImportFile, data.LoadResult, "Load parts of a file; can be cancelled.")
DATA_REQUIREMENTS = _ask(
    "data/requirements",
    data.ConfigReference,
    data.ConfigRequirements,
    "Compare what a load config asks of Python with the interpreter; changes nothing.",
)
DATA_LOAD = _ask("data/load", data.LoadData, data.LoadResult, "Load a load config; can be cancelled.")
DATA_EXPORT_FORMATS = _ask(
    "data/exportFormats", data.KeyReferences, data.ExportFormats, "List the formats that can hold keys together."
)
DATA_EXPORT = _ask(
    "data/export", data.ExportKeys, data.ExportResult, "Write keys to a file or folder; can be cancelled."
)
DATA_DETAILS = _ask(
    "data/details", data.KeyReference, data.KeyDetails, "What is said of a data key, and how it was made."
)
TRANSFORMS_LIST = _ask(
    "transforms/list", Empty, transforms.Transforms, "Transforms that the interpreter knows.", relayed=True
)
TRANSFORMS_PREVIEW = _ask(
    "transforms/preview",
    views.PreviewSteps,
    views.StepPreview,
    "What a step makes of a window of the data; a newer request overtakes it.",
)
BATCHES_LIST = _ask(
    "batches/list", Empty, transforms.Batches, "How far the last batches are, also while code runs.", relayed=True
)
VIEWS_DESCRIBE = _ask("views/describe", views.DescribeViews, views.ViewsOfKeys, "How data keys are drawn.")
VIEWS_READ = _ask("views/read", views.ReadViews, views.Views, "What a window shows; a newer request overtakes it.")
VIEWS_FRAME = _ask("views/frame", views.ReadFrame, views.FrameView, "A picture and the shapes over it.")
VIEWS_FIND = _ask("views/find", views.FindTick, views.FoundTick, "Find the next or previous event, interval or frame.")
VIEWS_LOCATE = _ask("views/locate", views.LocateIndex, views.FoundTick, "The tick of an index or a frame.")
VIEWS_PERI_EVENT = _ask("views/periEvent", views.ReadPeriEvent, views.PeriEventView, "A raster and a PSTH.")
VIEWS_EDIT = _ask("views/edit", views.EditSeries, views.Edited, "Change events or intervals; answered when stored.")
VIEWS_EDIT_SHAPE = _ask(
    "views/editShape", views.EditShape, views.EditShape, "Change a point, line or mask; answered with what undoes it."
)
VIEWS_ASSIGN = _ask("views/assign", views.AssignEntity, views.AssignedEntity, "Put an entity into a group, or out.")
VIEWER_STATE = Notification(
    "whiskertoolbox/viewer/state", "client", "daemon", views.ViewerState, "The viewer was moved.", relayed=True
)
RUN_CODE = _ask(
    "execution/runCode", execution.RunCode, execution.RunResult, "Run code; answered when it has ended.", relayed=True
)
RUN_FILE = _ask(
    "execution/runFile",
    execution.RunFile,
    execution.RunResult,
    "Run a script; answered when it has ended.",
    relayed=True,
)
RUN_IN_FRAME = _ask(
    "execution/runInFrame",
    execution.RunInFrame,
    execution.RunResult,
    "Run code where code stands; answered when it has ended.",
    relayed=True,
)
UNSEEN_RUNS = _ask("execution/unseenRuns", Empty, execution.UnseenRuns, "List runs whose windows are gone.")
FOLLOW_RUN = _ask(
    "execution/followRun",
    execution.RunReference,
    execution.RunResult,
    "Be shown such a run, from its beginning; answered when it has ended.",
)
INTERRUPT = _ask("execution/interrupt", Empty, execution.InterruptResult, "Interrupt running code.")
COMPLETE = _ask(
    "execution/complete", execution.CompleteCode, execution.Completions, "Complete on the live namespace.", relayed=True
)
CHECK_COMPLETE = _ask(
    "execution/checkComplete",
    execution.TypedCode,
    execution.Completeness,
    "Whether code can be run, or goes on in a further line.",
    relayed=True,
)
SIGNATURES = _ask(
    "execution/signatures",
    execution.CompleteCode,
    execution.Signatures,
    "How to call what stands before the cursor.",
    relayed=True,
)
INSPECT = _ask(
    "execution/inspect",
    execution.CompleteCode,
    execution.Inspection,
    "What the name at the cursor stands for.",
    relayed=True,
)
STATEMENT_AT = _ask("code/statementAt", code.StatementAt, code.FoundStatement, "Find the statement to run at a line.")
NAMESPACE_CLEAR = _ask("namespace/clear", Empty, Empty, "Delete all variables; `dm` and `wt` stay.", relayed=True)
VARIABLES_LIST = _ask(
    "variables/list", variables.ListVariables, variables.Variables, "List variables or children.", relayed=True
)
VARIABLES_DESCRIBE = _ask(
    "variables/describe",
    variables.DescribeVariable,
    execution.Inspection,
    "Statistics of a variable, as far as a tenth of a second goes.",
    relayed=True,
)
TABLES_READ = _ask(
    "tables/read", tables.ReadTable, tables.TablePart, "Read the part of a variable's table that is seen.", relayed=True
)
TABLES_COPY = _ask("tables/copy", tables.CopyTable, tables.TableText, "Copy a part of a table.", relayed=True)
FIGURES_SAVE = _ask(
    "figures/save", figures.SaveFigure, figures.FigureFile, "Draw a shown figure in another format.", relayed=True
)
DEBUG_ATTACH = _ask(
    "debug/attach", Empty, Empty, "Connect the interpreter's debugger to the message relay.", relayed=True
)
DEBUG_SEND = Notification(
    "whiskertoolbox/debug/send", "client", "daemon", debug.DebugMessage, "A DAP message for the debugger.", relayed=True
)

DEBUG_SELECT_FRAME = Notification(
    "whiskertoolbox/debug/selectFrame",
    "client",
    "daemon",
    debug.SelectFrame,
    "Another frame of code that stands is looked at.",
    relayed=True,
)

# Daemon -> client ------------------------------------------------------------------------------------------------
SESSION_CHANGED = _tell("session/changed", status.SessionStatus, "The session's state changed.")
SESSION_ENDED = _tell("session/ended", status.SessionEnded, "The session ends.")
DATA_CHANGED = _tell("data/changed", data.DataChanged, "Data keys changed.")
DATA_PROGRESS = _tell("data/progress", data.LoadProgress, "A load or an export has come further.")
ENVIRONMENTS_FOUND = _tell("environments/found", environments.Environments, "A search has found Pythons, or ended.")
PACKAGES_LOG = _tell("packages/log", environments.PackageLog, "An installer has said something.")
VIEWER_SHOW = _tell("viewer/show", views.ShowViews, "Code shows data in the viewer.", relayed=True)
QUEUE_CHANGED = _tell("execution/queueChanged", execution.RunQueue, "Other runs wait or run than before.")
LOOP_PROGRESS = _tell("execution/loopProgress", execution.LoopProgress, "A loop has come further.", relayed=True)
RUNS_LEFT = _tell("execution/runsLeft", Empty, "A window has gone before its runs have ended.")
VARIABLES_CHANGED = _tell("variables/changed", variables.VariablesChanged, "Variables changed.", relayed=True)
DEBUG_WANTED = _tell("debug/wanted", Empty, "Code waits for a debug session, to stop in it.", relayed=True)
DEBUG_RECEIVED = _tell("debug/received", debug.DebuggerMessage, "A DAP message from the debugger.", relayed=True)
OUTPUT = Request(
    "whiskertoolbox/execution/output",
    "daemon",
    "client",
    execution.Outputs,
    Empty,
    "Outputs of a run; the answer asks for the next batch.",
    relayed=True,
)

# Daemon -> interpreter -------------------------------------------------------------------------------------------
INTERPRETER_INTERRUPT = _command(
    "interrupt", interpreter.InterruptRun, Empty, "Raise KeyboardInterrupt in running code, if any."
)
INTERPRETER_LOOK_UP = _command(
    "lookUp", interpreter.LookUp, interpreter.LookedUp, "What a dotted name of a file is now; runs no user code."
)
INTERPRETER_STACK = _command("stack", Empty, interpreter.Stack, "The main thread's stack now.")
INTERPRETER_IS_FRESH = _command(
    "isFresh", Empty, interpreter.Freshness, "Whether a new interpreter would be the same as one that has run nothing."
)
INTERPRETER_SHUTDOWN = _command("shutdown", Empty, Empty, "Flush the DataManager and end.")

# Interpreter -> daemon -------------------------------------------------------------------------------------------
INTERPRETER_READY = _report("ready", interpreter.InterpreterReady, "The interpreter can run code.")
INTERPRETER_FAILED = _report("failed", interpreter.InterpreterFailed, "The interpreter could not start.")
INTERPRETER_DEBUGGER_STATE = _report("debuggerState", interpreter.DebuggerState, "What the debugger does now.")

TABLE: tuple[Request[Any, Any] | Notification[Any], ...] = tuple(
    entry for entry in list(globals().values()) if isinstance(entry, (Request, Notification))
)
"""Every message, in the order above."""
