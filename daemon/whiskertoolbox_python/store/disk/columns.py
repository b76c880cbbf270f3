"""Column files: ``.npy``, written under another name, sealed by a rename, mapped read-only.

What a catalogue names of a file never changes. Whoever may write the catalogue may add rows behind those; a catalogue
that names more of the file makes them visible.

Knows nothing of the catalogue. A file's name starts with the token of the process that wrote it; that process holds the
lock file of the token, so that files which no catalogue names can be told from files about to be committed.
"""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import math
import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import read_only
from whiskertoolbox_python.arrays.growing import assembled
from whiskertoolbox_python.errors import (
    DamagedStoreError,
    LockedStoreError,
    ReadOnlyStoreError,
    StoreError,
    StoreFullError,
)
from whiskertoolbox_python.held_files import is_in_use, patiently
from whiskertoolbox_python.store.disk.allocated import AllocatedArrays
from whiskertoolbox_python.store.disk.layout import (
    COLUMNS,
    PYRAMIDS,
    SEALED,
    SHARED,
    UNSEALED,
)
from whiskertoolbox_python.store.disk.locks import share
from whiskertoolbox_python.store.disk.mapping import rows_of
from whiskertoolbox_python.store.disk.npy import data_offset, file_size, header
from whiskertoolbox_python.store.disk.opening_files import open_plain, own_files
from whiskertoolbox_python.store.disk.spare_files import SpareFiles, free_bytes, unlinked
from whiskertoolbox_python.store.disk.writers import Writer
from whiskertoolbox_python.store.protocol import Row, StoredColumn

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_CHUNK = 1 << 24
_LARGE = 1 << 20
"""Bytes of a file for which it is worth taking the space in advance."""


