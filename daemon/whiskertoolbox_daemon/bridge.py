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

from whiskertoolbox_daemon.handover import ADMITTED, FAREWELL, HANDED_OVER, HAS_HUNG, REASONS, VERSION

if sys.platform != "win32":
    from whiskertoolbox_daemon.rendezvous import Rendezvous, RendezvousError, is_own

assert sys.platform != "win32", "there the editor starts the daemon itself"

MOST_TRIES = 5
"""A daemon that is found may be about to end."""
ANSWER_LIMIT_S = 20.0
"""A daemon that runs answers at once, whatever user code does."""
START_LIMIT_S = 60.0
"""The first import from a network drive takes long."""
RESTART_LIMIT_S = 10.0
LAST_WORDS_BYTES = 4000
HUNG = (
    "its process does not answer. Restart Session ends it and starts a new one: "
    "variables are lost, what is in the session's folder is safe."
)


def bridge(session: Path, command: list[str], *, end_hung: bool) -> int:
    """Connect the editor with the daemon of `session`, which `command` starts; done when either leaves.

    With `end_hung`, a daemon that does not answer is ended and another one started.
    """
    try:
        place = Rendezvous(session)
        daemon = _admission(place, command, end_hung=end_hung)
    except (OSError, RendezvousError) as error:
        print(f"The session cannot be reached: {error}", file=sys.stderr)
        return 1
    if daemon is not None and _receive(daemon) == FAREWELL:
        return 0
    print(_last_words(place.log), file=sys.stderr)
    return 1


def _admission(place: Rendezvous, command: list[str], *, end_hung: bool) -> socket.socket | None:
    """The connection to the daemon that has taken the window; None when one that was started has ended before that."""
    for _ in range(MOST_TRIES):
        known = place.daemon()
        try:
            daemon, found = _found_or_started(place, command, end_hung=end_hung)
            answer = _answer(daemon)
        except TimeoutError:
            if not end_hung:
                raise RendezvousError(HUNG) from None
            with place.locked():
                place.end_daemon(known)
            command = [*command, "--replaces", HAS_HUNG.decode()]
            continue
        if answer == ADMITTED:
            daemon.settimeout(None)
            with contextlib.suppress(ConnectionError):  # its end is seen where it is waited for
                socket.send_fds(daemon, [HANDED_OVER], [0, 1, 2])
            return daemon
        daemon.close()
        if answer in REASONS:
            command = [*command, "--replaces", answer.decode()]
        elif not found:
            return None
    raise RendezvousError("its process takes no window. Reload the window, or end that process.")


def _found_or_started(place: Rendezvous, command: list[str], *, end_hung: bool) -> tuple[socket.socket, bool]:
    """A connection to the daemon, and whether it was there; raises `TimeoutError`, now or when it does not answer."""
    with place.locked():
        limit_s = RESTART_LIMIT_S if end_hung else max(ANSWER_LIMIT_S, START_LIMIT_S - place.age_s())
        daemon = place.connect(limit_s)
        if daemon is not None:
            return daemon, True
        with place.new_listener() as listener:
            _start(command, listener, place)
        daemon = place.connect(START_LIMIT_S)
    assert daemon is not None  # it is listened for
    return daemon, False


def _answer(daemon: socket.socket) -> bytes:
    """What the daemon says to a window of this version; raises `TimeoutError`.

    It has nothing of the editor's before that: one that has hung would keep the connection open when this process ends.
    """
    if not is_own(daemon):
        raise RendezvousError("a process of another user is in its place. Set XDG_RUNTIME_DIR to a folder of yours.")
    try:
        with contextlib.suppress(ConnectionError):  # the same as no answer
            daemon.send(VERSION.encode())
        return _receive(daemon)
    except TimeoutError:
        daemon.close()
        raise


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


def _start(command: list[str], listener: socket.socket, place: Rendezvous) -> None:
    """Start the daemon as nobody's child, in a process group of its own, with nothing of the editor's in hand.

    Not in a session of its own: Linux gives each session its share of a busy machine (autogroup), and each message
    between two of them waits for a turn, a third of a short run's time.
    """
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setpgid(0, 0)  # so Ctrl+C in the terminal that started the editor does not reach it
        if os.fork():
            os._exit(0)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        words = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        for descriptor, of_daemon in ((nowhere, 0), (words, 1), (words, 2)):
            os.dup2(descriptor, of_daemon)
        place.register()
        os.set_inheritable(listener.fileno(), True)
        os.execv(command[0], [*command, "--listen", str(listener.fileno())])
    finally:
        os._exit(127)  # never back into the bridge's code
