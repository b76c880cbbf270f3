"""The kinds of data objects, and what each is called, counted in and drawn with: the one place that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from whiskertoolbox_python.upstream.bindings import BoundEnum


class DataType(BoundEnum):
    """Kind of a data object, as `DataManager.getType` returns it.

    Examples
    --------
    >>> DataType.Analog, int(DataType.Analog), DataType.Analog.name
    (<DataType.Analog: 5>, 5, 'Analog')
    """

    __slots__ = ()
    _names = {  # noqa: RUF012 - declared ClassVar in the base
        "Video": 0,
        "Images": 1,
        "Points": 2,
        "Mask": 3,
        "Line": 4,
        "Analog": 5,
        "RaggedAnalog": 6,
        "DigitalEvent": 7,
        "DigitalInterval": 8,
        "Tensor": 9,
        "Unknown": 11,
    }
    Video: ClassVar[DataType]
    Images: ClassVar[DataType]
    Points: ClassVar[DataType]
    Mask: ClassVar[DataType]
    Line: ClassVar[DataType]
    Analog: ClassVar[DataType]
    RaggedAnalog: ClassVar[DataType]
    DigitalEvent: ClassVar[DataType]
    DigitalInterval: ClassVar[DataType]
    Tensor: ClassVar[DataType]
    Unknown: ClassVar[DataType]


Drawing = Literal["trace", "ticks", "spans", "grid", "frames", "marks", "none"]
"""A signal, events, intervals, a heat map, pictures, shapes over pictures, not at all."""


@dataclass(frozen=True)
class KindInfo:
    """What one kind of data is called, counted in and drawn with; stands on its class and travels with the key lists.

    Attributes
    ----------
    name : str
        What it is stored as: the name of its `DataType`, or one of its own for a type of a package.
    label : str
        What people call it.
    unit : str
        What its size counts, in the singular.
    icon : str
        Codicon of VS Code.
    order : int
        Place among the others in lists; small ones come first.
    config_word : str
        ``data_type`` in a load config; empty when no file holds it.
    drawing : str
        How the viewer draws it; what is not ``"none"`` needs the columns of the built-in type that is drawn so.

    Examples
    --------
    >>> from whiskertoolbox_python import AnalogTimeSeries
    >>> AnalogTimeSeries.kind.label, AnalogTimeSeries.kind.count(1), AnalogTimeSeries.kind.count(3)
    ('Analog', '1 sample', '3 samples')
    """

    name: str
    label: str
    unit: str
    icon: str
    order: int
    config_word: str = ""
    drawing: Drawing = "none"

    def count(self, size: int) -> str:
        """Return a size for people, with commas between the thousands, as all numbers for people have them."""
        plural = f"{self.unit[:-1]}ies" if self.unit.endswith("y") else f"{self.unit}s"
        return f"{size:,} {self.unit if size == 1 else plural}"


def unknown_kind(name: str) -> KindInfo:
    """Return what can be said of a stored type that is not installed here."""
    return KindInfo(name, name, "entry", "symbol-misc", order=1000)


def type_named(name: str) -> DataType:
    """Return the DataType of that name; Unknown for one that this version does not have."""
    found: DataType = DataType._by_name.get(name, DataType.Unknown)
    return found