class ColumnFiles:
    """The columns folder of a session."""

    def __init__(self, session: Path) -> None:
        self._session = session
        self.folder: Path = session / COLUMNS
        self._prefix = f"{self.folder}{os.sep}"
        self._writer = Writer(session)
        self._numbers = itertools.count(1)
        self._allocated = AllocatedArrays()
        self._spare_files = SpareFiles()

    def write(self, array: npt.NDArray[Any]) -> str:
        """Seal an array in a file of its own and return the file's name; an allocated array is not copied."""
        allocated = self._allocated.find(array)
        if allocated is not None:
            try:
                return self._allocated.sealed(array, self._sealed(allocated.path, allocated.descriptor))
            except (PermissionError, FileNotFoundError):
                pass  # Windows does not rename what is mapped, and somebody may have deleted a spare; it is copied
        start, data = header(array.dtype, array.shape), _bytes_of(array)
        with contextlib.suppress(OSError):  # then a new file, whose errors count
            spare = self._spare_files.take(len(start) + len(data))
            if spare is not None:
                with spare.opened() as file:
                    _write_all(file, start)
                    _write_all(file, data)
                    file.truncate()
                    return self._sealed(spare.path, spare.descriptor)
        part = self._new_part()
        try:
            with open(part, "xb", buffering=0) as file:
                _reserve_ahead(file, len(start) + len(data))
                _write_all(file, start)
                _write_all(file, data)
            return self._named(part)
        except OSError as error:
            unlinked(part)
            if error.errno in _NO_ROOM and self._spare_files.drop():
                return self.write(array)
            raise explained(error, self._session) from error

    def append(self, column: StoredColumn, rows: npt.NDArray[Any]) -> bool:
        """Write rows behind those that a column's file has; False if it is not what it was.

        Only while the catalogue that names the file is locked against other writers.
        """
        try:
            with open(f"{self._prefix}{column.file}", "r+b", buffering=0, opener=open_plain) as file:
                offset = data_offset(file.read(12))
                end = (offset or 0) + column.count * rows.itemsize * math.prod(rows.shape[1:])
                status = os.fstat(file.fileno())
                if offset is None or status.st_size < end:
                    return False
                if status.st_nlink > 1 and status.st_size > end:  # a copy made of links has rows of its own there
                    return False
                file.seek(end)
                _write_all(file, _bytes_of(rows))
        except FileNotFoundError:
            return False
        except OSError as error:
            raise explained(error, self._session) from error
        return True

    def link(self, sealed: Path) -> str | None:
        """Give a file of another session a name in this folder; None where that cannot be done."""
        name = self._new_name(SHARED + SEALED)
        try:
            os.link(sealed, name)
        except OSError:
            return None
        return name.removeprefix(self._prefix)

    def allocate(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return a writable array over an unsealed file; `write` seals it without copying."""
        kind = np.dtype(dtype)
        if not math.prod(shape):
            return np.empty(shape, kind)
        part = self._new_part()
        try:
            with open(part, "x+b", buffering=0) as file:
                _reserve(file, file_size(kind, shape))
                return self._allocated.make(part, os.dup(file.fileno()), kind, shape)
        except OSError as error:
            unlinked(part)
            raise explained(error, self._session) from error

    def allocate_spare(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any] | None:
        """Return what `allocate` does if a spare can be had for it, else None."""
        kind = np.dtype(dtype)
        size = file_size(kind, shape)
        spare = self._spare_files.take(size)
        if spare is None:
            return None
        try:
            # Some file systems take new room for old pages too, and if there is none, kill whoever writes to a mapping.
            if free_bytes(spare.descriptor) >= size:
                if size < spare.size:
                    os.truncate(spare.descriptor, size)
                return self._allocated.make(spare.path, spare.descriptor, kind, shape, spare.mapped)
        except OSError:
            pass  # then an ordinary array
        spare.drop()
        return None

    def map(self, column: StoredColumn) -> npt.NDArray[Any]:
        """Return a stored column: a read-only memory map, unless it is small or in several pieces.

        A map holds a descriptor, by which others see that somebody looks at the file: where these run out, it is read.

        It is what a row says if that row is still in the catalogue now, and only then: the file may have been written
        over before.

        Raises
        ------
        FileNotFoundError
            When it is gone; its entry has been replaced meanwhile, or the session is damaged.
        DamagedStoreError
            When it is not what the catalogue says.
        """
        path, kind = f"{self._prefix}{column.file}", np.dtype(column.dtype)
        shape = (column.count, *column.shape[1:]) if column.shape else ()
        count = math.prod(shape)
        with open(path, "rb", buffering=0, opener=open_plain) as opened:
            if not share(opened.fileno()):
                raise FileNotFoundError(path)  # it is a spare by now
            size = os.fstat(opened.fileno()).st_size
            start = opened.read(12)
            offset = data_offset(start)
            if offset is None or size < offset + count * kind.itemsize:
                raise DamagedStoreError(
                    f"{path} has {size} bytes, which is not a column of {kind.name} {shape}", readable=True
                )
            if not count:
                return np.empty(shape, kind)
            rows = rows_of(opened, shape, kind, offset)
        if column.pieces is None:
            return rows
        if any(not 0 <= first < first + number <= column.count for first, number in column.pieces) or not (
            sum(number for _, number in column.pieces) == column.shape[0] <= column.count
        ):
            raise DamagedStoreError(
                f"the catalogue of the session {self._session} names rows of {path} that are not there", readable=True
            )
        return read_only(assembled(rows, column.pieces))

    def map_row(self, row: Row) -> tuple[dict[str, npt.NDArray[Any]], StoreError | None]:
        """Return the columns of a row, see `map`, and what is wrong with them if that row is still in the catalogue."""
        try:
            return {column.name: self.map(column) for column in row.columns if column.file}, None
        except FileNotFoundError as error:
            what, remedy = _named(row)
            return {}, DamagedStoreError(
                f"the session {self._session} lacks a file of {what} ({error}); "
                f"restore it from a copy of the session, or {remedy}",
                readable=True,
            )
        except DamagedStoreError as error:
            what, remedy = _named(row)
            return {}, DamagedStoreError(
                f"{what} is damaged: {error}; restore it from a copy of the session, or {remedy}", readable=True
            )
        except OSError as error:  # which says nothing about its contents
            return {}, LockedStoreError(
                f"a file of {row.key!r} in the session {self._session} cannot be read now ({error.strerror or error}): "
                "another program holds it, or its permissions keep you from it; close it there or change them, "
                "then try again"
            )

    def delete(self, files: Iterable[str]) -> list[str]:
        """Delete files; return those that could not be deleted because somebody still maps them (on Windows)."""
        files = list(files)
        for file in files:
            self._allocated.let_go(file)
        return [file for file in files if not unlinked(f"{self._prefix}{file}")]

    def keep_spare(self, file: str) -> bool:
        """Keep a file that nothing refers to for what will be written next; False if it is to be deleted.

        Files of other writers are not kept: whoever opens the session sweeps them when these are gone. Nothing is kept
        while another computer writes to the session, whose processes hold no lock that reaches this one.
        """
        if not file.startswith(f"{self._writer.token}-") or self._writer.elsewhere():
            return False
        return self._allocated.keep_spare(file, f"{self._prefix}{file}", self._spare_files)

    def drop_spare_files(self) -> None:
        """Give back the room that is kept for what will be written."""
        self._spare_files.drop()

    def sweep(self, referenced: Callable[[], Collection[str]]) -> None:
        """Delete files that nothing refers to and whose writer is gone.

        `referenced` is called when the writers that are gone are known: what they committed last must be in it.
        """
        files = {path.name: path for path in own_files(self._session, COLUMNS)}
        with self._writer.gone(name.partition("-")[0] for name in files) as gone:
            kept = referenced()
            for name, path in files.items():
                if name not in kept and name.partition("-")[0] in gone:
                    unlinked(path)
            columns = {name.partition(".")[0] for name in kept}
            for path in own_files(self._session, PYRAMIDS):
                if path.suffix == UNSEALED or path.name.partition(".")[0] not in columns:
                    unlinked(path)  # whoever is writing it now goes without

    def close(self) -> None:
        """Remove unsealed files and release the token."""
        self._spare_files.drop()
        self._allocated.close(delete=True)
        self._writer.end()

    def forget_writer(self) -> None:
        """Leave token and files to the parent, in a forked child."""
        self._allocated.close(delete=False)
        self._writer.forget()

    def _sealed(self, path: str, descriptor: int) -> str:
        """Return the final name of a finished file; a spare has it."""
        if path.endswith(UNSEALED):
            return self._named(path)
        if not os.fstat(descriptor).st_nlink:
            raise FileNotFoundError(path)
        return path.removeprefix(self._prefix)

    def _named(self, path: str) -> str:
        """Give a finished file its final name, and return it."""
        sealed = self._new_name(SEALED)
        patiently(os.rename, path, sealed)
        return sealed.removeprefix(self._prefix)

    def _new_part(self) -> str:
        return self._new_name(UNSEALED)

    def _new_name(self, ending: str) -> str:
        if not self._writer.token:
            try:
                self._writer.begin()
                self.folder.mkdir(exist_ok=True)
            except OSError as error:
                raise explained(error, self._session) from error
        return f"{self._prefix}{self._writer.token}-{next(self._numbers)}{ending}"


def _named(row: Row) -> tuple[str, str]:
    """Return what messages call an entry, and what else than restoring it helps."""
    if row.section == "clock":
        again = f"dm.setTime({row.key!r}, …, overwrite=True)"
        return f"the clock {row.key!r}", f"give the clock its ticks again, by loading it or with {again}"
    return repr(row.key), "delete that data key"


def _bytes_of(array: npt.NDArray[Any]) -> memoryview:
    """Return the numbers in C order; copied only if they are in another."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data if array.nbytes else memoryview(b"")


def explained(error: OSError, session: Path) -> StoreError:
    """Return the StoreError for a failed write."""
    if error.errno in _NO_ROOM:
        return StoreFullError(
            f"there is no room left for data in the session {session} ({error.strerror}); "
            "free some space and try again. What was stored before is unchanged"
        )
    if is_in_use(error):
        return LockedStoreError(
            f"a file of the session {session} is in use by another program ({error.strerror}); "
            "close it there, or wait for a virus scanner or a synchronisation to end, then try again"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyStoreError(
            f"the session {session} may not be written ({error.strerror}); "
            "change the folder's permissions, or save a copy elsewhere with save_as()"
        )
    return StoreError(f"the session {session} could not be written: {error}", readable=True)


def _write_all(file: io.FileIO, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        # In pieces, so that an interrupt does not have to wait for gigabytes.
        view = view[file.write(view[:_CHUNK]) :]


def _reserve_ahead(file: io.FileIO, size: int) -> None:
    """Take the space of a large file at once, where that can be done: it halves the time that writing it takes."""
    if size < _LARGE or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise


def _reserve(file: io.FileIO, size: int) -> None:
    """Take the space now: a full disk must be an error here, not a bus error when the array is filled."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    zeros = bytes(_CHUNK)
    written = file.seek(0, os.SEEK_END)
    while written < size:
        written += file.write(zeros[: size - written])
