"""What loading is made of: the report, the error, and how a loader describes itself. No file format lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.data_object import DataObject


@dataclass(frozen=True)
class FileClock:
    """The clock that a file gives, under the time key that it is to have."""

    key: str
    read: Callable[[], TimeFrame]


class LoadedItem(NamedTuple):
    """What a loader makes of a file, a key at a time."""

    key: str
    data: DataObject | TimeFrame
    clock: FileClock | None = None
    """What the data is on unless the entry names a clock; None when the file gives no times."""
    group: str = ""
    """Name of the group of entities that its entries become members of."""


@dataclass(frozen=True)
class Source:
    """What one entry asks a loader to read."""

    path: Path
    """File or folder; for loaders that read none, the folder of the config."""
    name: str
    """The key to make, or the first part of the keys when there are several."""
    warn: Callable[[str], None]
    manager: Target
    """For times that are derived from loaded data; other loaders make objects only."""
    shared: dict[Any, Any] = field(default_factory=dict)
    """What loaders keep for the other entries of the same load, as a file that several of them read."""

    def files(self) -> list[Path]:
        """Return the files of the folder by name, without hidden ones, which systems leave beside those of people."""
        return sorted(path for path in self.path.iterdir() if path.is_file() and not path.name.startswith("."))


@dataclass(frozen=True)
class Loader:
    """A format of a data type: one line in the registry.

    ``load`` checks everything it can before it makes the first object, so that a bad file never leaves a part of its
    keys.
    """

    data_type: str
    formats: tuple[str, ...]
    """Names of the same format; empty for data types whose entries have no ``format``."""
    options: type[Any]
    load: Callable[[Source, Any], Iterable[LoadedItem]]
    doc: str
    reads: Literal["file", "folder", "file or folder", "nothing"] = "file"
    layout_option: str | None = None
    """The option that chooses among several loaders of one format; None when there is one."""
    layout_value: object = None
    """The value that chooses this one."""
    default_name: str | None = None
    gives_clocks: bool = False
    """Whether its files may give the clock of what is in them."""
