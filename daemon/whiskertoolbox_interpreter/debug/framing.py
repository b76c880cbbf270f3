"""Messages of the Debug Adapter Protocol on a connection to a debugger: a header with the length, then JSON."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator

from whiskertoolbox_interpreter.debug.dap import Message


def write(connection: socket.socket, message: Message) -> None:
    """Send a message; raises OSError when nobody is there any more."""
    data = json.dumps(message).encode()
    connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))


def texts(connection: socket.socket) -> Iterator[str]:
    """The messages that come, as JSON text, until the other side is gone; that may be in the middle of one."""
    # One that ends with something unread resets the connection.
    with connection.makefile("rb") as stream, contextlib.suppress(ConnectionError):
        while (header := stream.readline()).endswith(b"\n"):
            length = int(header.partition(b":")[2])
            stream.readline()
            content = stream.read(length)
            if len(content) < length:
                return
            yield content.decode()
