"""Where a session's daemon is met: a socket file in a folder that nobody but this user can enter. POSIX's.

The name comes from the session's path, so that every window finds the same daemon. Standard library only, and little of
it: the bridge starts with this.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

assert sys.platform != "win32", "Windows has no such place: a window and its daemon are joined by pipes there"

LONGEST_PATH = 100
"""Bytes of a socket's path; macOS takes 103, Linux 107."""
WAITING_WINDOWS = 64
LOCK_LIMIT_S = 20.0
"""The lock is held for moments; whoever holds it longer has hung."""
LOOK_S = 0.02
END_LIMIT_S = 10.0
_PEER_BYTES = 128


class RendezvousError(Exception):
    """There is no safe place; the message says which and what to do."""


class Rendezvous:
    """The place of one session."""

    def __init__(self, session: Path) -> None:
        name = hashlib.sha256(os.fsencode(os.path.realpath(session))).hexdigest()[:20]
        place = _private_folder(f"{name}.socket") / name
        self._socket = place.with_suffix(".socket")
        self._lock = place.with_name("lock")  # one for all sessions: it is held for moments
        self.log = place.with_suffix(".log")
        """What the daemon says."""
        self.process_id = place.with_suffix(".pid")
        """The daemon's, as text."""

    @contextlib.contextmanager
    def locked(self, limit_s: float = LOCK_LIMIT_S) -> Iterator[None]:
        """Nobody else looks for the daemon, starts one or ends it meanwhile; raises `RendezvousError`."""
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + limit_s
            while not _taken(lock):
                if time.monotonic() > deadline:
                    raise RendezvousError(f"{self._lock} is held by a process that has stopped. End that process.")
                time.sleep(LOOK_S)
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # also for those who have inherited it
            os.close(lock)

    def connect(self, limit_s: float | None = None) -> socket.socket | None:
        """A connection to the daemon, which waits for it no longer than the limit; None when there is none.

        Raises `TimeoutError` when a daemon that does not answer has as many connections as it can have.
        """
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(limit_s)
        try:
            connection.connect(str(self._socket))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            return None
        except BlockingIOError:
            connection.close()
            raise TimeoutError from None
        return connection

    def new_listener(self) -> socket.socket:
        """The socket on which a new daemon is found; what a killed one has left goes. Raises `RendezvousError`."""
        for path in (self._socket, self.process_id):
            path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(str(self._socket))
        except OSError as error:
            listener.close()
            raise RendezvousError(
                f"{self._socket} cannot be made: {error.strerror}. Set XDG_RUNTIME_DIR to a folder on a local disk."
            ) from error
        self._socket.chmod(0o600)
        listener.listen(WAITING_WINDOWS)
        return listener

    def register(self) -> None:
        """This process is, or becomes, the daemon."""
        with open(os.open(self.process_id, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(str(os.getpid()))

    def daemon(self) -> int:
        """The daemon's process; 0 when there is none."""
        try:
            return int(self.process_id.read_text() or 0)
        except FileNotFoundError:
            return 0

    def age_s(self) -> float:
        """How long ago the daemon was started, in seconds."""
        try:
            return max(0.0, time.time() - self.process_id.stat().st_mtime)
        except FileNotFoundError:
            return 0.0

    def end_daemon(self, process: int) -> None:
        """End the daemon if it is that one, which does not answer, and with it its interpreter.

        To be called under the lock. Raises `RendezvousError`.
        """
        if process != self.daemon():
            return  # another window has ended it
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + END_LIMIT_S
        while self._is_listened_at():
            if time.monotonic() > deadline:
                raise RendezvousError("the session's process does not answer, and could not be ended.")
            time.sleep(LOOK_S)

    def _is_listened_at(self) -> bool:
        try:
            connection = self.connect(LOOK_S)
        except TimeoutError:
            return True
        if connection is None:
            return False
        connection.close()
        return True

    def remove(self) -> None:
        """Nobody finds this process any more; what belongs to another daemon stays."""
        if self.daemon() not in (0, os.getpid()):
            return
        for path in (self._socket, self.process_id, self.log):
            path.unlink(missing_ok=True)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_own(connection: socket.socket) -> bool:
    """Return whether a process of this user is on the other side."""
    if sys.platform == "darwin":
        _, user = struct.unpack_from("=II", connection.getsockopt(0, 1, _PEER_BYTES))  # LOCAL_PEERCRED
    else:
        _, user, _ = struct.unpack("=iII", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return bool(user == os.getuid())


def _private_folder(name: str) -> Path:
    """A folder of this user's, made if need be, in which a socket can have that name."""
    candidates = [Path("/tmp") / f"whiskertoolbox-{os.getuid()}"]  # looked at before it is used
    for variable, folder in (("TMPDIR", f"whiskertoolbox-{os.getuid()}"), ("XDG_RUNTIME_DIR", "whiskertoolbox")):
        if (parent := os.environ.get(variable)) and os.path.isdir(parent) and os.access(parent, os.W_OK):
            candidates.insert(0, Path(parent) / folder)
    path = next((path for path in candidates if len(os.fsencode(path / name)) <= LONGEST_PATH), candidates[-1])
    with contextlib.suppress(FileExistsError):
        path.mkdir(0o700)
        path.chmod(0o700)  # whatever the umask
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise RendezvousError(f"{path} is not a folder that only you can open. Remove it, or set XDG_RUNTIME_DIR.")
    return path
