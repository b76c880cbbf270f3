"""Reads what a process writes to file descriptor 1 or 2: C code, subprocesses, faulthandler.

The pipe is read here and not in the interpreter, because C code that writes while it holds Python's lock would wait for
ever for a reader behind the same lock.
"""

from __future__ import annotations

import codecs
import contextlib
import threading
from collections.abc import Callable
from typing import BinaryIO

from whiskertoolbox_protocol.launch import mark_start

RUN_LIMIT_BYTES = 1 << 20
"""So much of one run's text is passed on whole."""
TAIL_BYTES = 1 << 14
"""So much of the end is passed on when a run wrote more, and kept for the message when the process dies."""


class FdText:
    """A thread that reads one pipe to its end.

    Parameters
    ----------
    on_text
        Called with text, on the thread. While it waits, nothing is read, and the process waits when the pipe is full.
    on_mark
        Called with the run's id when all that the run has written has been passed on.
    on_end
        Called at the end of the pipe.
    """

    def __init__(
        self,
        pipe: BinaryIO,
        token: str,
        *,
        on_text: Callable[[str], None],
        on_mark: Callable[[str], None],
        on_end: Callable[[], None],
    ) -> None:
        self._pipe = pipe
        self._start = mark_start(token)
        self._on_text = on_text
        self._on_mark = on_mark
        self._on_end = on_end
        self._held = b""  # the beginning of what may become a mark
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._passed = 0
        self._left_out = 0
        self._tail = b""
        self.total = 0
        """Bytes written so far."""
        self._thread = threading.Thread(target=self._read, name="fd text", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    @property
    def tail(self) -> str:
        """The last text that was written."""
        return self._tail.decode("utf-8", errors="replace")

    def since(self, total: int) -> str:
        """The text written since `total` had this value, or its end when it is long."""
        return self._tail[-(self.total - total) :].decode("utf-8", errors="replace") if self.total > total else ""

    def _read(self) -> None:
        try:
            while data := self._pipe.read(1 << 16):
                self._receive(self._held + data)
        except (OSError, ValueError):
            pass  # closed under us: the same as its end
        self._pass_on(self._held)
        self._finish_run()
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._on_end()

    def _receive(self, data: bytes) -> None:
        while (start := data.find(self._start)) >= 0:
            end = data.find(b"\x1e", start + len(self._start))
            if end < 0:
                break
            self._pass_on(data[:start])
            self._finish_run()
            self._on_mark(bytes.fromhex(data[start + len(self._start) : end].decode()).decode())
            data = data[end + 1 :]
        keep = start if start >= 0 else self._possible_mark(data)
        self._pass_on(data[:keep])
        self._held = data[keep:]

    def _possible_mark(self, data: bytes) -> int:
        """Where at the end of `data` a mark may begin."""
        for start in range(max(0, len(data) - len(self._start) + 1), len(data)):
            if self._start.startswith(data[start:]):
                return start
        return len(data)

    def _pass_on(self, data: bytes) -> None:
        if not data:
            return
        self._tail = (self._tail + data)[-TAIL_BYTES:]
        self.total += len(data)
        room = max(0, RUN_LIMIT_BYTES - self._passed)
        self._left_out += max(0, len(data) - room)
        self._passed += min(len(data), room)
        self._emit(self._decoder.decode(data[:room]))

    def _finish_run(self) -> None:
        tail = self._tail[-self._left_out :] if self._left_out else b""
        missing = self._left_out - len(tail)
        self._emit(self._decoder.decode(b"", final=True))
        if missing:
            self._emit(f"\n[{missing:,} bytes left out.]\n")
        self._emit(tail.decode("utf-8", errors="replace"))
        self._passed = self._left_out = 0

    def _emit(self, text: str) -> None:
        if text:
            self._on_text(text)
