"""Texts in Zarr version 2, decoded here: zarr 3 opens none with the fill value 0, as hdmf-zarr 0.13 wrote them."""

from __future__ import annotations

import importlib
import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import Array
from whiskertoolbox_python.errors import LoadError

_MOST = 1 << 24


class Texts:
    """An array of texts, or of other objects that its filters make; it is read when it is sliced."""

    dtype = np.dtype(object)

    def __init__(self, folder: Path, described: Mapping[str, Any], attributes: Mapping[str, Any]) -> None:
        self._folder = folder
        self._described = described
        self.attrs = attributes
        self.shape = tuple(int(length) for length in described["shape"])
        if math.prod(self.shape) > _MOST:
            raise LoadError(f"it has {math.prod(self.shape):,} texts; {_MOST:,} are read at most")

    def __getitem__(self, key: Any) -> Array:
        chunk = tuple(int(length) for length in self._described["chunks"])
        whole = np.full(self.shape, "", object)
        counts = [range(-(-length // own)) for length, own in zip(self.shape, chunk, strict=True)]
        for place in itertools.product(*counts):
            file = self._folder / (str(self._described.get("dimension_separator", ".")).join(map(str, place)) or "0")
            if file.is_file():
                values = self._decoded(file.read_bytes()).reshape(chunk, order=self._described.get("order", "C"))
                at = tuple(slice(one * own, (one + 1) * own) for one, own in zip(place, chunk, strict=True))
                within = tuple(slice(length) for length in whole[at].shape)
                whole[at] = values[within]
        found: Array = whole[key]
        return found

    def _decoded(self, content: Any) -> Any:
        numcodecs = importlib.import_module("numcodecs")  # zarr needs it, too
        filters = reversed(self._described.get("filters") or ())
        for code in (self._described.get("compressor"), *filters):
            if code is not None:
                content = numcodecs.get_codec(dict(code)).decode(content)
        return np.asarray(content, object)
