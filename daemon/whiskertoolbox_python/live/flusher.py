"""The hidden thread that stores in-place changes soon after they are made."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable

from whiskertoolbox_python.errors import StoreError

_DELAY_S = 0.1
"""Changes within this time share a commit."""
_LARGEST_SHARE = 0.25
"""Of a processor, spent on storing objects that are large and change all the time, other than by growing."""


class Flusher:
    """Calls a bound method soon after `wake`, on a thread that lives only while there is something to do."""

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = weakref.WeakMethod(flush)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._woken = False
        self._stop = threading.Event()

    def wake(self) -> None:
        """Have the method called soon."""
        with self._lock:
            self._woken = True
            if self._thread is None and not self._stop.is_set():
                thread = threading.Thread(target=self._run, name="whiskertoolbox flush", daemon=True)
                # pydevd leaves threads with these attributes running at a breakpoint, and out of its list.
                thread.pydev_do_not_trace = True  # type: ignore[attr-defined]  # read by pydevd
                thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]  # read by pydevd
                self._thread = thread
                thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def forget_thread(self) -> None:
        """Start afresh in a forked child, which has no such thread."""
        self._lock = threading.Lock()
        self._thread = None

    def _run(self) -> None:
        delay = _DELAY_S
        try:
            while not self._is_done():
                self._stop.wait(delay)
                delay = max(_DELAY_S, self._flush_now() * (1 / _LARGEST_SHARE - 1))
        finally:
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None

    def _flush_now(self) -> float:
        """Call the method, and return its seconds of processor time, without those of waiting for busy code."""
        self._woken = False
        started = time.thread_time()
        flush = self._flush()
        if flush is not None:
            try:
                flush()
            except StoreError:
                self._woken = True  # the owner keeps what it could not store, and tells the user; tried again
        return time.thread_time() - started

    def _is_done(self) -> bool:
        """Return whether nothing is left to do, in one step with letting `wake` know that the thread ends."""
        with self._lock:
            if self._woken and not self._stop.is_set():
                return False
            self._thread = None
            return True
