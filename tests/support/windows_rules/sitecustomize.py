"""Windows' rules for files, on Linux, in every Python process with this folder on its path and ``WINDOWS_RULES=1``.

A file that any such process has open or mapped is neither deleted nor renamed (Python's `open` does not share that,
and a map keeps its handle), nor is a folder above it; a rename replaces nothing; a mapped file is not cut; a lock
belongs to a handle. Modules of the store that ask for their system believe in Windows.

Not simulated: files whose deletion is pending, virus scanners, names that differ in case alone.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import itertools
import os
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any

MARK = b"WINDOWS_RULES=1"
STORE = "whiskertoolbox_python.store.disk"
BELIEVE = {f"{STORE}.{name}" for name in ("locks", "mapping", "spare_files", "copying", "opening")}
SHARING_VIOLATION = 32
USER_MAPPED_FILE = 1224

_unlink, _rename, _replace, _truncate = os.unlink, os.rename, os.replace, os.truncate


class WindowsError(PermissionError):
    """What Python raises there when another program has the file."""

    winerror = SHARING_VIOLATION


def _processes() -> Iterator[str]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as environment:
                if MARK in environment.read():
                    yield name


def _mapped(process: str) -> Iterator[str]:
    with contextlib.suppress(OSError), open(f"/proc/{process}/maps", "rb") as maps:  # it may end meanwhile
        yield from (os.fsdecode(line.rstrip(b"\n").split(None, 5)[-1]) for line in maps)


def _opened(process: str) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for descriptor in os.listdir(f"/proc/{process}/fd"):
            with contextlib.suppress(OSError):
                yield os.readlink(f"/proc/{process}/fd/{descriptor}")


def _is_held(path: Any, *, only_maps: bool = False) -> bool:
    real = os.path.realpath(os.fsdecode(path))
    if not os.path.exists(real):
        return False
    within = real + "/" if os.path.isdir(real) else None
    for process in _processes():
        held = _mapped(process) if only_maps else itertools.chain(_mapped(process), _opened(process))
        if any(path == real if within is None else path.startswith(within) for path in held):
            return True
    return False


def _refuse(path: Any) -> None:
    if _is_held(path):
        raise WindowsError(13, "The process cannot access the file because another process uses it", os.fsdecode(path))


def _full(path: Any, folder: int | None) -> str:
    name = os.fsdecode(path)
    return name if folder is None else os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)


def unlink(path: Any, *, dir_fd: int | None = None) -> None:
    """Delete a file that nobody has open."""
    _refuse(_full(path, dir_fd))
    _unlink(path, dir_fd=dir_fd)


def rename(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
    """Rename what nobody has open to a name that is free."""
    _refuse(_full(src, src_dir_fd))
    if os.path.lexists(_full(dst, dst_dir_fd)):
        raise FileExistsError(17, "Cannot create a file when that file already exists", os.fsdecode(dst))
    _rename(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)


def replace(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
    """Replace a file, if nobody has either open."""
    _refuse(_full(src, src_dir_fd))
    _refuse(_full(dst, dst_dir_fd))
    _replace(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)


def truncate(path: Any, length: int) -> None:
    """Cut a file that is not mapped."""
    named = f"/proc/self/fd/{path}" if isinstance(path, int) else path
    if os.path.exists(named) and os.stat(named).st_size > length and _is_held(named, only_maps=True):
        error = WindowsError(13, "The operation cannot be performed on a file with a user-mapped section open")
        error.winerror = USER_MAPPED_FILE
        raise error
    _truncate(path, length)


def _msvcrt() -> types.ModuleType:
    import fcntl

    module: Any = types.ModuleType("msvcrt")
    module.LK_NBLCK = 2

    def locking(descriptor: int, mode: int, count: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PermissionError(13, "Permission denied") from error

    module.locking = locking
    return module


class _Believing(importlib.abc.Loader):
    """Lets a module believe that the system is Windows; that of locks does while it is run, too."""

    def __init__(self, inner: importlib.abc.Loader) -> None:
        self._inner = inner

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: Any) -> None:
        if module.__name__.endswith(".locks"):
            platform, sys.platform = sys.platform, "win32"
            sys.modules["msvcrt"] = _msvcrt()
            try:
                self._inner.exec_module(module)
            finally:
                sys.platform = platform
                del sys.modules["msvcrt"]
        else:
            self._inner.exec_module(module)
        if hasattr(module, "sys"):
            module.sys = _Changed(sys, platform="win32")
        if module.__name__.endswith(".opening"):
            module.os = _Changed(os, name="nt")


class _Changed(types.ModuleType):
    """A module, but for some names."""

    def __init__(self, inner: types.ModuleType, **changed: object) -> None:
        super().__init__(inner.__name__)
        self.__dict__.update(inner=inner, **changed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["inner"], name)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in BELIEVE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Believing(spec.loader)
        return spec


os.unlink = os.remove = unlink
os.rename, os.replace, os.truncate = rename, replace, truncate
for missing in ("posix_fallocate", "fstatvfs", "statvfs"):
    if hasattr(os, missing):
        delattr(os, missing)
sys.meta_path.insert(0, _Finder())
