"""The kinds of data objects."""

from __future__ import annotations

from typing import ClassVar

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


def type_named(name: str) -> DataType:
    """Return the DataType of that name; Unknown for one that this version does not have."""
    found: DataType = DataType._by_name.get(name, DataType.Unknown)
    return found
