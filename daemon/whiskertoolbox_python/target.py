"""What file formats, iteration and transforms need of a manager: `DataManager` is one, a test may make another.

Whatever is below `data_manager` in the order of imports is annotated with `Target`, never with `DataManager`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.kinds import DataType, KindInfo


@dataclass(frozen=True)
class Entry:
    """A data key as a listing shows it.

    Attributes
    ----------
    key, time_key : str
    type : DataType
    size : int
        Samples, events, intervals, entries, rows or frames.
    nbytes : int
        Bytes of its columns.
    columns : tuple of (name, dtype, shape)
    version : int
        Revision that last changed it.
    kind : KindInfo
        What the type is called, counted in and drawn with; also of types that `DataType` does not have.
    """

    key: str
    type: DataType
    time_key: str
    size: int
    nbytes: int
    columns: tuple[tuple[str, str, tuple[int, ...]], ...]
    version: int
    kind: KindInfo


class Target(Protocol):
    """Data objects by key, each on a clock."""

    @property
    def path(self) -> Path | None:
        """The session folder, or None in memory."""

    @property
    def read_only(self) -> bool:
        """Whether changes are refused."""

    def entries(self) -> list[Entry]:
        """Return all data keys; no column is opened."""

    def getData(self, key: str) -> Any:
        """Return the data object stored under a key, or None."""

    def setData(self, key: str, data: DataObject, time_key: str) -> None:
        """Store a data object on a clock."""

    def set_derived(
        self, key: str, data: DataObject, time_key: str, *, provenance: Mapping[str, Any], entity_ids: Any = None
    ) -> None:
        """Store what was made of other data, with how it was made and the identities that its entries keep."""

    def set_media(self, key: str, media: DataObject, time_key: str) -> None:
        """Store media on a clock."""

    def deleteData(self, key: str) -> bool:
        """Remove a data key."""

    def clocks(self) -> list[tuple[str, int]]:
        """Return each time key with the number of its indices."""

    def getTime(self, key: str) -> TimeFrame | None:
        """Return the clock of a time key, or None."""

    def setTime(self, key: str, time_frame: TimeFrame | None, overwrite: bool = False) -> bool:
        """Store a clock under a time key."""

    def getTimeKey(self, data_key: str) -> str:
        """Return the key of the clock that data is on."""

    def setTimeKey(self, data_key: str, time_key: str) -> bool:
        """Put data on another clock."""

    def getEntityGroupManager(self) -> EntityGroupManager:
        """Return the groups of entities."""

    def run_pipeline(self, pipeline: Any) -> Any:
        """Run a pipeline of transforms, given as JSON; return its report, whose ``made`` lists the keys stored."""

    def allocate(self, shape: int | tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> npt.NDArray[Any]:
        """Return a writable array inside the store."""
