"""Who writes to a session: each process under a token of its own, with a lock file that is let go of when it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from whiskertoolbox_python.store.disk.drives import is_shared_drive, this_computer
from whiskertoolbox_python.store.disk.layout import LOCK, WRITERS
from whiskertoolbox_python.store.disk.locks import FileLock, holder_of
from whiskertoolbox_python.store.disk.opening_files import own_files
from whiskertoolbox_python.upstream.notices import notice


class Writer:
    """This process, once it has begun to write, and what it can know of the others."""

    def __init__(self, session: Path) -> None:
        self._session = session
        self._folder = f"{session}{os.sep}{WRITERS}"
        self._names: list[str] = []
        self._lock: FileLock | None = None
        self._holders: dict[str, str] = {}
        self.token: str = ""

    def begin(self) -> None:
        """Take a token, unless there is one; raises OSError when its lock file cannot be made."""
        if self._lock is not None:
            return
        lock = None
        while lock is None:  # a sweeper may be holding a new one for a moment
            token = os.urandom(6).hex()
            lock = FileLock.take(self._path(token))
        self.token, self._lock = token, lock
        lock.name_holder(this_computer())
        for token, computer in self.elsewhere().items():
            notice(
                f"the session {self._session} is open on {computer} as well, or was not closed there. Computers do not "
                f"see at once what others store: use it on one at a time. If it is not open there, delete "
                f"{self._path(token)}"
            )

    def end(self) -> None:
        """Remove the lock file, and let go of it."""
        if self._lock is not None:
            self._lock.release()
        self.token, self._lock = "", None

    def forget(self) -> None:
        """Leave the token to the parent, in a forked child."""
        if self._lock is not None:
            self._lock.abandon()
        self.token, self._lock = "", None

    def elsewhere(self) -> dict[str, str]:
        """Return the tokens of writers on other computers, or in another system of this one, and which these are.

        Whether they are still there cannot be seen: locks do not reach from each system to each other.
        """
        try:
            names = os.listdir(self._folder)
        except OSError:
            return {}
        if names != self._names:
            locks = own_files(self._session, WRITERS)
            self._holders = {path.stem: holder for path in locks if (holder := holder_of(path))}
            # One that has only just been made says nothing yet.
            self._names = names if len(self._holders) == len(locks) else []
        return {token: holder for token, holder in self._holders.items() if self._is_elsewhere(holder)}

    def _is_elsewhere(self, holder: str) -> bool:
        """A name alone may have changed, as that of a laptop does with its network."""
        here = this_computer()
        if holder == here:
            return False
        return holder.rpartition(" ")[2] != here.rpartition(" ")[2] or is_shared_drive(self._session)

    @contextlib.contextmanager
    def gone(self, tokens: Iterable[str]) -> Iterator[set[str]]:
        """Hold the locks of those writers, of these and of those with a lock file, that have ended on this computer."""
        known = {*tokens, *(path.stem for path in own_files(self._session, WRITERS))}
        with contextlib.ExitStack() as held:
            gone: set[str] = set()
            for token in known - {self.token} - self.elsewhere().keys():
                with contextlib.suppress(PermissionError):  # on Windows: another process is removing it
                    if lock := FileLock.take(self._path(token)):
                        held.callback(lock.release)
                        gone.add(token)
            yield gone

    def _path(self, token: str) -> Path:
        return self._session / WRITERS / f"{token}{LOCK}"
