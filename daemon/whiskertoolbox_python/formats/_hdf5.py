"""Datasets out of HDF5 files; h5py is imported when it is needed."""

from __future__ import annotations

import contextlib
import importlib
import mmap
import os
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason
from whiskertoolbox_python.parameters import suggest

_HEAP = re.compile(rb"GCOL\x01\0\0\0(?=.{8})", re.DOTALL)
_SIZE = struct.Struct("<Q")
_OBJECT = struct.Struct("<H6xQ")


def import_h5py() -> ModuleType:
    """Return h5py, or raise LoadError that says how to install it."""
    try:
        import h5py
    except ImportError as error:
        raise LoadError(
            f'HDF5 files need the package h5py, which cannot be imported ({error}): pip install "whiskertoolbox[hdf5]"'
        ) from error
    with contextlib.suppress(ImportError):
        importlib.import_module("hdf5plugin")  # registers its filters
    module: ModuleType = h5py
    return module


@contextmanager
def open_hdf5(path: Path) -> Iterator[Any]:
    """Open an HDF5 file for reading; whatever the library says of damage becomes a LoadError."""
    h5py = import_h5py()
    try:
        with h5py.File(path, "r") as file:
            yield file
    except LoadError:
        raise
    except (OSError, RuntimeError, ValueError, KeyError, MemoryError) as error:
        reason = one_line_reason(error)
        if "unable to lock file" in reason:
            raise LoadError(
                f"{path} is open for writing in another program; close it there, or set the environment variable "
                "HDF5_USE_FILE_LOCKING=FALSE if you know that nothing is written now"
            ) from error
        raise LoadError(f"{path} cannot be read as HDF5: {reason}") from error


@contextmanager
def open_whole_hdf5(path: Path) -> Iterator[Any]:
    """Open an HDF5 file for readers that take what they want of it; LoadError if any of it lies elsewhere."""
    with open_hdf5(path) as file:
        check_whole(file, path)
        yield file


@dataclass(frozen=True)
class Numbers:
    """A dataset of numbers with one axis longer than 1, as MATLAB's vectors of (1, N) or (N, 1); read when sliced."""

    path: Path
    key: str
    dataset: Any
    shape: tuple[int]

    @classmethod
    def of(cls, file: Any, path: Path, key: str) -> Numbers:
        """Find a dataset; LoadError when it is not there, or holds something else."""
        dataset = _find(file, path, key)
        is_vector = dataset.ndim >= 1 and sum(size != 1 for size in dataset.shape) <= 1
        if not is_vector or dataset.dtype.kind not in "iufb":
            raise LoadError(f'{path}: dataset "{key}" must hold numbers in one dimension, not {_what(dataset)}')
        is_empty = dataset.attrs.get("MATLAB_empty", 0)  # what is stored is the shape
        return cls(path, key, dataset, (0 if is_empty else dataset.size,))

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type in the file."""
        kind: np.dtype[Any] = self.dataset.dtype
        return kind

    @property
    def rows_together(self) -> int:
        """How many rows the file keeps in one piece, which is read as a whole."""
        return 1 if self.dataset.chunks is None else max(self.dataset.chunks)

    def __getitem__(self, part: slice) -> npt.NDArray[Any]:
        axes = tuple(part if size != 1 else slice(None) for size in self.dataset.shape)
        return _values(self.dataset, self.path, self.key, axes).reshape(-1)[: len(self)]


def _values(dataset: Any, path: Path, key: str, part: Any = ()) -> npt.NDArray[Any]:
    """Read a dataset, or a part of it; a missing compression filter is named."""
    try:
        values: npt.NDArray[Any] = dataset[part]
    except OSError as error:
        plist = dataset.id.get_create_plist()
        filters = [plist.get_filter(place) for place in range(plist.get_nfilters())]
        missing = [
            f"{name.decode(errors='replace') or 'unnamed'} ({code})"
            for code, _, _, name in filters
            if not import_h5py().h5z.filter_avail(code)
        ]
        if not missing:
            raise
        raise LoadError(
            f'{path}: dataset "{key}" is compressed with the filter {", ".join(missing)}, which is not installed; '
            "most are in the package hdf5plugin: pip install hdf5plugin"
        ) from error
    return values


@dataclass(frozen=True)
class Rows:
    """A dataset of rows of unequal length, the rows of a 2-D dataset, or the vectors of a MATLAB cell array."""

    path: Path
    key: str
    dataset: Any
    cells: npt.NDArray[Any] | None = None
    """References to the vectors of a cell array."""

    @classmethod
    def of(cls, file: Any, path: Path, key: str) -> Rows:
        """Find a dataset; LoadError when it is not there, or holds something else."""
        dataset = _find(file, path, key)
        h5py = import_h5py()
        if h5py.check_ref_dtype(dataset.dtype) is h5py.Reference:
            return cls(path, key, dataset, _values(dataset, path, key).reshape(-1))
        is_ragged = dataset.ndim == 1 and h5py.check_vlen_dtype(dataset.dtype) not in (None, str, bytes)
        if not is_ragged and not (dataset.ndim == 2 and dataset.dtype.kind in "iuf"):
            raise LoadError(f'{path}: dataset "{key}" must hold rows of numbers, not {_what(dataset)}')
        return cls(path, key, dataset)

    def __len__(self) -> int:
        return len(self.dataset if self.cells is None else self.cells)

    def __getitem__(self, part: slice) -> list[npt.NDArray[Any]]:
        if self.cells is None:
            return [np.asarray(row) for row in _values(self.dataset, self.path, self.key, part)]
        return [self._cell(self.dataset.file[reference]) for reference in self.cells[part]]

    def _cell(self, cell: Any) -> npt.NDArray[Any]:
        _check_sources(cell, self.path)
        if cell.attrs.get("MATLAB_empty", 0):
            return np.empty(0)
        return np.asarray(_values(cell, self.path, self.key)).reshape(-1)


def kept(dataset: Any, allocate: Callable[..., npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return the values of a dataset, read straight into an array that `allocate` makes, unless they are objects."""
    if dataset.dtype.hasobject:
        values: npt.NDArray[Any] = dataset[()]
        return values
    made = allocate(tuple(dataset.shape), dataset.dtype)
    if made.size:
        dataset.read_direct(made)
    return made


