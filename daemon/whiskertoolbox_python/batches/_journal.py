"""What of a batch is done, in a file: after a kill, the same batch goes on where it was."""

from __future__ import annotations

import os
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any

from whiskertoolbox_python.errors import TransformWarning
from whiskertoolbox_python.upstream.notices import notice

_HEAD = struct.Struct("<QI")
"""Length and checksum of a record."""


class Journal:
    """Results by the identity of their task; each is on disk before `add` returns.

    Parameters
    ----------
    path
        The file; made if it is absent. One of another function or other parameters is started over, with a warning.
    fingerprint
        Of the function and its parameters.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.done: dict[str, Any] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        end = self._read(fingerprint, path)
        self._file.truncate(end)  # a record that was cut short by the kill
        if not end:
            self._write(fingerprint)

    def _read(self, fingerprint: str, path: Path) -> int:
        self._file.seek(0)
        known, end = None, 0
        while (record := self._record()) is not None:
            if known is None:
                known = record
                if known != fingerprint:
                    notice(f"{path} is of another function or other parameters; it is started over", TransformWarning)
                    return 0
            else:
                identity, value = record
                self.done[identity] = value
            end = self._file.tell()
        return end

    def _record(self) -> Any:
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, checksum = _HEAD.unpack(head)
        content = self._file.read(length)
        if len(content) < length or zlib.crc32(content) != checksum:
            return None
        return pickle.loads(content)

    def _write(self, record: Any) -> None:
        content = pickle.dumps(record)
        self._file.seek(0, os.SEEK_END)
        self._file.write(_HEAD.pack(len(content), zlib.crc32(content)) + content)
        self._file.flush()
        os.fsync(self._file.fileno())

    def add(self, identity: str, value: Any) -> None:
        """Note that a task is done."""
        self.done[identity] = value
        self._write((identity, value))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
