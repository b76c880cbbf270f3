"""What the editor starts: finds the session's daemon, or starts it, and hands it the editor's connection.

The daemon gets stdin, stdout and stderr themselves, so that no message passes through here. This process stays for the
editor to hold on to: when it ends, the daemon lets the connection go, and the other way round. Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path

from whiskertoolbox_daemon.handover import ADMITTED, FAREWELL, REASONS, VERSION
from whiskertoolbox_daemon.rendezvous import Rendezvous, RendezvousError

MOST_TRIES = 5
"""A daemon that is found may be about to end."""
LAST_WORDS_BYTES = 4000


def bridge(session: Path, command: list[str]) -> int:
    """Connect the editor with the daemon of `session`, which `command` starts; done when either leaves."""
    try:
        place = Rendezvous(session)
        daemon = _admission(place, command)
    except (OSError, RendezvousError) as error:
        print(f"The session cannot be reached: {error}", file=sys.stderr)
        return 1
    if daemon is not None and _receive(daemon) == FAREWELL:
        return 0
    print(_last_words(place.log), file=sys.stderr)
    return 1


def _admission(place: Rendezvous, command: list[str]) -> socket.socket | None:
    """The connection to the daemon that has taken the window; None when one that was started has ended before that."""
    for _ in range(MOST_TRIES):
        with place.locked():
            daemon = place.connect()
            found = daemon is not None
            if daemon is None:
                with place.new_listener() as listener:
                    _start(command, listener, place.log)
                daemon = place.connect()
        assert daemon is not None  # it is listened for
        with contextlib.suppress(ConnectionError):  # the same as no answer
            socket.send_fds(daemon, [VERSION.encode()], [0, 1, 2])
        answer = _receive(daemon)
        if answer == ADMITTED:
            return daemon
        daemon.close()
        if answer in REASONS:
            command = [*command, "--replaces", answer.decode()]
        elif not found:
            return None
    raise RendezvousError("The session's process takes no window. Reload the window, or end that process.")


def _receive(daemon: socket.socket) -> bytes:
    try:
        return daemon.recv(1)
    except ConnectionError:
        return b""


def _last_words(log: Path) -> str:
    try:
        with open(log, "rb") as words:
            words.seek(max(0, log.stat().st_size - LAST_WORDS_BYTES))
            return words.read().decode(errors="replace").strip()
    except FileNotFoundError:  # it has tidied up
        return ""


def _start(command: list[str], listener: socket.socket, log: Path) -> None:
    """Start the daemon as nobody's child, in a session of its own, with nothing of the editor's in hand."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        for descriptor, of_daemon in ((nowhere, 0), (words, 1), (words, 2)):
            os.dup2(descriptor, of_daemon)
        os.set_inheritable(listener.fileno(), True)
        os.execv(command[0], [*command, "--listen", str(listener.fileno())])
    finally:
        os._exit(127)  # never back into the bridge's code
