// Written by tools/generate_protocol.py from daemon/whiskertoolbox_protocol; do not edit.

/** A message that is always answered. `types` never has a value: it carries the types of parameters and result. */
export type RequestMethod<Params, Result> = {
  readonly method: string;
  readonly types?: { readonly params: Params; readonly result: Result };
};

/** A message without an answer. `types` never has a value: it carries the type of the parameters. */
export type NotificationMethod<Params> = {
  readonly method: string;
  readonly types?: { readonly params: Params };
};

/** Element types, under NumPy's names; each has a typed array in JavaScript (`int64` is a `BigInt64Array`). */
export type DType = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "int64" | "uint64" | "float32" | "float64";

/** `stopped`: at a breakpoint. `dead`: the interpreter ended. `unavailable`: the session cannot be opened. */
export type SessionState = "starting" | "idle" | "busy" | "stopped" | "dead" | "unavailable";

export type Remedy = "selectInterpreter" | "installNumpy" | "restartInterpreter" | "showLog";

export type Output = StreamOutput | DisplayOutput | ErrorOutput | ClearOutput;

/** An array of numbers. */
export type WireArray = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements in C order, little-endian, in base64. */
  readonly data: string;
};

/** No parameters, or nothing to answer beyond that it was done. */
export type Empty = Readonly<Record<string, never>>;

/** The Python that runs user code. */
export type InterpreterInfo = {
  /** Absolute path of the Python. */
  readonly executable: string;
  /** For example `3.11.7`. */
  readonly version: string;
  /** What the user calls it: the environment's folder name, or the version. */
  readonly name: string;
  readonly processId: number;
};

/** State of the session, sent whole at every change. */
export type SessionStatus = {
  readonly state: SessionState;
  /** Folder of the session store. */
  readonly sessionPath: string;
  readonly interpreter: InterpreterInfo | null;
  /** What happened and what to do; empty when there is nothing to say. */
  readonly message: string;
  /** Actions that help with `message`, the best first. */
  readonly remedies: readonly Remedy[];
  /** The store could only be opened for reading. */
  readonly readOnly: boolean;
};

/** Restart user code in another Python; all data stays. */
export type SelectInterpreter = {
  /** Absolute path of a Python executable. */
  readonly path: string;
};

