"""Where a session lies: on a disk of this computer, or on a drive that others may have open as well.

What processes of one computer share does not reach others: SQLite's shared memory, and memory maps.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path, PurePosixPath

_OF_NETWORKS = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "gpfs", "beegfs", "glusterfs"),
    *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph"),
}
_SYSTEMS = {"win32": "Windows", "darwin": "macOS", "linux": "Linux"}
_IS_LOCAL = 0x1000
_FLAGS_AT = 64
_DRIVE_REMOTE = 4


def this_computer() -> str:
    """Return the name of this computer and its system; Windows and a Linux in it have the same name."""
    if sys.platform == "win32":
        name = os.environ.get("COMPUTERNAME")
    else:
        name = os.uname().nodename
    return f"{name or 'a computer'} ({_SYSTEMS.get(sys.platform, sys.platform)})"


def is_shared_drive(folder: Path) -> bool:
    """Return whether other computers, or another system of this one, reach that folder as well; False if unknown."""
    try:
        if sys.platform == "win32":
            return _is_shared_in_windows(os.path.abspath(folder))
        if sys.platform == "darwin":
            return _is_shared_in_macos(folder)
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            return is_shared_mount(PurePosixPath(os.path.realpath(folder)), mounts.read())
    except OSError:
        return False


def is_shared_mount(folder: PurePosixPath, mounts: str) -> bool:
    """Return the same by what Linux lists as mounted (``/proc/self/mountinfo``)."""
    listed = [one.partition(" - ")[::2] for one in mounts.splitlines()]
    if not any(_is_shared_kind(about) for _, about in listed):
        return False  # as on most computers, of which some have hundreds of mounts
    longest, is_shared = -1, False
    for where, about in listed:
        point = PurePosixPath(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), where.split(" ")[4]))
        if len(point.parts) >= longest and folder.is_relative_to(point):
            longest, is_shared = len(point.parts), _is_shared_kind(about)
    return is_shared


def _is_shared_kind(about: str) -> bool:
    """Return it by type, source and options of a mount."""
    kind = about.partition(" ")[0]
    return kind in _OF_NETWORKS or kind == "drvfs" or (kind == "9p" and "aname=drvfs" in about)


if sys.platform == "win32":
    import ctypes

    def _is_shared_in_windows(path: str) -> bool:
        drive = os.path.splitdrive(path)[0]
        if drive.startswith("\\\\") and not re.fullmatch(r"\\\\[?.]\\\w:", drive):
            return True
        return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE)


if sys.platform == "darwin":
    import ctypes

    def _is_shared_in_macos(folder: Path) -> bool:
        status = ctypes.create_string_buffer(4096)
        system = ctypes.CDLL(None, use_errno=True)
        while system.statfs(os.fsencode(folder), status) != 0:  # one that is yet to be made lies where its parent does
            if folder == folder.parent:
                return False
            folder = folder.parent
        flags = int.from_bytes(status.raw[_FLAGS_AT : _FLAGS_AT + 4], sys.byteorder)
        return not flags & _IS_LOCAL
