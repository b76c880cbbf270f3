"""Where data is kept: in memory, or in a session folder that several processes share."""

from __future__ import annotations

from whiskertoolbox_python.store._base import (
    DamagedStoreError,
    LockedStoreError,
    NewerStoreError,
    NotASessionError,
    ReadOnlyStoreError,
    StoreError,
    StoreFullError,
)

__all__ = [
    "DamagedStoreError",
    "LockedStoreError",
    "NewerStoreError",
    "NotASessionError",
    "ReadOnlyStoreError",
    "StoreError",
    "StoreFullError",
]
