"""The stored form of a data object: named arrays and attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import read_only
from whiskertoolbox_python.arrays.growing import Growing, History


@dataclass(frozen=True)
class Columns:
    """The stored form of a data object: named arrays and small attributes that JSON can hold.

    Of an array with an entry in `histories`, only the rows that were added since it was stored need to be stored.
    """

    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    histories: Mapping[str, History] = field(default_factory=dict)

    def growing(self, name: str) -> Growing:
        """Return one of the arrays as one that may change, and be stored again."""
        return Growing(read_only(self.arrays[name]), self.histories.get(name))
