"""What of a batch is done, in a file: after a kill, the same batch goes on where it was.

Results are any objects, so they are kept as pickles, and reading a pickle may run anything. Each record therefore
carries a seal that only this user can make; a journal of somebody else is not read.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import struct
from pathlib import Path
from typing import Any

from whiskertoolbox_python.batches._seal import seal_key
from whiskertoolbox_python.errors import TransformError, TransformWarning
from whiskertoolbox_python.upstream.notices import notice

_START = b"whiskertoolbox journal 2\n"
_HEAD = struct.Struct("<Q32s")
"""Length and seal of a record."""


class Journal:
    """Results by the identity of their task; each is on disk before `add` returns.

    Parameters
    ----------
    path
        The file; made if it is absent, for its owner only. One of another function or other parameters is started over,
        with a warning.
    fingerprint
        Of the function and its parameters.

    Raises
    ------
    TransformError
        When the file is something else, or a journal that this user has not written; it is left as it is.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.done: dict[str, Any] = {}
        self._key = seal_key()
        self._last = b""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(path, "a+b", opener=_for_owner_only)  # noqa: SIM115 - until `close`
        try:
            end = self._read(fingerprint, path)
        except BaseException:
            self._file.close()
            raise
        self._file.truncate(end)  # a record that was cut short by the kill
        if not end:
            self._file.write(_START)
            self._last = b""
            self._write(fingerprint.encode())

    def _read(self, fingerprint: str, path: Path) -> int:
        """Take in what is done; return where the last whole record ends."""
        self._file.seek(0)
        start = self._file.read(len(_START))
        if not _START.startswith(start):
            raise TransformError(f"{path} is not the journal of a batch; give resume= the name of a new file")
        first = self._record()
        if first is None:
            return 0  # killed as it was made
        if first is _UNSEALED:
            raise TransformError(
                f"{path} was written by somebody else or elsewhere, and reading it could run code; delete it to do all "
                "of the batch again, or give resume= another name"
            )
        if first != fingerprint.encode():
            notice(f"{path} is of another function or other parameters; it is started over", TransformWarning)
            return 0
        end = self._file.tell()
        while (record := self._record()) not in (None, _UNSEALED):
            identity, value = pickle.loads(record)
            self.done[identity] = value
            end = self._file.tell()
        return end

    def _record(self) -> Any:
        """Return the content of the next record; None when there is no whole one, `_UNSEALED` for one of others."""
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, seal = _HEAD.unpack(head)
        if length > os.fstat(self._file.fileno()).st_size:
            return None
        content = self._file.read(length)
        if len(content) < length:
            return None
        expected = self._seal(content)
        if not hmac.compare_digest(seal, expected):
            return _UNSEALED
        self._last = expected
        return content

    def _seal(self, content: bytes) -> bytes:
        """Return the seal of a record behind the last one: none can be left out, or taken from another journal."""
        return hmac.digest(self._key, self._last + content, hashlib.sha256)

    def _write(self, content: bytes) -> None:
        self._last = self._seal(content)
        self._file.seek(0, os.SEEK_END)
        self._file.write(_HEAD.pack(len(content), self._last) + content)
        self._file.flush()
        os.fsync(self._file.fileno())

    def add(self, identity: str, value: Any) -> None:
        """Note that a task is done."""
        self.done[identity] = value
        self._write(pickle.dumps((identity, value)))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


_UNSEALED = object()


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
