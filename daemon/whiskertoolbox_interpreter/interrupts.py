"""When SIGINT becomes a KeyboardInterrupt: while user code runs, and never in the middle of our own bookkeeping."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

ALLOWED_WAIT_S = 0.05
"""Longest wait within ``with gate:``, so that an interrupt is noticed soon."""


class InterruptGate:
    """Turns SIGINT into KeyboardInterrupt on the main thread, where that is safe.

    Within ``with gate:`` it waits until the end of the block, so that our state stays whole.
    """

    def __init__(self) -> None:
        self._main_thread = threading.main_thread().ident
        self._open = False
        self._holds = 0
        self._errands: list[Callable[[], None]] = []
        self._objections: list[Callable[[FrameType | None], bool]] = []
        self._is_wanted = False
        self.pending = False

    def install(self) -> None:
        """Handle SIGINT from now on; call on the main thread."""
        signal.signal(signal.SIGINT, self._on_signal)

    def ask_first(self, objects: Callable[[FrameType | None], bool]) -> None:
        """Ask `objects` with the frame that is to be interrupted; True: not now, whoever objects interrupts again."""
        self._objections.append(objects)

    @contextlib.contextmanager
    def user_code(self) -> Iterator[None]:
        """While inside, SIGINT raises KeyboardInterrupt; one that came before is forgotten."""
        was_open, self._open = self._open, True
        self.pending = False
        try:
            yield
        finally:
            self._open, self.pending = was_open, False

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        """While inside, SIGINT does nothing: what it asks for has happened."""
        was_open, self._open = self._open, False
        try:
            yield
        finally:
            self._open = was_open

    def __enter__(self) -> None:
        if threading.get_ident() == self._main_thread:
            self._holds += 1

    def __exit__(self, *_error: object) -> None:
        if threading.get_ident() == self._main_thread:
            self._holds -= 1
            if self.pending and self._open and not self._holds:
                self.pending = False
                raise KeyboardInterrupt

    @property
    def pending_here(self) -> bool:
        """Whether the calling thread is to be interrupted."""
        return self.pending and threading.get_ident() == self._main_thread

    def interrupt(self) -> None:
        """Do what SIGINT does, from any thread of this process."""
        if sys.platform == "win32":
            signal.raise_signal(signal.SIGINT)  # also wakes a sleeping main thread, which interrupt_main does not
        else:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def run_between_instructions(self, errand: Callable[[], None]) -> None:
        """Call `errand` on the main thread while user code is running there."""
        self._errands.append(errand)
        self.interrupt()

    def interrupt_if(self, wanted: Callable[[], bool]) -> None:
        """Raise KeyboardInterrupt on the main thread if, there, `wanted` says so; from any thread."""

        def errand() -> None:
            self._is_wanted = self._is_wanted or wanted()

        self.run_between_instructions(errand)

    def _on_signal(self, _number: int, frame: FrameType | None) -> None:
        if self._errands:
            while self._errands:  # signals that come together are handled once
                self._errands.pop(0)()
            is_wanted, self._is_wanted = self._is_wanted, False
            if not is_wanted:
                return
        elif self._open and not self._holds and any(objects(frame) for objects in self._objections):
            return
        if self._open and self._holds:
            self.pending = True
        elif self._open:
            raise KeyboardInterrupt


def start_hidden_thread(name: str, target: Callable[[], None]) -> threading.Thread:
    """Start a thread of ours: the debugger neither traces nor stops it, and signals go to the main thread."""

    def run() -> None:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        target()

    thread = threading.Thread(target=run, name=f"whiskertoolbox {name}", daemon=True)
    thread.pydev_do_not_trace = True  # type: ignore[attr-defined]  # pydevd looks for these two names
    thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]  # before the thread starts
    thread.start()
    return thread
