"""What running in a session needs of a DataManager; anything that has these methods will do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.types.data_object import DataObject


class Target(Protocol):
    """A session: data by key, clocks by time key, groups."""

    def getData(self, key: str) -> Any:
        """Return the data object of a key, or None."""

    def getAllKeys(self) -> list[str]:
        """Return all data keys."""

    def getTimeKey(self, data_key: str) -> str:
        """Return the time key of a data key."""

    def getTime(self, key: str) -> TimeFrame | None:
        """Return the clock of a time key, or None."""

    def getTimeFrameKeys(self) -> list[str]:
        """Return all time keys."""

    def getEntityGroupManager(self) -> EntityGroupManager:
        """Return the groups of entities."""

    def version_of(self, key: str) -> int:
        """Return the revision that last changed a data key; 0 if there is none."""

    def set_derived(
        self, key: str, data: DataObject, time_key: str, *, provenance: Mapping[str, Any], entity_ids: Any = None
    ) -> None:
        """Store what was made of other data, with how it was made and the identities that its entries keep."""
