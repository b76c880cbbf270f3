"""Messages in a stream of bytes, framed as the Language Server Protocol says."""

from __future__ import annotations

from collections.abc import Iterator

from whiskertoolbox_protocol.messages import MAX_BYTES, MessageError, too_large

_HEADER_LIMIT = 1 << 12
_MOST_DIGITS = 20


class MessageReader:
    """Finds the messages in what comes.

    One that is larger than any message may be is read past, and an error in its place says so. A header that says no
    length is no beginning of a message: what follows it is looked through for one.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length = 0  # of the body whose headers are being read
        self._body = 0  # of the body that is being read
        self._skip = 0

    def feed(self, data: bytes) -> Iterator[bytes | MessageError]:
        """Take in `data`; the bodies that are whole now."""
        self._buffer += data
        while self._buffer:
            if self._skip:
                passed = len(self._take(self._skip))
                self._skip -= passed
            elif self._body:
                if len(self._buffer) < min(self._body, MAX_BYTES):
                    return
                length, self._body = self._body, 0
                body = self._take(min(length, MAX_BYTES))
                self._skip = length - len(body)
                yield too_large(length, body) if self._skip else body
            else:
                end = self._buffer.find(b"\n", 0, _HEADER_LIMIT)
                if end < 0 and len(self._buffer) < _HEADER_LIMIT:
                    return
                self._header(self._take(end + 1 or _HEADER_LIMIT))

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _header(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            self._length = int(value) if value.strip().isdigit() and len(value) < _MOST_DIGITS else 0
        elif not line.strip() and self._length:
            self._body, self._length = self._length, 0
