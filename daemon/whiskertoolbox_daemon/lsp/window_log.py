"""The daemon's log, shown in every window that is connected."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator

KEPT_LINES = 500
"""Of what was logged while no window was there."""


class WindowLog(logging.Handler):
    """Writes records to the windows' logs; what nobody has seen is kept for the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        self._unseen: deque[str] = deque(maxlen=KEPT_LINES)
        self._windows: list[Callable[[str], None]] = []

    def add(self, window: Callable[[str], None]) -> None:
        """Write to `window` from now on, and what nobody has seen."""
        with self._held():
            while self._unseen:
                window(self._unseen.popleft())
            self._windows.append(window)

    def remove(self, window: Callable[[str], None]) -> None:
        """Write to `window` no longer."""
        with self._held():
            self._windows.remove(window)

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        self.acquire()  # as whoever logs on another thread does
        try:
            yield
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        text = f"{self.format(record)}\n"
        for window in self._windows:
            window(text)
        if not self._windows:
            self._unseen.append(text)
