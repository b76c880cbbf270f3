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

/** How a data key is drawn: a signal, events, intervals, a heat map, pictures, shapes over pictures, not at all. */
export type ViewShape = "trace" | "ticks" | "spans" | "grid" | "frames" | "marks" | "none";

export type LaneView = TraceView | TicksView | SpansView | GridView | NoView | ViewInPreparation;

export type StreamName = "stdout" | "stderr";

export type Output = StreamOutput | DisplayOutput | ErrorOutput | ClearOutput;

export type VariableKind = "data" | "function" | "class" | "module";

export type VariableSort = "name" | "type" | "size" | "recent";

/** What made an environment; in the order in which lists show them. */
export type EnvironmentKind = "workspace" | "virtual" | "conda" | "poetry" | "hatch" | "pyenv" | "uv" | "system";

/** `found`: listed by what stands in its files, its Python has not answered yet. `needsNumpy`: NumPy is missing or too old. `unusable`: it runs, but not our code. `broken`: it does not run. */
export type EnvironmentState = "found" | "usable" | "needsNumpy" | "unusable" | "broken";

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
  /** For example `3.11.7`; empty while it is not ready. */
  readonly version: string;
  /** What the user calls it: the environment's folder name, or the version. */
  readonly name: string;
  /** 0 while it is not ready. */
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
  /** User code is traced by the debugger, and many times slower. */
  readonly traced: boolean;
};

/** Restart user code in another Python; all data stays. */
export type SelectInterpreter = {
  /** Absolute path of a Python executable. */
  readonly path: string;
};

/** What a window's settings say about the session's life. */
export type SessionOptions = {
  /** How long the session goes on when its last window has gone, in seconds. */
  readonly lingerS: number;
  /** A second interpreter is started when the session has been idle for so long, in seconds; null: none is. */
  readonly spareAfterS?: number | null;
};

/** The session ends, for all windows. */
export type SessionEnded = {
  /** Why. */
  readonly message: string;
};

