"""Protocol types of the data keys."""

from dataclasses import field

from whiskertoolbox_protocol.late_classes import message


@message
class DataColumn:
    """One stored array of a data object."""

    name: str
    dtype: str
    """NumPy's name, such as ``float32``."""
    shape: list[int]


@message
class DataKey:
    """A data object as a tree shows it; no data."""

    key: str
    type: str
    """Name of its kind: Analog, DigitalEvent, DigitalInterval, Line, …, or one that a package adds."""
    time_key: str
    size: int
    """Samples, events, intervals, entries, rows or frames."""
    size_label: str
    """For people: ``30,000 samples``."""
    num_bytes: int
    columns: list[DataColumn]


@message
class DataKind:
    """What a kind of data is called and drawn with, as its class says."""

    name: str
    """As `DataKey.type` gives it."""
    label: str
    icon: str
    """Codicon."""


@message
class Clock:
    """A time key and its TimeFrame."""

    time_key: str
    size: int


@message
class DataGroup:
    """A group of entities."""

    name: str
    size: int


@message
class DataKeys:
    """Everything the session holds, at one revision; empty placeholder media are left out."""

    revision: int
    keys: list[DataKey]
    kinds: list[DataKind]
    """Of the keys, in the order in which they are shown."""
    clocks: list[Clock]
    groups: list[DataGroup]
    truncated: bool
    """There are more keys than a message may carry."""


@message
class DataChanged:
    """The store has a newer revision."""

    revision: int


@message
class KeyReference:
    """A data key by name."""

    key: str


@message
class Provenance:
    """How a data key was made of others; all empty if it was not."""

    transform: str
    inputs: list[str]
    parameters: list[str]
    """``name=value`` of each."""
    out_of_date: bool
    """Inputs or code have changed since."""


@message
class Said:
    """What is said of data beside the numbers, such as a unit."""

    name: str
    value: str


@message
class KeyDetails:
    """What there is to say of a data key beyond what a list of them shows."""

    said: list[Said]
    """Unit, description, electrode and subject, as far as they are known."""
    provenance: Provenance


@message
class LoadData:
    """Load a WhiskerToolbox load config (JSON)."""

    path: str
    load_id: str
    """Chosen by the client; progress carries it."""


@message
class ConfigReference:
    """Name a load config."""

    path: str


@message
class ConfigRequirements:
    """What the ``python`` block of a load config asks for and the interpreter is not; empty when all is met."""

    environment: str = ""
    """Executable of the environment to change to."""
    problem: str = ""
    """Why the environment that it names cannot be used."""
    missing: list[str] = field(default_factory=list)
    """Modules that the environment does not have, which is the one to change to, if any."""
    modules_are_needed: bool = True
    """Whether missing modules are worth a question."""
    paths: list[str] = field(default_factory=list)
    """Folders that are to come first on ``sys.path``, in this order."""


@message
class PartChoice:
    """A part to load, and the key to load it under."""

    name: str
    key: str


@message
class ClockChoice:
    """A clock of a file, and the time key of the session that its parts are put on instead."""

    name: str
    time_key: str


@message
class PreviewFile:
    """Look into a file or folder."""

    path: str
    parts: list[PartChoice]
    """What would be loaded; none: what the file offers."""
    clocks: list[ClockChoice]


@message
class FilePart:
    """One thing in a file that can be loaded."""

    name: str
    """What the file calls it."""
    key: str
    """The key that it would make."""
    data_type: str
    """As in a load config."""
    shape: str
    """As people read it: ``3,000 × 4``."""
    clock: str
    """The file's name of its clock; empty when it has none."""
    unit: str
    description: str
    selected: bool
    """Whether it is loaded unless the user says otherwise."""


@message
class FileClock:
    """A clock of a file."""

    name: str
    """What the file calls it."""
    time_key: str
    """The time key that its parts would be on."""
    rate: float | None
    """Ticks per second."""
    size: int


@message
class FilePreview:
    """What is in a file."""

    title: str
    """What the file is, for people."""
    parts: list[FilePart]
    clocks: list[FileClock]
    config: str
    """A load config that loads what is selected."""
    code: str
    """The Python statement that does the same."""
    warnings: list[str]


@message
class ImportFile:
    """Load parts of a file."""

    path: str
    load_id: str
    """Chosen by the client; progress carries it."""
    parts: list[PartChoice]
    clocks: list[ClockChoice]


@message
class KeyReferences:
    """Data keys by name."""

    keys: list[str]


@message
class ExportQuestion:
    """An option of a format that is worth asking for."""

    option: str
    prompt: str
    example: str
    """What an answer looks like."""


@message
class ExportFormat:
    """A format that can hold certain keys."""

    name: str
    title: str
    """For people."""
    suffix: str
    """How the file's name ends; empty when it is a folder."""
    missing: list[str]
    """Packages that are not installed, as pip takes them."""
    questions: list[ExportQuestion]


@message
class ExportFormats:
    """The formats that can hold certain keys together."""

    formats: list[ExportFormat]


@message
class ExportOption:
    """The answer to a question."""

    name: str
    value: str


@message
class ExportKeys:
    """Write keys to a file or folder."""

    path: str
    load_id: str
    """Chosen by the client; progress carries it."""
    keys: list[str]
    format: str
    options: list[ExportOption]
    overwrite: bool
    """Whether what is there may be replaced."""


@message
class ExportResult:
    """What an export wrote."""

    path: str
    is_taken: bool
    """Nothing was written, as something is there that may not be replaced."""
    warnings: list[str]


@message
class LoadProgress:
    """How far a load or an export has come."""

    load_id: str
    done: int
    total: int
    label: str
    """What is being loaded now."""


@message
class LoadFailure:
    """One entry of a load config that could not be loaded."""

    key: str
    file: str
    reason: str


@message
class LoadResult:
    """What a load made, and what it could not."""

    made: list[str]
    failures: list[LoadFailure]
    warnings: list[str]
