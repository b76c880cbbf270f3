"""The lock that excludes changes of stored objects."""

from __future__ import annotations

import threading

_mutating = threading.RLock()
"""Held while a registered object changes or is turned into columns, so that the flush thread sees whole objects."""


def excluding_changes() -> threading.RLock:
    """Return the lock that excludes changes of registered objects, for a ``with`` statement."""
    return _mutating
