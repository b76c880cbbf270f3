"""C code that keeps Python's lock for as long as a test wants, so that no thread of its process can answer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="no C function waits for a file there")


def hold_the_lock(fifo: Path) -> str:
    """C code that keeps Python's lock until somebody opens `fifo` to write: no thread can answer meanwhile."""
    os.mkfifo(fifo)
    return f"import ctypes, os\nos.write(1, b'holding'); ctypes.PyDLL(None).open({bytes(fifo)!r}, os.O_RDONLY);"


def let_go(fifo: Path) -> None:
    """Let the code that waits for `fifo` go on."""
    os.close(os.open(fifo, os.O_WRONLY))