/** One stored array of a data object. */
export type DataColumn = {
  readonly name: string;
  /** NumPy's name, such as `float32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
};

/** A data object as a tree shows it; no data. */
export type DataKey = {
  readonly key: string;
  /** Name of its kind: Analog, DigitalEvent, DigitalInterval, Line, …, or one that a package adds. */
  readonly type: string;
  readonly timeKey: string;
  /** Samples, events, intervals, entries, rows or frames. */
  readonly size: number;
  /** For people: `30,000 samples`. */
  readonly sizeLabel: string;
  readonly numBytes: number;
  readonly columns: readonly DataColumn[];
};

/** What a kind of data is called and drawn with, as its class says. */
export type DataKind = {
  /** As `DataKey.type` gives it. */
  readonly name: string;
  readonly label: string;
  /** Codicon. */
  readonly icon: string;
};

/** A time key and its TimeFrame. */
export type Clock = {
  readonly timeKey: string;
  readonly size: number;
};

/** A group of entities. */
export type DataGroup = {
  readonly name: string;
  readonly size: number;
};

/** Everything the session holds, at one revision; empty placeholder media are left out. */
export type DataKeys = {
  readonly revision: number;
  readonly keys: readonly DataKey[];
  /** Of the keys, in the order in which they are shown. */
  readonly kinds: readonly DataKind[];
  readonly clocks: readonly Clock[];
  readonly groups: readonly DataGroup[];
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

/** How a data key was made of others; all empty if it was not. */
export type Provenance = {
  readonly transform: string;
  readonly inputs: readonly string[];
  /** `name=value` of each. */
  readonly parameters: readonly string[];
  /** Inputs or code have changed since. */
  readonly outOfDate: boolean;
};

/** What is said of data beside the numbers, such as a unit. */
export type Said = {
  readonly name: string;
  readonly value: string;
};

/** What there is to say of a data key beyond what a list of them shows. */
export type KeyDetails = {
  /** Unit, description, electrode and subject, as far as they are known. */
  readonly said: readonly Said[];
  readonly provenance: Provenance;
};

/** Load a WhiskerToolbox load config (JSON). */
export type LoadData = {
  readonly path: string;
  /** Chosen by the client; progress carries it. */
  readonly loadId: string;
};

/** Name a load config. */
export type ConfigReference = {
  readonly path: string;
};

/** What the `python` block of a load config asks for and the interpreter is not; empty when all is met. */
export type ConfigRequirements = {
  /** Executable of the environment to change to. */
  readonly environment: string;
  /** Why the environment that it names cannot be used. */
  readonly problem: string;
  /** Modules that the environment does not have, which is the one to change to, if any. */
  readonly missing: readonly string[];
  /** Whether missing modules are worth a question. */
  readonly modulesAreNeeded: boolean;
  /** Folders that are to come first on `sys.path`, in this order. */
  readonly paths: readonly string[];
};

/** A part to load, and the key to load it under. */
export type PartChoice = {
  readonly name: string;
  readonly key: string;
};

/** A clock of a file, and the time key of the session that its parts are put on instead. */
export type ClockChoice = {
  readonly name: string;
  readonly timeKey: string;
};

/** Look into a file or folder. */
export type PreviewFile = {
  readonly path: string;
  /** What would be loaded; none: what the file offers. */
  readonly parts: readonly PartChoice[];
  readonly clocks: readonly ClockChoice[];
};

/** One thing in a file that can be loaded. */
export type FilePart = {
  /** What the file calls it. */
  readonly name: string;
  /** The key that it would make. */
  readonly key: string;
  /** As in a load config. */
  readonly dataType: string;
  /** As people read it: `3,000 × 4`. */
  readonly shape: string;
  /** The file's name of its clock; empty when it has none. */
  readonly clock: string;
  readonly unit: string;
  readonly description: string;
  /** Whether it is loaded unless the user says otherwise. */
  readonly selected: boolean;
};

/** A clock of a file. */
export type FileClock = {
  /** What the file calls it. */
  readonly name: string;
  /** The time key that its parts would be on. */
  readonly timeKey: string;
  /** Ticks per second. */
  readonly rate: number | null;
  readonly size: number;
};

/** What is in a file. */
export type FilePreview = {
  /** What the file is, for people. */
  readonly title: string;
  readonly parts: readonly FilePart[];
  readonly clocks: readonly FileClock[];
  /** A load config that loads what is selected. */
  readonly config: string;
  /** The Python statement that does the same. */
  readonly code: string;
  readonly warnings: readonly string[];
};

/** Load parts of a file. */
export type ImportFile = {
  readonly path: string;
  /** Chosen by the client; progress carries it. */
  readonly loadId: string;
  readonly parts: readonly PartChoice[];
  readonly clocks: readonly ClockChoice[];
};

/** Data keys by name. */
export type KeyReferences = {
  readonly keys: readonly string[];
};

/** An option of a format that is worth asking for. */
export type ExportQuestion = {
  readonly option: string;
  readonly prompt: string;
  /** What an answer looks like. */
  readonly example: string;
};

/** A format that can hold certain keys. */
export type ExportFormat = {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** How the file's name ends; empty when it is a folder. */
  readonly suffix: string;
  /** Packages that are not installed, as pip takes them. */
  readonly missing: readonly string[];
  readonly questions: readonly ExportQuestion[];
};

/** The formats that can hold certain keys together. */
export type ExportFormats = {
  readonly formats: readonly ExportFormat[];
};

/** The answer to a question. */
export type ExportOption = {
  readonly name: string;
  readonly value: string;
};

/** Write keys to a file or folder. */
export type ExportKeys = {
  readonly path: string;
  /** Chosen by the client; progress carries it. */
  readonly loadId: string;
  readonly keys: readonly string[];
  readonly format: string;
  readonly options: readonly ExportOption[];
  /** Whether what is there may be replaced. */
  readonly overwrite: boolean;
};

/** What an export wrote. */
export type ExportResult = {
  readonly path: string;
  /** Nothing was written, as something is there that may not be replaced. */
  readonly isTaken: boolean;
  readonly warnings: readonly string[];
};

/** How far a load or an export has come. */
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

/** A value that a transform takes, as a form asks for it. */
export type TransformParameter = {
  readonly name: string;
  /** `boolean`, `integer`, `number`, `string`, `array` or `object`. */
  readonly type: string;
  /** The texts that it may be; empty: any. */
  readonly choices: readonly string[];
  /** As JSON; empty when it must be given. */
  readonly default: string;
  readonly unit: string;
  readonly doc: string;
};

/** A data object that a transform takes beside its input. */
export type TransformData = {
  readonly name: string;
  /** Kinds of data keys that it may be, as `DataKey.type` gives them. */
  readonly kinds: readonly string[];
  readonly required: boolean;
  readonly doc: string;
};

/** A transform, by its exact name. */
export type Transform = {
  readonly name: string;
  readonly summary: string;
  /** Kinds of data keys that it takes, as `DataKey.type` gives them. */
  readonly kinds: readonly string[];
  /** What it makes can be stored; it is a number otherwise. */
  readonly stores: boolean;
  /** Kind of the data key that it makes, as `DataKey.type` gives it; empty when it is not known before. */
  readonly makes: string;
  /** `first generation`, `second generation`, `range reduction`, or `user`. */
  readonly origin: string;
  readonly parameters: readonly TransformParameter[];
  readonly data: readonly TransformData[];
};

/** All transforms that the interpreter knows, those of the user included. */
export type Transforms = {
  readonly transforms: readonly Transform[];
};

/** What went wrong with one item of a batch. */
export type BatchError = {
  readonly label: string;
  readonly message: string;
  /** The end of it. */
  readonly traceback: string;
};

/** A batch that goes on, or has ended. */
export type BatchStatus = {
  /** Which batch of the interpreter. */
  readonly number: number;
  readonly label: string;
  readonly state: "running" | "done" | "cancelled" | "failed";
  readonly done: number;
  readonly total: number;
  /** These are among those done. */
  readonly failed: number;
  readonly elapsedS: number;
  /** None while nothing is done. */
  readonly remainingS: number | null;
  /** The first ones. */
  readonly errors: readonly BatchError[];
};

/** The last batches of the interpreter, the newest first. */
export type Batches = {
  readonly batches: readonly BatchStatus[];
};

/** Ask how data keys are drawn. */
export type DescribeViews = {
  /** Empty: all that can be drawn. */
  readonly keys: readonly string[];
};

/** How a data key is drawn. */
export type ViewOfKey = {
  readonly key: string;
  readonly shape: ViewShape;
  /** Name of the DataType member. */
  readonly type: string;
  readonly timeKey: string;
  readonly sizeLabel: string;
  /** Rate of its clock, where it is known. */
  readonly ticksPerSecond: number | null;
  /** First tick; None without data. */
  readonly start: number | null;
  readonly end: number | null;
  /** Range in which its values lie, where that is known without looking at all of them. */
  readonly low: number | null;
  readonly high: number | null;
  /** Names of the columns of a tensor. */
  readonly channels: readonly string[];
  /** Size of the pictures, of those that the shapes belong to, or of a tensor's rows as heat maps; 0: unknown. */
  readonly width: number;
  readonly height: number;
  /** Signal that says how sure its points are; empty: none. */
  readonly likelihoodKey: string;
  /** What is wrong with it, for people; empty when all is well. */
  readonly problem: string;
};

/** How data keys are drawn, at one revision; keys that are not there are left out. */
export type ViewsOfKeys = {
  readonly revision: number;
  readonly keys: readonly ViewOfKey[];
  /** Names of the groups of entities. */
  readonly groups: readonly string[];
};

/** One series of a window. */
export type LaneQuery = {
  readonly key: string;
  /** Column of a tensor that is drawn as a trace; -1: the whole key. */
  readonly channel: number;
  /** The most points, from the pixels of the panel. */
  readonly budget: number;
  /** Of a trace: its values less the mean of the whole signal. */
  readonly removeMean?: boolean;
  /** Of a trace: cut-off in Hz of a Butterworth filter of order 3, forward and backward. */
  readonly highPass?: number | null;
  readonly lowPass?: number | null;
  /** Of a trace: its power by time and frequency, between the cut-offs, as a heat map. */
  readonly isSpectrogram?: boolean;
};

/** Ask for what a window shows. A newer request of the same view overtakes it. */
export type ReadViews = {
  readonly viewId: string;
  readonly start: number;
  readonly end: number;
  readonly lanes: readonly LaneQuery[];
};

/** A signal: samples where there are few, the extremes of bins where there are many. */
export type TraceView = {
  readonly starts: WireArray;
  readonly ends: WireArray;
  readonly low: WireArray;
  readonly high: WireArray;
  /** Every point is one sample. */
  readonly isExact: boolean;
  /** Points further apart than so many ticks have a gap between them. */
  readonly gap: number | null;
  readonly sampleCount: number;
  readonly missingCount: number;
  /** Samples of the whole signal that have no tick, because their index is outside their clock. */
  readonly outsideCount: number;
  readonly kind: "trace";
};

/** Events: one by one where there are few, counted per bin where there are many. */
export type TicksView = {
  readonly starts: WireArray;
  readonly ends: WireArray;
  readonly counts: WireArray;
  readonly entityIds: WireArray;
  readonly isExact: boolean;
  readonly eventCount: number;
  readonly outsideCount: number;
  readonly kind: "ticks";
};

/** Intervals: one by one where there are few, stretches that hold some where there are many. */
export type SpansView = {
  readonly starts: WireArray;
  readonly ends: WireArray;
  readonly counts: WireArray;
  readonly entityIds: WireArray;
  readonly isExact: boolean;
  readonly intervalCount: number;
  readonly outsideCount: number;
  readonly kind: "spans";
};

/** A heat map: the means of bins of rows. */
export type GridView = {
  readonly starts: WireArray;
  readonly ends: WireArray;
  /** float32, `(bins, channels)`. */
  readonly cells: WireArray;
  readonly channelStep: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly gap: number | null;
  readonly rowCount: number;
  readonly outsideCount: number;
  /** Lowest frequency of a spectrogram, in Hz, whose channels begin with the highest. */
  readonly bottom: number | null;
  readonly top: number | null;
  readonly kind: "grid";
};

/** Nothing can be drawn, and why: the key was deleted, say. */
export type NoView = {
  readonly message: string;
  readonly kind: "none";
};

/** A long signal is being looked at for the first time; ask again. */
export type ViewInPreparation = {
  /** From 0 to 1. */
  readonly done: number;
  readonly kind: "preparing";
};

/** What a window shows, one answer per lane; none when the request was overtaken. */
export type Views = {
  readonly revision: number;
  readonly isOvertaken: boolean;
  readonly lanes: readonly LaneView[];
};

/** What is drawn over a picture of one key: points, lines, masks, intervals, or rows of a tensor with more than two axes, as heat maps. */
export type OverlayQuery = {
  readonly key: string;
  /** Name of the group whose entities are shown; empty: all are. */
  readonly group?: string;
  /** Points with a lower likelihood are left out. */
  readonly threshold?: number;
  /** Of a tensor with four axes: its last. */
  readonly channel?: number;
};

/** Ask for the picture at a tick, and the shapes that are drawn over it. */
export type ReadFrame = {
  readonly viewId: string;
  /** Media; empty: the shapes only. */
  readonly key: string;
  readonly tick: number;
  /** The most pixels. */
  readonly budget: number;
  readonly overlays: readonly OverlayQuery[];
  /** For so many indices before, points come along as trails. */
  readonly trail?: number;
};

/** The shapes of one key at a tick. */
export type OverlayView = {
  readonly key: string;
  /** Of intervals only the identities of those that hold the tick. */
  readonly shape: "points" | "lines" | "masks" | "intervals" | "heat";
  /** Where each shape begins in `points`, and the end. */
  readonly offsets: WireArray;
  /** float32, `(points, 2)`: x and y in pixels of the original picture. */
  readonly points: WireArray;
  readonly entityIds: WireArray;
  /** float32, of each point; empty when no signal says how sure they are. */
  readonly likelihoods: WireArray;
  /** float32, `(height, width)`: a heat map of the whole picture. */
  readonly cells: WireArray;
  /** float32, `(tracks, indices, 2)`: the first, second, … point of each index of the trail; NaN where none is. */
  readonly trail: WireArray;
  /** Of the index that the shapes belong to. */
  readonly tick: number | null;
};

/** A picture; `pixels` is empty when the request was overtaken, or there is none. */
export type FrameView = {
  readonly isOvertaken: boolean;
  /** Number of the frame; -1: none. */
  readonly index: number;
  readonly tick: number | null;
  /** Of the frame after it. */
  readonly nextTick: number | null;
  readonly frameCount: number;
  /** Of the original. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the original that became one, along each axis. */
  readonly step: number;
  /** uint8, `(height, width)` or `(height, width, 3)`. */
  readonly pixels: WireArray;
  readonly overlays: readonly OverlayView[];
  /** Why there is no picture, and what to do; empty when there is one. */
  readonly message: string;
};

/** Ask for the next, or the previous, event, interval, frame or entry of a key. */
export type FindTick = {
  readonly key: string;
  readonly tick: number;
  readonly forward: boolean;
};

/** Ask which tick an index of a key's clock has; of a video, the index is the number of a frame. */
export type LocateIndex = {
  readonly key: string;
  readonly index: number;
};

/** Where it is; None at the end. */
export type FoundTick = {
  readonly tick: number | null;
  /** Last tick of an interval. */
  readonly end: number | null;
};

/** How the trials of a raster are sorted; those that have no value come last. */
export type TrialOrder = {
  /** When they were; the time of the first event after the alignment; how many events there are; how long the interval is; a column of a table of the trials. */
  readonly by: "time" | "latency" | "count" | "duration" | "column";
  /** Tensor that is such a table. */
  readonly key?: string;
  readonly column?: number;
  readonly isDescending?: boolean;
};

/** A tensor with a row for trials, by its time, or by its number where its rows are plain numbers. */
export type TrialTable = {
  readonly key: string;
  readonly columns: readonly string[];
};

/** Ask for a raster and a PSTH; times are in seconds, or in ticks where no clock has `ticks_per_second`. */
export type ReadPeriEvent = {
  readonly viewId: string;
  /** Events. */
  readonly key: string;
  /** Events, or intervals, whose starts are taken. */
  readonly alignmentKey: string;
  readonly before: number;
  readonly after: number;
  readonly binWidth: number;
  /** The most events of the raster. */
  readonly budget: number;
  /** Of the trials in the raster. */
  readonly order: TrialOrder;
};

/** Events around others, trial by trial, and their mean rate. */
export type PeriEventView = {
  readonly revision: number;
  readonly isOvertaken: boolean;
  readonly isInSeconds: boolean;
  /** float64, of the bins, from the alignment; 0 is one of them. */
  readonly edges: WireArray;
  /** float64, events per second (or tick) and trial while it was recorded; NaN in bins that never were. */
  readonly rates: WireArray;
  readonly eventCount: number;
  readonly trialCount: number;
  /** uint32, the row of each event of the raster: the place of its trial in the order. */
  readonly trials: WireArray;
  /** float32, its time from the alignment. */
  readonly offsets: WireArray;
  /** The first trials of the order, which the raster has. */
  readonly rasterTrialCount: number;
  /** The trials are intervals. */
  readonly hasDurations: boolean;
  /** What the trials can be sorted by. */
  readonly tables: readonly TrialTable[];
  /** Events and alignments that have no tick. */
  readonly outsideCount: number;
  /** In how many trials the bin was recorded that was so least; lower than `trial_count` at ends and pauses. */
  readonly leastExposure: number;
};

/** One event (its tick) or interval (first and last tick), before or after an edit. */
export type EditRow = {
  readonly start: number;
  readonly end: number;
  /** Of what is added: the identity that it keeps, since it was moved or deleted; 0: a new one. */
  readonly entityId: number;
};

/** Take some events or intervals out of a series and put others in, in one commit. */
export type EditSeries = {
  readonly key: string;
  readonly removed: readonly EditRow[];
  readonly added: readonly EditRow[];
};

/** What was changed, by the ticks that the clock has; the opposite edit undoes it. */
export type Edited = {
  readonly removed: readonly EditRow[];
  readonly added: readonly EditRow[];
};

/** Give one point, line or mask other points, add one, or delete one, in one commit. */
export type EditShape = {
  readonly key: string;
  /** It belongs to the last index of the key's clock that is not after it. */
  readonly tick: number;
  /** 0: one that is added gets a new identity. */
  readonly entityId: number;
  /** Before so many others of its index one is put that is added; -1: after them all. */
  readonly place: number;
  /** float32, `(points, 2)`: what it is now; empty: it is added. */
  readonly before: WireArray;
  /** As `before`; empty: it is deleted. */
  readonly after: WireArray;
};

/** Put an entity into a group, or take it out. */
export type AssignEntity = {
  readonly entityId: number;
  /** 1 for the group that was made first; the number after the last makes one. */
  readonly groupNumber: number;
  /** Whether it is to be in the group; None: in it if it is not, and else not. */
  readonly isMember: boolean | null;
};

/** The group, and whether the entity is in it now. */
export type AssignedEntity = {
  readonly name: string;
  /** Of the entities that the group has. */
  readonly count: number;
  readonly isMember: boolean;
};

/** Code asks for the viewer. */
export type ShowViews = {
  /** Shown as well; empty: what is shown stays. */
  readonly keys: readonly string[];
  /** Tick to go to. */
  readonly time: number | null;
  /** Window to go to; None: it stays. */
  readonly start: number | null;
  readonly end: number | null;
};

/** Where the viewer is. */
export type ViewerState = {
  readonly time: number;
  readonly start: number;
  readonly end: number;
  /** Data key of what was clicked; empty: nothing. */
  readonly selectedKey: string;
  /** Its entity id. */
  readonly selectedId: number;
};

/** Ask what the last of some steps makes of a window of the data. A newer request overtakes it. */
export type PreviewSteps = {
  /** The steps, as JSON. */
  readonly pipeline: string;
  /** None: from where the input begins, for as long as can be looked at quickly. */
  readonly start: number | null;
  readonly end: number | null;
  /** The shapes over a picture are those of this tick. */
  readonly time: number | null;
  /** The most points of a lane. */
  readonly budget: number;
};

/** What a step takes, or makes. */
export type PreviewLane = {
  readonly described: ViewOfKey;
  readonly view: LaneView;
  /** Of points, lines and masks. */
  readonly shapes: OverlayView | null;
};

/** What a step takes and makes, within a window; nothing of it is stored. */
export type StepPreview = {
  readonly isOvertaken: boolean;
  /** Why there is none; empty when there is one. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly lanes: readonly PreviewLane[];
};

/** Where in a file a piece of code stands, so that tracebacks and breakpoints point there. */
export type CodePlace = {
  /** Absolute path of the file. */
  readonly path: string;
  /** 0-based line of the code's first line. */
  readonly line: number;
};

/** What surrounds a run, as the user has set it. */
export type RunOptions = {
  /** Absolute path; empty: the folder of the script for a script, unchanged for code. */
  readonly workingDirectory?: string;
  /** Modules of the workspace whose files have changed are loaded again before the run, and named in its output. */
  readonly reloadEditedModules?: boolean;
  /** How figures of matplotlib are drawn unless user code says; `retina`: with twice the pixels each way. */
  readonly figureFormat?: "png" | "retina" | "svg";
  /** Environment variables during the run; null: without this one. Afterwards they are as before. */
  readonly environment?: Readonly<Record<string, string | null>>;
  /** While a debug session lasts, stop at the first line of the user's code. */
  readonly stopOnEntry?: boolean;
};

/** Run code in the session's namespace, as a cell. */
export type RunCode = {
  /** Chosen by the client; outputs carry it. */
  readonly runId: string;
  readonly code: string;
  /** Left out: typed in the console. */
  readonly place?: CodePlace | null;
  /** URI of the cell that shows this code and no file has; breakpoints are set in it under this name. */
  readonly cell?: string;
  readonly storeHistory?: boolean;
  /** Runs asked for together have the same; when one of them does not end well, those behind it are not run. */
  readonly batch?: string;
  /** Only in an interpreter that has run nothing yet; `dropped` in any other. */
  readonly asPrelude?: boolean;
  readonly options?: RunOptions;
};

/** Run a saved script in the session's namespace, with `__file__`, `sys.argv` and its folder as cwd. */
export type RunFile = {
  readonly runId: string;
  readonly path: string;
  readonly arguments?: readonly string[];
  /** As of `RunCode`. */
  readonly batch?: string;
  readonly options?: RunOptions;
};

/** Run code, as a cell, in the selected frame of code that stands, while that stands. */
export type RunInFrame = {
  /** As of `RunCode`. */
  readonly runId: string;
  readonly code: string;
};

/** How a run ended; its outputs have all been sent before. */
export type RunResult = {
  /** `dropped`: it waited for its turn and has never begun. */
  readonly status: "ok" | "error" | "interrupted" | "died" | "dropped";
  readonly executionCount: number;
  /** For `died` and `dropped`: why, and what is safe. */
  readonly message: string;
};

/** A run, by the id that the client has chosen. */
export type RunReference = {
  readonly runId: string;
};

/** A run that nobody has seen to its end: the window that asked for it is gone. */
export type UnseenRun = {
  readonly runId: string;
  /** Of a cell; empty: it is a script. */
  readonly code: string;
  readonly place: CodePlace | null;
  /** Of a script. */
  readonly path: string;
  readonly arguments: readonly string[];
};

/** Runs in the order they were asked for. */
export type UnseenRuns = {
  readonly runs: readonly UnseenRun[];
};

/** Runs that have not ended. Told when it has stayed as it is for a moment: not for each short run. */
export type RunQueue = {
  /** The run that has begun; empty: none has. */
  readonly running: string;
  /** Runs that wait for their turn, the next one first. */
  readonly waiting: readonly string[];
  /** What the first of them waits for, for example `stopped at line 9 of trials.py`; empty when none waits. */
  readonly waitsFor: string;
};

/** Text written to stdout or stderr. */
export type StreamOutput = {
  readonly name: StreamName;
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
  /** Of a picture, in the window's units; 0: as many as it has pixels. */
  readonly width: number;
  readonly height: number;
  /** Not empty: a figure that `figures/save` draws in other formats, while the interpreter keeps it. */
  readonly figure: string;
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

/** Code in the console's input box. */
export type TypedCode = {
  readonly code: string;
};

/** Whether code can be run as it is. */
export type Completeness = {
  /** `invalid`: more lines do not mend it; running it shows its error. */
  readonly status: "complete" | "incomplete" | "invalid";
  /** What the next line begins with, for `incomplete`. */
  readonly indent: string;
};

/** One way to call what stands before the open parenthesis. */
export type Signature = {
  /** Name and parameters: `sum(a, axis=None)`. */
  readonly label: string;
  /** Parts of the label, in order. */
  readonly parameters: readonly string[];
  /** -1: none of them. */
  readonly activeParameter: number;
  readonly documentation: string;
};

/** The signatures of a call at the cursor; empty outside of a call. */
export type Signatures = {
  readonly signatures: readonly Signature[];
};

/** What a name at the cursor stands for, on the live namespace. */
export type Inspection = {
  /** The dotted name; empty when nothing is known. */
  readonly expression: string;
  readonly type: string;
  /** Shape and dtype, or value, in one bounded line. */
  readonly summary: string;
  /** Of arrays of numbers: minimum, maximum, mean, how many NaN, and of how much of it when not of all. */
  readonly statistics: string;
  /** Of functions and classes. */
  readonly signature: string;
  readonly documentation: string;
};

/** What an interrupt did within its time. */
export type InterruptResult = {
  /** False: the code goes on; `stack` says where, and a restart is the way out. */
  readonly stopped: boolean;
  readonly stack: string;
};

/** How far a loop over `wt.progress(…)` is. Told no more often than every tenth of a second. */
export type LoopProgress = {
  /** Which loop of the interpreter. */
  readonly number: number;
  readonly description: string;
  readonly done: number;
  /** How many items there are, where that is known. */
  readonly total: number | null;
  readonly hasEnded: boolean;
};

/** Which statement stands at a line of a Python document that is open in the editor. */
export type StatementAt = {
  readonly uri: string;
  /** 0-based. */
  readonly line: number;
  /** How much: the whole block at the margin, the smallest statement, or the line as it stands. */
  readonly block?: "topLevel" | "innermost" | "line";
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
  /** Of the namespace: which variables. */
  readonly kind?: VariableKind;
  /** Of the namespace: text that a name or type contains, whatever the case; with it all kinds are listed together. */
  readonly filter?: string;
  /** Of the namespace: size and recent list the largest and the newest first. */
  readonly sort?: VariableSort;
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
  /** Memory as far as it is known; of containers without what is inside, but for arrays. */
  readonly sizeBytes: number;
  /** It can be shown as a table. */
  readonly isTable: boolean;
  /** Codicon of a data object's kind; empty for other values. */
  readonly icon: string;
};

/** Variables of a kind that are listed only when asked for. */
export type FoldedVariables = {
  readonly kind: VariableKind;
  readonly count: number;
};

/** A window onto a level of the variable tree. */
export type Variables = {
  readonly variables: readonly Variable[];
  readonly total: number;
  readonly revision: number;
  /** Of the namespace: memory of all its variables; what several of them share is counted once. */
  readonly totalBytes: number;
  /** Of the namespace: what else there is. */
  readonly folded: readonly FoldedVariables[];
  /** Of the namespace: the frame whose variables these are, while code stands: `half(), line 2 of analysis.py`. */
  readonly frame: string;
  /** The interpreter could not answer in time; this is the last known state. */
  readonly stale: boolean;
};

/** The namespace has a newer revision. */
export type VariablesChanged = {
  readonly revision: number;
};

/** Ask for what a hover shows of a variable or a child of one. */
export type DescribeVariable = {
  /** As of `ListVariables`. */
  readonly path: readonly string[];
};

/** Which table of a variable is shown, and in which order. */
export type TableView = {
  /** Child ids from the namespace down, as of `ListVariables`. */
  readonly path: readonly string[];
  /** Of an array with more than two axes: the index on each axis behind the first that is not the last, counted from the front; what is left out is 0. */
  readonly index?: readonly number[];
  /** -1: as they are. */
  readonly sortColumn?: number;
  readonly descending?: boolean;
  /** Such as `angle > 0.5`, `> 0.5` where there is one column, or text that a row shall contain. */
  readonly filter?: string;
};

/** Read a part of a table; at most 500 rows and 100 columns are answered. */
export type ReadTable = {
  readonly view: TableView;
  readonly firstRow?: number;
  readonly rowCount?: number;
  readonly firstColumn?: number;
  readonly columnCount?: number;
  readonly shades?: boolean;
};

/** A column's heading. */
export type TableColumn = {
  readonly name: string;
  readonly type: string;
  readonly isNumber: boolean;
};

/** A part of a table. */
export type TablePart = {
  /** Type and summary of the value. */
  readonly title: string;
  /** Rows that pass the filter. */
  readonly rowTotal: number;
  readonly columnTotal: number;
  /** Lengths of the axes that `TableView.index` chooses on. */
  readonly axes: readonly number[];
  readonly columns: readonly TableColumn[];
  readonly rowLabels: readonly string[];
  /** A list for each column, with a text for each row. */
  readonly cells: readonly (readonly string[])[];
  /** As `cells`: 0 for the lowest to 100 for the highest number, -1 for what is none; empty when not asked for. */
  readonly shades: readonly (readonly number[])[];
  /** Python for the table in this order; empty when it cannot be written. */
  readonly code: string;
  /** What a reader must know, such as why a filter was not applied. */
  readonly note: string;
};

/** Copy a rectangle of a table with all digits. */
export type CopyTable = {
  readonly view: TableView;
  readonly firstRow: number;
  readonly rowCount: number;
  readonly firstColumn: number;
  readonly columnCount: number;
  readonly withNames?: boolean;
};

/** A part of a table as text: tabs between columns, a line for each row. */
export type TableText = {
  readonly text: string;
};

/** Draw a figure that was shown, in another format. */
export type SaveFigure = {
  /** As of `DisplayOutput`. */
  readonly figure: string;
  readonly format: "png" | "svg" | "pdf";
};

/** A figure as the content of a file. */
export type FigureFile = {
  /** In base64. */
  readonly data: string;
};

/** Ask for the Pythons of this machine. */
export type FindEnvironments = {
  /** Search again instead of answering from what is known. */
  readonly refresh?: boolean;
  /** Executables, environments and folders of environments to look at besides: from settings and other extensions. */
  readonly more?: readonly string[];
};

/** A Python that could run user code. */
export type Environment = {
  /** Absolute path of the executable. */
  readonly path: string;
  /** For example `3.11.7`; empty for one that does not run. */
  readonly version: string;
  readonly name: string;
  readonly kind: EnvironmentKind;
  /** Version of NumPy; empty when there is none, `unknown` when it does not say. */
  readonly numpy: string;
  /** Why it cannot be used as it is (too old, no NumPy, its base is gone); empty when it can. */
  readonly problem: string;
  /** What a user should know who chooses it. */
  readonly note: string;
  readonly state: EnvironmentState;
};

/** The Pythons found so far, the workspace's own first. */
export type Environments = {
  readonly environments: readonly Environment[];
  /** More may come: another message follows. */
  readonly searching: boolean;
};

/** Name a Python. */
export type PythonReference = {
  /** Absolute path of the executable. */
  readonly python: string;
};

/** A distribution that is installed in an environment. */
export type Package = {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly homepage: string;
  /** Names of the installed distributions that require it. */
  readonly neededBy: readonly string[];
};

/** What is installed in an environment, by name. */
export type Packages = {
  readonly packages: readonly Package[];
  /** What installs into it. */
  readonly installer: "uv" | "pip" | "conda";
};

/** A distribution of which there is a newer version. */
export type OutdatedPackage = {
  readonly name: string;
  readonly latest: string;
};

/** Of what there are newer versions. */
export type OutdatedPackages = {
  readonly packages: readonly OutdatedPackage[];
};

/** Install, upgrade or uninstall packages. */
export type ChangePackages = {
  /** Of the client's choice; `PackageLog` carries it. */
  readonly changeId: string;
  readonly python: string;
  readonly action: "install" | "upgrade" | "reinstall" | "uninstall";
  /** Names, with version and extras if wanted: `scipy>=1.11`, `dask[distributed]`. */
  readonly packages?: readonly string[];
  /** Path of a `requirements.txt`, or of a `pyproject.toml` whose project's needs are to be installed. */
  readonly requirements?: string;
};

/** What the installer says, as it says it. */
export type PackageLog = {
  readonly changeId: string;
  readonly text: string;
};

/** Make a new environment with NumPy in it. */
export type CreateEnvironment = {
  readonly changeId: string;
  /** Absolute path; must not exist yet, or be empty. */
  readonly folder: string;
  /** `virtual`: made by uv where there is one, else by venv. `conda`: by conda, mamba or micromamba. */
  readonly kind?: "virtual" | "conda";
  /** Executable of the Python to make it from; empty: the one that runs user code. conda takes its version only. */
  readonly base?: string;
  /** Python version to get through uv or conda, for example `3.12`, instead of that of `base`. */
  readonly version?: string;
};

/** A message of the Debug Adapter Protocol from VS Code. */
export type DebugMessage = {
  /** The DAP message as JSON text. */
  readonly content: string;
  /** What the editor shows of the source whose breakpoints a message sets; null: the same as the file on disk. */
  readonly text?: string | null;
  /** For the debugger of a process that user code has started, by its id; 0: that of the interpreter itself. */
  readonly process?: number;
};

/** A message of the Debug Adapter Protocol for VS Code. */
export type DebuggerMessage = {
  /** The DAP message as JSON text. */
  readonly content: string;
  /** What the debug session has reached with it: breakpoints are set, or the debugger has let go. */
  readonly phase: "configured" | "ended" | null;
  /** As of `DebugMessage`: whose debugger says so. */
  readonly process: number;
};

/** The frame that is looked at in the call stack. */
export type SelectFrame = {
  /** Its id of the Debug Adapter Protocol; null: the innermost one of the thread that has stopped. */
  readonly frame?: number | null;
};

/** Every message between client and daemon. */
export const methods = {
  /** State of the session now. (client -> daemon) */
  sessionStatus: { method: "whiskertoolbox/session/status" } as RequestMethod<Empty, SessionStatus>,
  /** How the session lives on without a window. (client -> daemon) */
  sessionConfigure: { method: "whiskertoolbox/session/configure" } as RequestMethod<SessionOptions, Empty>,
  /** End the session now, for all windows. (client -> daemon) */
  sessionStop: { method: "whiskertoolbox/session/stop" } as RequestMethod<Empty, Empty>,
  /** Restart user code in another Python. (client -> daemon) */
  interpreterSelect: { method: "whiskertoolbox/interpreter/select" } as RequestMethod<SelectInterpreter, SessionStatus>,
  /** Restart the interpreter; data stays. (client -> daemon) */
  interpreterRestart: { method: "whiskertoolbox/interpreter/restart" } as RequestMethod<Empty, SessionStatus>,
  /** List the Pythons of this machine that are known; others are told as they are found. (client -> daemon) */
  environmentsFind: { method: "whiskertoolbox/environments/find" } as RequestMethod<FindEnvironments, Environments>,
  /** Look at one Python. (client -> daemon) */
  environmentsCheck: { method: "whiskertoolbox/environments/check" } as RequestMethod<PythonReference, Environment>,
  /** Make an environment; can be cancelled. (client -> daemon) */
  environmentsCreate: { method: "whiskertoolbox/environments/create" } as RequestMethod<CreateEnvironment, PythonReference>,
  /** Delete an environment. (client -> daemon) */
  environmentsDelete: { method: "whiskertoolbox/environments/delete" } as RequestMethod<PythonReference, Empty>,
  /** List what is installed. (client -> daemon) */
  packagesList: { method: "whiskertoolbox/packages/list" } as RequestMethod<PythonReference, Packages>,
  /** List of what there are newer versions; asks the package index. (client -> daemon) */
  packagesOutdated: { method: "whiskertoolbox/packages/outdated" } as RequestMethod<PythonReference, OutdatedPackages>,
  /** Install, upgrade or uninstall packages; can be cancelled. (client -> daemon) */
  packagesChange: { method: "whiskertoolbox/packages/change" } as RequestMethod<ChangePackages, Empty>,
  /** List data keys and clocks. (client -> daemon) */
  dataList: { method: "whiskertoolbox/data/list" } as RequestMethod<Empty, DataKeys>,
  /** Delete a data key. (client -> daemon) */
  dataDelete: { method: "whiskertoolbox/data/delete" } as RequestMethod<KeyReference, Empty>,
  /** Look into a file; can be cancelled. (client -> daemon) */
  dataPreview: { method: "whiskertoolbox/data/preview" } as RequestMethod<PreviewFile, FilePreview>,
  /** Load parts of a file; can be cancelled. (client -> daemon) */
  dataImport: { method: "whiskertoolbox/data/import" } as RequestMethod<ImportFile, LoadResult>,
  /** Compare what a load config asks of Python with the interpreter; changes nothing. (client -> daemon) */
  dataRequirements: { method: "whiskertoolbox/data/requirements" } as RequestMethod<ConfigReference, ConfigRequirements>,
  /** Load a load config; can be cancelled. (client -> daemon) */
  dataLoad: { method: "whiskertoolbox/data/load" } as RequestMethod<LoadData, LoadResult>,
  /** List the formats that can hold keys together. (client -> daemon) */
  dataExportFormats: { method: "whiskertoolbox/data/exportFormats" } as RequestMethod<KeyReferences, ExportFormats>,
  /** Write keys to a file or folder; can be cancelled. (client -> daemon) */
  dataExport: { method: "whiskertoolbox/data/export" } as RequestMethod<ExportKeys, ExportResult>,
  /** What is said of a data key, and how it was made. (client -> daemon) */
  dataDetails: { method: "whiskertoolbox/data/details" } as RequestMethod<KeyReference, KeyDetails>,
  /** Transforms that the interpreter knows. (client -> daemon) */
  transformsList: { method: "whiskertoolbox/transforms/list" } as RequestMethod<Empty, Transforms>,
  /** What a step makes of a window of the data; a newer request overtakes it. (client -> daemon) */
  transformsPreview: { method: "whiskertoolbox/transforms/preview" } as RequestMethod<PreviewSteps, StepPreview>,
  /** How far the last batches are, also while code runs. (client -> daemon) */
  batchesList: { method: "whiskertoolbox/batches/list" } as RequestMethod<Empty, Batches>,
  /** How data keys are drawn. (client -> daemon) */
  viewsDescribe: { method: "whiskertoolbox/views/describe" } as RequestMethod<DescribeViews, ViewsOfKeys>,
  /** What a window shows; a newer request overtakes it. (client -> daemon) */
  viewsRead: { method: "whiskertoolbox/views/read" } as RequestMethod<ReadViews, Views>,
  /** A picture and the shapes over it. (client -> daemon) */
  viewsFrame: { method: "whiskertoolbox/views/frame" } as RequestMethod<ReadFrame, FrameView>,
  /** Find the next or previous event, interval or frame. (client -> daemon) */
  viewsFind: { method: "whiskertoolbox/views/find" } as RequestMethod<FindTick, FoundTick>,
  /** The tick of an index or a frame. (client -> daemon) */
  viewsLocate: { method: "whiskertoolbox/views/locate" } as RequestMethod<LocateIndex, FoundTick>,
  /** A raster and a PSTH. (client -> daemon) */
  viewsPeriEvent: { method: "whiskertoolbox/views/periEvent" } as RequestMethod<ReadPeriEvent, PeriEventView>,
  /** Change events or intervals; answered when stored. (client -> daemon) */
  viewsEdit: { method: "whiskertoolbox/views/edit" } as RequestMethod<EditSeries, Edited>,
  /** Change a point, line or mask; answered with what undoes it. (client -> daemon) */
  viewsEditShape: { method: "whiskertoolbox/views/editShape" } as RequestMethod<EditShape, EditShape>,
  /** Put an entity into a group, or out. (client -> daemon) */
  viewsAssign: { method: "whiskertoolbox/views/assign" } as RequestMethod<AssignEntity, AssignedEntity>,
  /** The viewer was moved. (client -> daemon) */
  viewerState: { method: "whiskertoolbox/viewer/state" } as NotificationMethod<ViewerState>,
  /** Run code; answered when it has ended. (client -> daemon) */
  runCode: { method: "whiskertoolbox/execution/runCode" } as RequestMethod<RunCode, RunResult>,
  /** Run a script; answered when it has ended. (client -> daemon) */
  runFile: { method: "whiskertoolbox/execution/runFile" } as RequestMethod<RunFile, RunResult>,
  /** Run code where code stands; answered when it has ended. (client -> daemon) */
  runInFrame: { method: "whiskertoolbox/execution/runInFrame" } as RequestMethod<RunInFrame, RunResult>,
  /** List runs whose windows are gone. (client -> daemon) */
  unseenRuns: { method: "whiskertoolbox/execution/unseenRuns" } as RequestMethod<Empty, UnseenRuns>,
  /** Be shown such a run, from its beginning; answered when it has ended. (client -> daemon) */
  followRun: { method: "whiskertoolbox/execution/followRun" } as RequestMethod<RunReference, RunResult>,
  /** Interrupt running code. (client -> daemon) */
  interrupt: { method: "whiskertoolbox/execution/interrupt" } as RequestMethod<Empty, InterruptResult>,
  /** Complete on the live namespace. (client -> daemon) */
  complete: { method: "whiskertoolbox/execution/complete" } as RequestMethod<CompleteCode, Completions>,
  /** Whether code can be run, or goes on in a further line. (client -> daemon) */
  checkComplete: { method: "whiskertoolbox/execution/checkComplete" } as RequestMethod<TypedCode, Completeness>,
  /** How to call what stands before the cursor. (client -> daemon) */
  signatures: { method: "whiskertoolbox/execution/signatures" } as RequestMethod<CompleteCode, Signatures>,
  /** What the name at the cursor stands for. (client -> daemon) */
  inspect: { method: "whiskertoolbox/execution/inspect" } as RequestMethod<CompleteCode, Inspection>,
  /** Find the statement to run at a line. (client -> daemon) */
  statementAt: { method: "whiskertoolbox/code/statementAt" } as RequestMethod<StatementAt, FoundStatement>,
  /** Delete all variables; `dm` and `wt` stay. (client -> daemon) */
  namespaceClear: { method: "whiskertoolbox/namespace/clear" } as RequestMethod<Empty, Empty>,
  /** List variables or children. (client -> daemon) */
  variablesList: { method: "whiskertoolbox/variables/list" } as RequestMethod<ListVariables, Variables>,
  /** Statistics of a variable, as far as a tenth of a second goes. (client -> daemon) */
  variablesDescribe: { method: "whiskertoolbox/variables/describe" } as RequestMethod<DescribeVariable, Inspection>,
  /** Read the part of a variable's table that is seen. (client -> daemon) */
  tablesRead: { method: "whiskertoolbox/tables/read" } as RequestMethod<ReadTable, TablePart>,
  /** Copy a part of a table. (client -> daemon) */
  tablesCopy: { method: "whiskertoolbox/tables/copy" } as RequestMethod<CopyTable, TableText>,
  /** Draw a shown figure in another format. (client -> daemon) */
  figuresSave: { method: "whiskertoolbox/figures/save" } as RequestMethod<SaveFigure, FigureFile>,
  /** Connect the interpreter's debugger to the message relay. (client -> daemon) */
  debugAttach: { method: "whiskertoolbox/debug/attach" } as RequestMethod<Empty, Empty>,
  /** A DAP message for the debugger. (client -> daemon) */
  debugSend: { method: "whiskertoolbox/debug/send" } as NotificationMethod<DebugMessage>,
  /** Another frame of code that stands is looked at. (client -> daemon) */
  debugSelectFrame: { method: "whiskertoolbox/debug/selectFrame" } as NotificationMethod<SelectFrame>,
  /** The session's state changed. (daemon -> client) */
  sessionChanged: { method: "whiskertoolbox/session/changed" } as NotificationMethod<SessionStatus>,
  /** The session ends. (daemon -> client) */
  sessionEnded: { method: "whiskertoolbox/session/ended" } as NotificationMethod<SessionEnded>,
  /** Data keys changed. (daemon -> client) */
  dataChanged: { method: "whiskertoolbox/data/changed" } as NotificationMethod<DataChanged>,
  /** A load or an export has come further. (daemon -> client) */
  dataProgress: { method: "whiskertoolbox/data/progress" } as NotificationMethod<LoadProgress>,
  /** A search has found Pythons, or ended. (daemon -> client) */
  environmentsFound: { method: "whiskertoolbox/environments/found" } as NotificationMethod<Environments>,
  /** An installer has said something. (daemon -> client) */
  packagesLog: { method: "whiskertoolbox/packages/log" } as NotificationMethod<PackageLog>,
  /** Code shows data in the viewer. (daemon -> client) */
  viewerShow: { method: "whiskertoolbox/viewer/show" } as NotificationMethod<ShowViews>,
  /** Other runs wait or run than before. (daemon -> client) */
  queueChanged: { method: "whiskertoolbox/execution/queueChanged" } as NotificationMethod<RunQueue>,
  /** A loop has come further. (daemon -> client) */
  loopProgress: { method: "whiskertoolbox/execution/loopProgress" } as NotificationMethod<LoopProgress>,
  /** A window has gone before its runs have ended. (daemon -> client) */
  runsLeft: { method: "whiskertoolbox/execution/runsLeft" } as NotificationMethod<Empty>,
  /** Variables changed. (daemon -> client) */
  variablesChanged: { method: "whiskertoolbox/variables/changed" } as NotificationMethod<VariablesChanged>,
  /** Code waits for a debug session, to stop in it. (daemon -> client) */
  debugWanted: { method: "whiskertoolbox/debug/wanted" } as NotificationMethod<Empty>,
  /** A DAP message from the debugger. (daemon -> client) */
  debugReceived: { method: "whiskertoolbox/debug/received" } as NotificationMethod<DebuggerMessage>,
  /** Outputs of a run; the answer asks for the next batch. (daemon -> client) */
  output: { method: "whiskertoolbox/execution/output" } as RequestMethod<Outputs, Empty>,
} as const;
