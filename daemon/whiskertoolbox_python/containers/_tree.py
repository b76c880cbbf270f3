"""HDF5 files and Zarr folders as one kind of tree: groups of named nodes, arrays with attributes.

What is read is what both have. A node stays usable while its tree is open; an `ArrayInFile` opens the file again for
each block, so that values can be read long after.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import Array
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import import_h5py, open_hdf5
from whiskertoolbox_python.formats.report import one_line_reason


@dataclass(frozen=True)
class Node:
    """A group or an array of a tree."""

    path: str
    """From the root, without a slash at the start."""
    identity: str
    """The same for nodes that links lead to."""
    node: Any
    is_zarr: bool

    @property
    def is_array(self) -> bool:
        """Whether it has values; groups have children."""
        return hasattr(self.node, "dtype")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of an array."""
        return tuple(self.node.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an array's values."""
        kind: np.dtype[Any] = np.dtype(self.node.dtype)
        return kind

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute as a plain value."""
        try:
            return plain(self.node.attrs[name]) if name in self.node.attrs else default
        except (TypeError, OSError, ValueError):  # types that the library cannot read
            return default

    def children(self) -> dict[str, Node]:
        """Return the nodes in a group, links followed; what a link does not lead to is left out."""
        return dict(_zarr_children(self) if self.is_zarr else _hdf5_children(self))

    def __contains__(self, name: str) -> bool:
        return not self.is_array and name in self.children()

    def get(self, path: str) -> Node | None:
        """Return a node below this one; None when there is none."""
        node: Node | None = self
        for name in path.split("/"):
            node = None if node is None or node.is_array else node.children().get(name)
        return node

    def values(self) -> Array:
        """Return all values; texts as str objects."""
        array = np.asarray(self.node[()] if not self.is_zarr else self.node[...])
        if array.dtype.kind in "SO":
            texts = np.empty(array.shape, object)
            for place, value in np.ndenumerate(array):
                texts[place] = plain(value)
            return texts
        return array

    def scalar(self) -> Any:
        """Return the one value of an array."""
        values = self.values()
        return plain(values.ravel()[0]) if values.size else None


@dataclass(frozen=True)
class ArrayInFile:
    """An array of numbers that is read when it is sliced; the file is open only meanwhile."""

    file: Path
    path: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, file: Path, node: Node) -> ArrayInFile:
        """Return a node's array."""
        return cls(file, node.path, node.shape, node.dtype)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Array:
        with open_tree(self.file) as root:
            node = root.get(self.path)
            if node is None or node.shape != self.shape:
                raise LoadError(f"{self.file} has changed since it was read: {self.path}; load it again")
            return np.asarray(node.node[key])

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self[...], dtype)


@contextmanager
def open_tree(path: Path) -> Iterator[Node]:
    """Open an HDF5 file, or a folder of Zarr, and yield its root."""
    if path.is_dir():
        yield Node("", "", _open_zarr(path), True)
    else:
        with open_hdf5(path) as file:
            yield Node("", "", file, False)


def zarr_version(folder: Path) -> int | None:
    """Return which version of Zarr a folder is in; None when it is none."""
    if (folder / "zarr.json").is_file():
        return 3
    return 2 if (folder / ".zgroup").is_file() else None


def plain(value: Any) -> Any:
    """Return a value of HDF5 or Zarr as Python's own."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value


def _hdf5_children(parent: Node) -> Iterator[tuple[str, Node]]:
    h5py = import_h5py()
    for name in parent.node:
        try:
            child = parent.node[name]
        except (KeyError, OSError):  # a link to nowhere
            continue
        address = h5py.h5o.get_info(child.id)
        yield name, Node(f"{parent.path}/{name}".lstrip("/"), f"{address.fileno}:{address.addr}", child, False)


def _open_zarr(folder: Path) -> Any:
    version = zarr_version(folder)
    if version is None:
        raise LoadError(f"{folder} is not a Zarr folder: it has neither zarr.json nor .zgroup")
    try:
        import zarr
    except ImportError as error:
        needed = "zarr>=3" if version == 3 else "zarr"
        raise LoadError(f'{folder} is Zarr, which needs a package ({error}): pip install "{needed}"') from None
    if version == 3 and int(zarr.__version__.split(".")[0]) < 3:
        raise LoadError(
            f"{folder} is Zarr version 3, and this environment has zarr {zarr.__version__}, which reads version 2: "
            'pip install "zarr>=3" (before Python 3.14 not together with SpikeInterface)'
        )
    try:
        return zarr.open_group(str(folder), mode="r")
    except Exception as error:  # each version raises its own
        raise LoadError(f"{folder} cannot be read as Zarr: {one_line_reason(error)}") from None


def _zarr_children(parent: Node) -> Iterator[tuple[str, Node]]:
    for name in parent.node.group_keys():
        yield name, _zarr_node(parent, name, parent.node[name])
    for name in parent.node.array_keys():
        yield name, _zarr_node(parent, name, parent.node[name])
    for link in _zarr_links(parent.node.attrs):
        # hdmf-zarr keeps links as attributes of the group, with the path from the root of the store.
        if link.get("source") not in (None, ".", ""):
            continue
        target = str(link.get("path", "")).strip("/")
        try:
            yield str(link["name"]), Node(target, target, _zarr_root(parent)[target], True)
        except KeyError:
            continue


def _zarr_node(parent: Node, name: str, child: Any) -> Node:
    path = f"{parent.path}/{name}".lstrip("/")
    return Node(path, path, child, True)


def _zarr_links(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    links = attributes.get("_LINKS", attributes.get("zarr_link", []))
    if isinstance(links, str):
        links = json.loads(links)
    return [link for link in links if isinstance(link, dict)]


def _zarr_root(node: Node) -> Any:
    import zarr

    return zarr.open_group(node.node.store, mode="r", path="")