/** One stored array of a data object. */
export type DataColumn = {
  readonly name: string;
  /** NumPy's name, as `float32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
};

/** A data object as a tree shows it; no data. */
export type DataKey = {
  readonly key: string;
  /** Name of the DataType member: Analog, DigitalEvent, DigitalInterval, Line, … */
  readonly type: string;
  readonly timeKey: string;
  /** Samples, events, intervals, entries, rows or frames. */
  readonly size: number;
  /** For people: `30 000 samples`. */
  readonly sizeLabel: string;
  readonly numBytes: number;
  readonly columns: readonly DataColumn[];
};

/** A time key and its TimeFrame. */
export type Clock = {
  readonly timeKey: string;
  readonly size: number;
};

/** Everything the session holds, at one revision; empty placeholder media are left out. */
export type DataKeys = {
  readonly revision: number;
  readonly keys: readonly DataKey[];
  readonly clocks: readonly Clock[];
  /** There are more keys than a message may carry. */
  readonly truncated: boolean;
};

/** The store has a newer revision. */
export type DataChanged = {
  readonly revision: number;
};

/** A data key by name. */
export type KeyReference = {
  readonly key: string;
};

/** Load a WhiskerToolbox load config (JSON). */
export type LoadData = {
  readonly path: string;
  /** Chosen by the client; progress carries it. */
  readonly loadId: string;
};

/** How far a load has come. */
export type LoadProgress = {
  readonly loadId: string;
  readonly done: number;
  readonly total: number;
  /** What is being loaded now. */
  readonly label: string;
};

/** One entry of a load config that could not be loaded. */
export type LoadFailure = {
  readonly key: string;
  readonly file: string;
  readonly reason: string;
};

/** What a load made, and what it could not. */
export type LoadResult = {
  readonly made: readonly string[];
  readonly failures: readonly LoadFailure[];
  readonly warnings: readonly string[];
};

/** Where in a file a piece of code stands, so that tracebacks and breakpoints point there. */
export type CodePlace = {
  /** Absolute path of the file. */
  readonly path: string;
  /** 0-based line of the code's first line. */
  readonly line: number;
};

/** Run code in the session's namespace, as a cell. */
export type RunCode = {
  /** Chosen by the client; outputs carry it. */
  readonly runId: string;
  readonly code: string;
  /** Left out: typed in the console. */
  readonly place?: CodePlace | null;
  readonly storeHistory?: boolean;
};

/** Run a saved script in the session's namespace, with `__file__`, `sys.argv` and its folder as cwd. */
export type RunFile = {
  readonly runId: string;
  readonly path: string;
  readonly arguments?: readonly string[];
};

/** How a run ended; its outputs have all been sent before. */
export type RunResult = {
  readonly status: "ok" | "error" | "interrupted" | "died";
  readonly executionCount: number;
  /** For `died`: why, and what is safe. */
  readonly message: string;
};

/** Text written to stdout or stderr. */
export type StreamOutput = {
  readonly name: "stdout" | "stderr";
  readonly text: string;
  readonly kind: "stream";
};

/** A rich display, or the last value of a cell. */
export type DisplayOutput = {
  /** MIME type -> text; binary types in base64. */
  readonly data: Readonly<Record<string, string>>;
  readonly isResult: boolean;
  /** Not empty: a later output with the same id that is an update replaces this one. */
  readonly displayId: string;
  readonly isUpdate: boolean;
  readonly kind: "display";
};

/** An exception that ended a run. */
export type ErrorOutput = {
  readonly name: string;
  readonly message: string;
  /** With ANSI colours and `File path:line` entries. */
  readonly traceback: string;
  readonly kind: "error";
};

/** Remove what the run has shown so far. */
export type ClearOutput = {
  /** Remove it only when the next output comes. */
  readonly wait: boolean;
  readonly kind: "clear";
};

/** A batch of outputs in order; answered when shown, and no further batch is sent before. */
export type Outputs = {
  /** Empty for what is written while nothing runs. */
  readonly runId: string;
  readonly outputs: readonly Output[];
};

/** Ask for completions on the live namespace. */
export type CompleteCode = {
  readonly code: string;
  /** Offset into `code`, in Unicode code points. */
  readonly cursor: number;
};

/** One completion. */
export type Completion = {
  readonly text: string;
  /** Jedi's word: function, class, module, instance, keyword, path, magic, … */
  readonly type: string;
};

/** Completions that replace code from `start` to `end`. */
export type Completions = {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly Completion[];
};

/** What an interrupt did within its time. */
export type InterruptResult = {
  /** False: the code goes on; `stack` says where, and a restart is the way out. */
  readonly stopped: boolean;
  readonly stack: string;
};

/** Which statement stands at a line of a file. */
export type StatementAt = {
  /** The whole file, as it is in the editor; lines end in a line feed. */
  readonly code: string;
  /** 0-based. */
  readonly line: number;
};

/** Lines of one top-level statement, decorators and all clauses included; 0-based, the last one inclusive. */
export type Statement = {
  readonly startLine: number;
  readonly endLine: number;
  /** Where the next statement starts; the line behind the end if there is none. */
  readonly nextLine: number;
};

/** Answer to `StatementAt`. */
export type FoundStatement = {
  /** None: no statement at the line or below it. */
  readonly statement: Statement | null;
};

/** List the namespace, or the children of one variable. */
export type ListVariables = {
  /** Child ids from the namespace down, each a `Variable.child_id`; empty: the namespace itself. */
  readonly path?: readonly string[];
  readonly offset?: number;
  readonly limit?: number;
};

/** A variable or a child of one, as a tree shows it. */
export type Variable = {
  /** As shown: `x`, `[0]`, `['key']`, `.attribute`. */
  readonly name: string;
  /** Opaque; a step of a `ListVariables.path`. */
  readonly childId: string;
  /** `ndarray`, `DataFrame`, `AnalogTimeSeries`, … */
  readonly type: string;
  /** Shape and dtype, or value, in one bounded line. */
  readonly summary: string;
  readonly hasChildren: boolean;
  /** Python that evaluates to it, for insertion; empty if there is none. */
  readonly expression: string;
};

/** A window onto a level of the variable tree. */
export type Variables = {
  readonly variables: readonly Variable[];
  readonly total: number;
  readonly revision: number;
  /** The interpreter could not answer in time; this is the last known state. */
  readonly stale: boolean;
};

/** The namespace has a newer revision. */
export type VariablesChanged = {
  readonly revision: number;
};

/** A top-level variable by name. */
export type VariableReference = {
  readonly name: string;
};

/** Ask for the Pythons of this machine. */
export type FindEnvironments = {
  /** Search again instead of answering from the cache. */
  readonly refresh?: boolean;
};

/** A Python that could run user code. */
export type Environment = {
  /** Absolute path of the executable. */
  readonly path: string;
  readonly version: string;
  readonly name: string;
  readonly kind: "workspace" | "virtual" | "conda" | "pyenv" | "system";
  /** Why it cannot be used as it is (too old, no NumPy); empty when it can. */
  readonly problem: string;
};

/** The Pythons found, the workspace's own first. */
export type Environments = {
  readonly environments: readonly Environment[];
};

/** One Debug Adapter Protocol message. */
export type DebugMessage = {
  /** The DAP message as JSON text, unchanged. */
  readonly content: string;
};

/** Every message between client and daemon. */
export const methods = {
  /** State of the session now. (client -> daemon) */
  sessionStatus: { method: "whiskertoolbox/session/status" } as RequestMethod<Empty, SessionStatus>,
  /** Restart user code in another Python. (client -> daemon) */
  interpreterSelect: { method: "whiskertoolbox/interpreter/select" } as RequestMethod<SelectInterpreter, SessionStatus>,
  /** Restart the interpreter; data stays. (client -> daemon) */
  interpreterRestart: { method: "whiskertoolbox/interpreter/restart" } as RequestMethod<Empty, SessionStatus>,
  /** List the Pythons of this machine. (client -> daemon) */
  environmentsFind: { method: "whiskertoolbox/environments/find" } as RequestMethod<FindEnvironments, Environments>,
  /** List data keys and clocks. (client -> daemon) */
  dataList: { method: "whiskertoolbox/data/list" } as RequestMethod<Empty, DataKeys>,
  /** Delete a data key. (client -> daemon) */
  dataDelete: { method: "whiskertoolbox/data/delete" } as RequestMethod<KeyReference, Empty>,
  /** Load a load config; can be cancelled. (client -> daemon) */
  dataLoad: { method: "whiskertoolbox/data/load" } as RequestMethod<LoadData, LoadResult>,
  /** Run code; answered when it has ended. (client -> daemon) */
  runCode: { method: "whiskertoolbox/execution/runCode" } as RequestMethod<RunCode, RunResult>,
  /** Run a script; answered when it has ended. (client -> daemon) */
  runFile: { method: "whiskertoolbox/execution/runFile" } as RequestMethod<RunFile, RunResult>,
  /** Interrupt running code. (client -> daemon) */
  interrupt: { method: "whiskertoolbox/execution/interrupt" } as RequestMethod<Empty, InterruptResult>,
  /** Complete on the live namespace. (client -> daemon) */
  complete: { method: "whiskertoolbox/execution/complete" } as RequestMethod<CompleteCode, Completions>,
  /** Find the statement to run at a line. (client -> daemon) */
  statementAt: { method: "whiskertoolbox/code/statementAt" } as RequestMethod<StatementAt, FoundStatement>,
  /** Delete all variables; `dm` and `wt` stay. (client -> daemon) */
  namespaceClear: { method: "whiskertoolbox/namespace/clear" } as RequestMethod<Empty, Empty>,
  /** List variables or children. (client -> daemon) */
  variablesList: { method: "whiskertoolbox/variables/list" } as RequestMethod<ListVariables, Variables>,
  /** Delete a variable. (client -> daemon) */
  variablesDelete: { method: "whiskertoolbox/variables/delete" } as RequestMethod<VariableReference, Empty>,
  /** Connect the interpreter's debugger to the message relay. (client -> daemon) */
  debugAttach: { method: "whiskertoolbox/debug/attach" } as RequestMethod<Empty, Empty>,
  /** A DAP message for the debugger. (client -> daemon) */
  debugSend: { method: "whiskertoolbox/debug/send" } as NotificationMethod<DebugMessage>,
  /** The session's state changed. (daemon -> client) */
  sessionChanged: { method: "whiskertoolbox/session/changed" } as NotificationMethod<SessionStatus>,
  /** Data keys changed. (daemon -> client) */
  dataChanged: { method: "whiskertoolbox/data/changed" } as NotificationMethod<DataChanged>,
  /** A load has come further. (daemon -> client) */
  dataProgress: { method: "whiskertoolbox/data/progress" } as NotificationMethod<LoadProgress>,
  /** Variables changed. (daemon -> client) */
  variablesChanged: { method: "whiskertoolbox/variables/changed" } as NotificationMethod<VariablesChanged>,
  /** A DAP message from the debugger. (daemon -> client) */
  debugReceived: { method: "whiskertoolbox/debug/received" } as NotificationMethod<DebugMessage>,
  /** Outputs of a run; the answer asks for the next batch. (daemon -> client) */
  output: { method: "whiskertoolbox/execution/output" } as RequestMethod<Outputs, Empty>,
} as const;
