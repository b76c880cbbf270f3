"""Opening files of a session folder: regular files only, and no link is followed out of it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

from whiskertoolbox_python.store.disk.layout import OWN_FILES, OWN_FOLDERS

_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# Opening a pipe or a device waits for somebody at the other end; of a file, this says nothing.
_PLAIN |= getattr(os, "O_NONBLOCK", 0)


def open_plain(path: str | Path, flags: int, mode: int = 0o666) -> int:
    """Return a descriptor of a regular file of that name.

    Raises
    ------
    FileNotFoundError
        When there is none; also when the name is a link, a pipe or a folder, which are none of ours.
    """
    try:
        descriptor = os.open(path, flags | _PLAIN, mode)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EISDIR):
            raise FileNotFoundError(errno.ENOENT, "it is not a plain file", str(path)) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "it is not a plain file", str(path))
    return descriptor


def linked_parts(session: Path) -> list[str]:
    """Return the names of what in a session folder leads elsewhere: links, and pipes or devices."""
    found = []
    for name in sorted(OWN_FILES | OWN_FOLDERS):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            mode = os.lstat(session / name).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                found.append(name)
    return found
