"""Protocol types of transforms: what there are, what they take, and how a data key was made."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class TransformData:
    """A data object that a transform takes beside its input."""

    name: str
    kinds: list[str]
    """Kinds of data keys that it may be, as `DataKey.type` gives them."""
    required: bool
    doc: str


@dataclass(frozen=True, kw_only=True)
class Transform:
    """A transform, by its exact name."""

    name: str
    summary: str
    kinds: list[str]
    """Kinds of data keys that it takes, as `DataKey.type` gives them."""
    stores: bool
    """What it makes can be stored; it is a number otherwise."""
    origin: str
    """``first generation``, ``second generation``, ``range reduction``, or ``user``."""
    parameters: list[TransformParameter]
    data: list[TransformData]


@dataclass(frozen=True, kw_only=True)
class Transforms:
    """All transforms that the interpreter knows, those of the user included."""

    transforms: list[Transform]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How a data key was made of others; all empty if it was not."""

    transform: str
    inputs: list[str]
    parameters: list[str]
    """``name=value`` of each."""
    out_of_date: bool
    """Inputs or code have changed since."""
