"""Which sessions this process has open already; their catalogue must not be opened and closed behind SQLite's back.

On POSIX, closing any descriptor of a file drops all locks that the process holds on it, those of SQLite included.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class OpenStore(Protocol):
    """A store on a folder."""

    @property
    def path(self) -> Path:
        """The folder."""

    @property
    def is_open(self) -> bool:
        """False once it has been closed."""


_stores: weakref.WeakSet[OpenStore] = weakref.WeakSet()
_opening = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_opening.release)


@contextlib.contextmanager
def opening(store: OpenStore) -> Iterator[bool]:
    """Open one store at a time; return whether this process has the same folder open by another."""
    with _opening:
        yield any(other.is_open and os.path.realpath(other.path) == os.path.realpath(store.path) for other in _stores)
        _stores.add(store)
