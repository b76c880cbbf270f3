"""`sys.stdout` and `sys.stderr` of user code, and whose text it is: each thread writes for the run that started it."""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import functools
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from threading import get_ident
from typing import Any, TextIO

from whiskertoolbox_interpreter.show.outbox import Outbox
from whiskertoolbox_protocol.last_words import StreamName

_RUN_ATTRIBUTE = "_whiskertoolbox_run_id"


class Runs:
    """Which run the calling thread works for."""

    def __init__(self) -> None:
        self._current = ""
        self._main_thread = threading.main_thread().ident
        self.on_main = ""
        """The run whose text the main thread writes: the current one, or one of a cell that runs where that stands."""

    @property
    def current(self) -> str:
        """The run on the main thread; empty between runs."""
        return self._current

    @current.setter
    def current(self, run_id: str) -> None:
        self._current = self.on_main = run_id

    def of_this_thread(self) -> str:
        """The run that started this thread, directly or through other threads, else the one on the main thread."""
        if get_ident() == self._main_thread:
            return self.on_main
        run_id: str = getattr(threading.current_thread(), _RUN_ATTRIBUTE, self._current)
        return run_id

    @contextlib.contextmanager
    def this_thread_works_for(self, run_id: str) -> Iterator[None]:
        """Within, the calling thread works for another run than before."""
        if get_ident() == self._main_thread:
            outer, self.on_main = self.on_main, run_id
            try:
                yield
            finally:
                self.on_main = outer
            return
        thread = threading.current_thread()
        before = vars(thread).get(_RUN_ATTRIBUTE)
        setattr(thread, _RUN_ATTRIBUTE, run_id)
        try:
            yield
        finally:
            delattr(thread, _RUN_ATTRIBUTE)
            if before is not None:
                setattr(thread, _RUN_ATTRIBUTE, before)

    def mark_new_threads(self) -> None:
        """Let threads that user code starts remember the run they belong to."""
        start = threading.Thread.start

        def start_marked(thread: threading.Thread) -> None:
            setattr(thread, _RUN_ATTRIBUTE, self.of_this_thread())
            start(thread)

        threading.Thread.start = start_marked  # type: ignore[method-assign, assignment]  # no hook tells who starts a thread


class UserStream(io.TextIOBase):
    """Text file that sends what is written to the daemon; on its file descriptor C code and subprocesses write."""

    def __init__(self, name: StreamName, descriptor: int, outbox: Outbox, runs: Runs) -> None:
        self._name = name
        self._descriptor = descriptor
        self._outbox = outbox
        self._runs = runs
        self._starts = outbox.starts.known[name]
        self._add: Callable[[bytes], object] = outbox.add
        self._main_thread = get_ident()
        self._other: TextIO | None = None
        self.buffer = _Bytes(self)

    encoding = "utf-8"
    errors = "replace"
    mode = "w"
    line_buffering = True
    write_through = True

    def reconfigure(
        self,
        *,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        line_buffering: bool | None = None,
        write_through: bool | None = None,
    ) -> None:
        """Take what Python's own streams take; text is shown at once and whole, whatever is asked for."""
        if encoding is not None:
            codecs.lookup(encoding)
        if errors is not None:
            codecs.lookup_error(errors)

    @property
    def name(self) -> str:
        """As of Python's own streams."""
        return f"<{self._name}>"

    def write(self, text: str) -> int:
        """Show `text`; waits while the reader is slow."""
        # Prints are many. An interrupt may come at any point of this: the text is there or it is not.
        runs = self._runs
        is_there = True
        try:
            run_id = runs.on_main if get_ident() == self._main_thread else runs.of_this_thread()
            self._add(self._starts[run_id] + str.encode(text))
        except TypeError:
            raise TypeError(f"write() argument must be str, not {type(text).__name__}") from None
        except (KeyError, ValueError):
            is_there = False
        if not is_there:
            self._write_slowly(text)  # not where the error is handled: an interrupt would show it as its cause
        if self._outbox.is_asleep:
            self._outbox.wake()
        return len(text)

    def _write_slowly(self, text: str) -> None:
        """Write the first text of a run, one that finds no room, or one with lone surrogates, which UTF-8 has not."""
        if self._other is not None:
            self._other.write(text)
            return
        run_id = self._runs.of_this_thread()
        self._outbox.starts.add(run_id)
        self._outbox.write(self._starts[run_id], text.encode("utf-8", "replace"))

    def write_elsewhere(self, stream: TextIO) -> None:
        """Let whoever has kept this stream write to another one from now on."""
        self._other = stream
        self._starts = {}

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]  # typeshed wants bytes here too
        """Show many texts as one."""
        self.write("".join(lines))

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """No."""
        return False

    def fileno(self) -> int:
        """Where subprocesses may write; shown too."""
        return self._descriptor

    def flush(self) -> None:
        """Do nothing: text is on its way at once."""

    def close(self) -> None:
        """Do nothing: the next run prints too."""


class _Bytes(io.BufferedIOBase):
    """``sys.stdout.buffer``."""

    def __init__(self, text: UserStream) -> None:
        self._text = text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: Any) -> int:
        self._text.write(self._decoder.decode(bytes(data)))
        return len(data)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._text.fileno()

    def close(self) -> None:
        pass


def install(outbox: Outbox, runs: Runs, channel_descriptors: Iterable[int]) -> Callable[[bytes], None]:
    """Put our streams in place; returns a function that writes bytes behind all that fds 1 and 2 have received.

    A process forked by user code must not speak on our channel: its output goes through fds 1 and 2, and the channel's
    descriptors lead nowhere, so that the daemon sees our end even while a fork lives on.
    """
    ours = UserStream("stdout", 1, outbox, runs), UserStream("stderr", 2, outbox, runs)
    sys.stdout, sys.stderr = ours
    runs.mark_new_threads()
    # User code may close or redirect fds 1 and 2; the marks must arrive all the same.
    marked = [os.dup(1), os.dup(2)]
    private = [*channel_descriptors, *marked]

    def in_forked_child() -> None:
        outbox.forget()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in private:
            os.dup2(nowhere, descriptor, inheritable=False)
        os.close(nowhere)
        sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
        ours[0].write_elsewhere(sys.stdout)
        ours[1].write_elsewhere(sys.stderr)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=in_forked_child)

    def write_behind(mark: bytes) -> None:
        _flush_c_streams()
        for descriptor in marked:
            os.write(descriptor, mark)

    return write_behind


def _flush_c_streams() -> None:
    """Let C's buffered `printf` text out."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None and not stream.closed:
            stream.flush()
    _c_library().fflush(None)


@functools.lru_cache(maxsize=1)
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
