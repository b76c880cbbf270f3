"""HDF5 files and Zarr folders as one kind of tree: groups of named nodes, arrays with attributes.

What is read is what both have. A node stays usable while its tree is open; an `ArrayInFile` opens the file again for
each block, so that values can be read long after.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import Array
from whiskertoolbox_python.containers._zarr_texts import Texts
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import child_of, open_hdf5
from whiskertoolbox_python.formats.report import one_line_reason

_CODES = frozenset(
    (
        *("bytes", "endian", "transpose", "sharding_indexed"),
        *("vlen-utf8", "vlen-bytes", "vlen-array", "json2", "msgpack2", "base64", "categorize"),
        *("blosc", "zstd", "zlib", "gzip", "lz4", "lzma", "bz2", "pcodec", "zfpy", "wavpack", "flac"),
        *("shuffle", "delta", "fixedscaleoffset", "quantize", "bitround", "packbits", "astype", "cast_value"),
        *("scale_offset", "crc32", "crc32c", "adler32", "fletcher32", "jenkins_lookup3"),
    )
)
"""Codes of Zarr that are read: they hold numbers and texts and nothing that runs, as a pickle may."""

_DESCRIBED_IN = (".zarray", ".zgroup", "zarr.json")


def _quietly(warning: str) -> None:
    """Say nothing: whoever has walked the tree has said it."""


@dataclass(frozen=True)
class Node:
    """A group or an array of a tree."""

    path: str
    """From the root, without a slash at the start."""
    identity: str
    """The same for nodes that links lead to."""
    node: Any
    zarr_root: Any = None
    """Root of the Zarr tree that it is in, opened once for the whole tree; None in HDF5."""

    @property
    def is_zarr(self) -> bool:
        """Whether it is in a folder of Zarr."""
        return self.zarr_root is not None

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
        """Type of an array's values; texts of Zarr 3, which NumPy 2 has a type for, are objects as those of HDF5."""
        kind: np.dtype[Any] = np.dtype(self.node.dtype)
        return np.dtype(object) if kind.kind == "T" else kind

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute as a plain value."""
        try:
            return plain(self.node.attrs[name]) if name in self.node.attrs else default
        except (TypeError, OSError, ValueError):  # types that the library cannot read
            return default

    def children(self, warn: Callable[[str], None] = _quietly) -> dict[str, Node]:
        """Return the nodes in a group, links followed.

        What a link does not lead to is left out; so is, with a warning, what is not read unasked: what lies in files
        elsewhere, and what is in a code that may run what it holds.
        """
        return dict(_zarr_children(self, warn) if self.is_zarr else _hdf5_children(self, warn))

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
        if array.dtype.kind in "SOT":
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
        root = _open_zarr(path)
        yield Node("", "", root, root)
    else:
        with open_hdf5(path) as file:
            yield Node("", "", file)


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


def _hdf5_children(parent: Node, warn: Callable[[str], None]) -> Iterator[tuple[str, Node]]:
    import h5py

    for name in parent.node:
        if not isinstance(name, str):
            warn(f"{parent.node.file.filename}: {parent.path}/{name!r} has a name that is not text; left out")
            continue
        try:
            child = child_of(parent.node, name)
        except LoadError as error:
            warn(f"{error}; {parent.path}/{name} is left out")
            continue
        except (KeyError, OSError):
            warn(f"{parent.node.file.filename}: {parent.path}/{name} is a link that leads nowhere; left out")
            continue
        address = h5py.h5o.get_info(child.id)
        yield name, Node(f"{parent.path}/{name}".lstrip("/"), f"{address.fileno}:{address.addr}", child)


def _open_zarr(folder: Path) -> Any:
    version = zarr_version(folder)
    if version is None:
        raise LoadError(f"{folder} is not a Zarr folder: it has neither zarr.json nor .zgroup")
    try:
        zarr: Any = importlib.import_module("zarr")
    except ImportError as error:
        needed = "zarr>=3" if version == 3 else "zarr"
        raise LoadError(f'{folder} is Zarr, which needs a package ({error}): pip install "{needed}"') from None
    is_old = int(zarr.__version__.split(".")[0]) < 3
    if version == 3 and is_old:
        raise LoadError(
            f"{folder} is Zarr version 3, and this environment has zarr {zarr.__version__}, which reads version 2: "
            'pip install "zarr>=3" (before Python 3.14 not together with SpikeInterface)'
        )
    try:
        # What an array says of itself counts, not a second account of it somewhere else.
        return zarr.open_group(str(folder), mode="r", **({} if is_old else {"use_consolidated": False}))
    except Exception as error:  # each version raises its own
        raise LoadError(f"{folder} cannot be read as Zarr: {one_line_reason(error)}") from None


def _zarr_children(parent: Node, warn: Callable[[str], None]) -> Iterator[tuple[str, Node]]:
    root, folder = parent.zarr_root, _folder_of_zarr(parent.zarr_root)
    # By its files: a library that cannot read one array would list none.
    places = sorted(
        one for one in (folder / parent.path).iterdir() if any((one / name).is_file() for name in _DESCRIBED_IN)
    )
    paths = {one.name: f"{parent.path}/{one.name}".lstrip("/") for one in places}
    for link in _zarr_links(parent.node.attrs):
        # hdmf-zarr keeps links as attributes of the group, with the path from the root of the store.
        if link.get("source") in (None, ".", ""):
            paths[str(link.get("name", ""))] = str(link.get("path", "")).strip("/")
    for name, path in paths.items():
        found = _zarr_node(root, folder, path)
        if isinstance(found, Node):
            yield name, found
        else:
            warn(f"{folder}: {parent.path}/{name} is left out: {found}")


def _zarr_node(root: Any, folder: Path, path: str) -> Node | str:
    """Return a group or an array, or why it is not read."""
    try:
        return Node(path, path, _zarr_child(root, folder, path), root)
    except (KeyError, ValueError, OSError) as error:
        return one_line_reason(error)


def _zarr_child(root: Any, folder: Path, path: str) -> Any:
    """Return a group or an array; LoadError for an array in a code that is not one of those that we name."""
    if not {"", ".", ".."}.isdisjoint(path.replace("\\", "/").split("/")):
        raise LoadError(f"it is a link to {path!r}, which leads nowhere")
    for name in (".zarray", "zarr.json"):
        described = folder / path / name
        if described.is_file():  # looked at before it is opened: that alone may decode a value
            metadata = json.loads(described.read_bytes())
            _check_codes(metadata)
            if name == ".zarray" and metadata.get("dtype") == "|O":
                own = folder / path / ".zattrs"
                return Texts(folder / path, metadata, json.loads(own.read_bytes()) if own.is_file() else {})
    return root[path]


def _check_codes(described: Mapping[str, Any]) -> None:
    unknown = sorted(set(_codes(described)) - _CODES)
    if unknown:
        raise LoadError(
            f"it is stored in the code {', '.join(unknown)}, which is not one of those that are read; a pickle, for "
            "example, may run anything. Write it again with another one, such as numcodecs.JSON for texts"
        )


def _codes(described: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of all codes that an array is stored in, those within others too."""
    listed = [*(described.get("filters") or ()), described.get("compressor"), *(described.get("codecs") or ())]
    for code in listed:
        if isinstance(code, Mapping):
            yield str(code.get("id", code.get("name"))).removeprefix("numcodecs.")
            inner = code.get("configuration")
            if isinstance(inner, Mapping):
                yield from _codes({"codecs": [*inner.get("codecs", ()), *inner.get("index_codecs", ())]})
        elif code is not None:
            yield str(code)


def _zarr_links(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    links = attributes.get("_LINKS", attributes.get("zarr_link", []))
    if isinstance(links, str):
        links = json.loads(links)
    return [link for link in links if isinstance(link, dict)]


def _folder_of_zarr(root: Any) -> Path:
    store = root.store
    return Path(store.root if hasattr(store, "root") else store.path)
