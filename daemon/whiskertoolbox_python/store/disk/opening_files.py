"""Opening files of a session folder: regular files only, and no link is followed out of it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

from whiskertoolbox_python.store.disk.layout import OWN_FILES, OWN_FOLDERS, is_own_name

_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# Opening a pipe or a device waits for somebody at the other end; of a file, this says nothing.
_PLAIN |= getattr(os, "O_NONBLOCK", 0)

_JUNCTION = 0xA0000003
"""What Windows calls a link to a folder that anybody may make; Python takes it for a folder."""


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
            if _leads_elsewhere(session / name):
                found.append(name)
    return found


def is_plain_folder(path: Path) -> bool:
    """Return whether that is a folder itself, and no link to one."""
    try:
        return path.is_dir() and not _leads_elsewhere(path)
    except OSError:
        return False


def own_files(session: Path, folder: str) -> list[Path]:
    """Return the session's own files in one of its folders; whatever else somebody has put there is left alone."""
    if not is_plain_folder(session / folder):
        return []  # of a link, they are another session's
    try:
        with os.scandir(session / folder) as found:
            return [
                session / folder / file.name
                for file in found
                if is_own_name(file.name, folder) and file.is_file(follow_symlinks=False)
            ]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _leads_elsewhere(path: Path) -> bool:
    status = os.lstat(path)
    is_junction = getattr(status, "st_reparse_tag", 0) == _JUNCTION
    return is_junction or not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode))
