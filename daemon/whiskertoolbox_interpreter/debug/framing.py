"""Messages of the Debug Adapter Protocol on a connection to a debugger: a header with the length, then JSON."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

from whiskertoolbox_interpreter.debug.dap import Message


def write(connection: socket.socket, message: Message) -> None:
    """Send a message; raises OSError when nobody is there any more."""
    data = json.dumps(message).encode()
    connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))


def texts(connection: socket.socket) -> Iterator[str]:
    """The messages that come, as JSON text, until the other side is gone."""
    with connection.makefile("rb") as stream:
        while header := stream.readline():
            length = int(header.partition(b":")[2])
            stream.readline()
            yield stream.read(length).decode()