def as_whole(path: Path, key: str, numbers: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return whole numbers as int64; LoadError if some are none, or too large."""
    is_index = np.ones(len(numbers), bool)
    if numbers.dtype.kind == "f":
        is_index = (numbers == np.trunc(numbers)) & (numbers >= -(2.0**63)) & (numbers < 2.0**63)
    elif numbers.dtype.kind == "u":
        is_index = numbers <= np.uint64(2**63 - 1)
    if not is_index.all():
        raise LoadError(f'{path}: dataset "{key}" holds what is not a whole number of 64 bits')
    return numbers.astype(np.int64)


def require_same_length(path: Path, lengths: dict[str, int]) -> None:
    """Refuse datasets of different lengths."""
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f'"{key}" {length:,}' for key, length in lengths.items())
        raise LoadError(f"{path}: the datasets have different lengths: {listed}")


def check_heaps(file: Any, path: Path) -> None:
    """Refuse damage that would make libhdf5 loop for ever, holding the GIL, when it reads rows of unequal length.

    Such rows are kept in global heaps: chains of objects, each a header of 16 bytes (number, count, size) and its data.
    The library (2.0.0 at least) steps from one to the next by their sizes and does not see that it stays where it is
    when a size wraps around, or when the free space, object 0, has none. All other damage it reports by itself.
    """
    _, bytes_of_a_size = file.id.get_create_plist().get_sizes()
    if bytes_of_a_size != 8:
        return
    with path.open("rb") as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for heap in _HEAP.finditer(data):
            (size,) = _SIZE.unpack_from(data, heap.end())
            _walk_heap(path, data, heap.start(), min(heap.start() + size, len(data)))


def _walk_heap(path: Path, data: mmap.mmap, start: int, end: int) -> None:
    place = start + _OBJECT.size
    while place + _OBJECT.size <= end:
        number, size = _OBJECT.unpack_from(data, place)
        step = (_OBJECT.size + (size + 7 & ~7)) % 2**64 if number else size
        if not step:
            raise LoadError(f"{path} is damaged: object {number} of the heap at byte {start:,} has an impossible size")
        place += step


def _find(file: Any, path: Path, key: str) -> Any:
    h5py = import_h5py()
    _check_links(file, path, key)
    found = file.get(key)
    link = file.get(key, getlink=True) if found is None else None
    if isinstance(link, h5py.ExternalLink):
        raise LoadError(f'{path}: dataset "{key}" is in another file, {link.filename}, which is not there; put it back')
    if isinstance(link, h5py.SoftLink):
        raise LoadError(f'{path}: dataset "{key}" is a link to {link.path}, which is not in the file')
    if not isinstance(found, h5py.Dataset):
        known: list[str] = []
        file.visititems(lambda name, item: known.append(name) if isinstance(item, h5py.Dataset) else None)
        raise LoadError(f"{path}: unknown dataset {suggest(key, known)}")
    _check_sources(found, path)
    if not found.external:
        return found
    del found  # the library opens it again only when it is closed
    return _with_storage_beside(file, key)


_MOST_LINKS = 16
"""That lead to each other."""


def _check_links(file: Any, path: Path, key: str, passed: int = 0) -> None:
    """Refuse a dataset that lies in a file elsewhere; files of the same folder belong together."""
    import h5py

    if passed > _MOST_LINKS:
        raise LoadError(f'{path}: the links to dataset "{key}" lead to each other')
    group: Any = file
    for name in key.split("/"):
        if not name or not isinstance(group, h5py.Group):
            continue
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.SoftLink):
            _check_links(
                file, path, link.path if link.path.startswith("/") else f"{group.name}/{link.path}", passed + 1
            )
        elif isinstance(link, h5py.ExternalLink):
            beside = _beside(path, link.filename)
            with h5py.File(beside, "r") as other:
                _check_links(other, beside, link.path, passed + 1)
                _check_sources(other.get(link.path), beside)
        group = group.get(name)


def child_of(group: Any, name: str) -> Any:
    """Return what is in a group under a name, links to files of the same folder followed.

    Raises
    ------
    LoadError
        When it lies in a file elsewhere, or in one that is missing.
    KeyError or OSError
        When a link leads nowhere.
    """
    import h5py  # asked for very often: not once more whether hdf5plugin is there

    if group.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
        file = group.file  # which a link may have led to
        _check_links(file, Path(file.filename), f"{group.name}/{name}")
    child = group[name]
    if not isinstance(child, h5py.Dataset):
        return child
    _check_sources(child, None)
    if not child.id.get_create_plist().get_external_count():
        return child
    file, key = child.file, child.name
    del child  # the library opens it again only when it is closed
    return _with_storage_beside(file, key)


def check_whole(file: Any, path: Path, seen: tuple[Path, ...] = ()) -> None:
    """Refuse a file if anything in it lies in a file elsewhere."""
    import h5py

    links: list[bytes] = []
    file.id.links.visit(
        lambda name, info: links.append(name) if info.type == h5py.h5l.TYPE_EXTERNAL else None, info=True
    )
    for name in links:
        target, _ = file.id.links.get_val(name)
        beside = _beside(path, target)
        if beside not in (path, *seen):
            with h5py.File(beside, "r") as other:
                check_whole(other, beside, (path, *seen))
    file.visititems(lambda _, item: _check_sources(item, path))


_LARGE = 1 << 30
"""Bytes in memory from which a dataset must have something in the file."""
_MOST_COMPRESSED = 2000
"""Times that numbers are smaller in a file; no compression of HDF5 does more."""


def _check_size(dataset: Any, path: Path | None) -> None:
    """Refuse a dataset that would fill the memory with numbers that are not in the file."""
    size = dataset.nbytes if dataset.shape is not None else 0
    if size < _LARGE:
        return
    stored = dataset.id.get_storage_size()
    if stored * _MOST_COMPRESSED < size:
        label = path or dataset.file.filename
        raise LoadError(
            f'{label}: dataset "{dataset.name}" is said to hold {size:,} bytes, and has {stored:,} in the file'
        )


def _check_sources(dataset: Any, path: Path | None) -> None:
    """Refuse a dataset whose numbers lie in a file elsewhere, or in one that is missing, which reads as zeros."""
    import h5py

    if not isinstance(dataset, h5py.Dataset):
        return
    made = dataset.id.get_create_plist()
    is_virtual = made.get_layout() == h5py.h5d.VIRTUAL
    if not is_virtual and not made.get_external_count():
        _check_size(dataset, path)
        return
    path = path or Path(dataset.file.filename)
    for name, _, _ in dataset.external or ():
        _beside(path, name)
    for source in dataset.virtual_sources() if is_virtual else ():
        if source.file_name == ".":
            continue
        beside = _beside(path, source.file_name)
        with h5py.File(beside, "r") as other:
            _check_links(other, beside, source.dset_name)
            if not isinstance(other.get(source.dset_name), h5py.Dataset):
                raise LoadError(f'{path} needs the dataset "{source.dset_name}" of {beside}, which is not there')
            if beside != path:
                _check_sources(other[source.dset_name], beside)


def _beside(path: Path, name: str | bytes) -> Path:
    """Return the file that an HDF5 file refers to, if it lies in its folder or below."""
    folder = path.resolve().parent
    target = (folder / os.fsdecode(name)).resolve()
    if not target.is_relative_to(folder):
        raise LoadError(
            f"{path} refers to {target}, which is not in its folder; files elsewhere are not read unasked: "
            "copy it there and refer to it by its name, or load that file itself"
        )
    if not target.is_file():
        raise LoadError(f"{path} refers to {target}, which is not there; put it back beside it")
    return target


def _with_storage_beside(file: Any, key: str) -> Any:
    """Return a dataset with external storage, whose files are looked for beside its own file, wherever we work."""
    import h5py

    access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
    access.set_efile_prefix(b"${ORIGIN}")
    return h5py.Dataset(h5py.h5d.open(file.id, key.encode(), access))


def _what(dataset: Any) -> str:
    return f"{dataset.dtype} of shape {dataset.shape}"
