"""Where data is kept: in memory, or in a session folder that several processes share."""

from __future__ import annotations

from whiskertoolbox_python.errors import (
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
