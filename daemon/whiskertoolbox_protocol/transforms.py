"""Protocol types of transforms: what there are, and what they take; and how far batches of them are."""

from typing import Literal

from whiskertoolbox_protocol.late_classes import message


@message
class TransformParameter:
    """A value that a transform takes, as a form asks for it."""

    name: str
    type: str
    """``boolean``, ``integer``, ``number``, ``string``, ``array`` or ``object``."""
    choices: list[str]
    """The texts that it may be; empty: any."""
    default: str
    """As JSON; empty when it must be given."""
    unit: str
    doc: str


@message
class TransformData:
    """A data object that a transform takes beside its input."""

    name: str
    kinds: list[str]
    """Kinds of data keys that it may be, as `DataKey.type` gives them."""
    required: bool
    doc: str


@message
class Transform:
    """A transform, by its exact name."""

    name: str
    summary: str
    kinds: list[str]
    """Kinds of data keys that it takes, as `DataKey.type` gives them."""
    stores: bool
    """What it makes can be stored; it is a number otherwise."""
    makes: str
    """Kind of the data key that it makes, as `DataKey.type` gives it; empty when it is not known before."""
    origin: str
    """``first generation``, ``second generation``, ``range reduction``, or ``user``."""
    parameters: list[TransformParameter]
    data: list[TransformData]


@message
class Transforms:
    """All transforms that the interpreter knows, those of the user included."""

    transforms: list[Transform]


@message
class BatchError:
    """What went wrong with one item of a batch."""

    label: str
    message: str
    traceback: str
    """The end of it."""


@message
class BatchStatus:
    """A batch that goes on, or has ended."""

    number: int
    """Which batch of the interpreter."""
    label: str
    state: Literal["running", "done", "cancelled", "failed"]
    done: int
    total: int
    failed: int
    """These are among those done."""
    elapsed_s: float
    remaining_s: float | None
    """None while nothing is done."""
    errors: list[BatchError]
    """The first ones."""


@message
class Batches:
    """The last batches of the interpreter, the newest first."""

    batches: list[BatchStatus]
