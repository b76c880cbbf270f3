"""`LineData`: lines traced in frames, several per time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.ragged import Array
from whiskertoolbox_python.clocks.time_frame import TimeFrameIndex
from whiskertoolbox_python.types._ragged_data import RaggedData, as_ragged
from whiskertoolbox_python.types.data_object import mutation
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.types.shapes import Line2D
from whiskertoolbox_python.upstream.arguments import refused

if TYPE_CHECKING:
    from typing_extensions import Self


class LineData(RaggedData[Line2D]):
    """Lines over time, several per time index: whiskers traced in a video.

    Stored as columns: `times` (one per line), `offsets`, `points` (float32 ``(N, 2)``, pixels) and `entity_ids`, all
    handed out read-only and without a copy. ``LineData()`` is empty; `from_arrays` makes one from columns, and
    `addAtTime` adds single lines.

    ``dm.load`` and ``dm.load_file`` make them of files, ``dm.getData(key)`` gives those that are stored, and
    ``dm.setData(key, lines, time_key)`` stores them, which gives each its identity.

    Iterating gives ``(time, entity_id, line)``. ``time in lines`` tells whether a time has lines, ``len(lines)`` their
    number, ``lines[10:20]`` some of them, `restrict` those of a range of indices, ticks or seconds.

    Examples
    --------
    >>> lines = LineData()
    >>> lines.addAtTime(3, Line2D([0, 1, 2], [5, 6, 7]))
    >>> lines.addAtTime(3, Line2D([9, 8], [1, 1]))
    >>> lines.addAtTime(4, Line2D([0, 2], [5, 5]))
    >>> lines
    LineData(times=2, entries=3)
    >>> [np.asarray(line).shape for line in lines.getAtTime(3)]
    [(3, 2), (2, 2)]
    >>> for time, entity_id, line in lines:
    ...     print(time, len(line))
    3 3
    3 2
    4 2

    All lines at once, without a Python loop:

    >>> lines.times.tolist(), lines.offsets.tolist()
    ([3, 3, 4], [0, 3, 5, 7])
    >>> lines.points[lines.offsets[:-1]].tolist()  # where each line begins
    [[0.0, 5.0], [9.0, 1.0], [0.0, 5.0]]
    >>> LineData.from_arrays(lines.times + 100, lines.offsets, lines.points * 0.5)
    LineData(times=2, entries=3)
    """

    __slots__ = ()
    kind: ClassVar[KindInfo] = KindInfo(
        "Line", "Line", "line", "graph-line", order=70, config_word="line", drawing="marks"
    )
    _kind = "line"
    _dtype = np.float32

    @staticmethod
    def _item(rows: Array) -> Line2D:
        return Line2D._over(rows)

    @staticmethod
    def _rows(item: Any) -> Array:
        if not isinstance(item, Line2D):
            raise refused("line", "a Line2D", item)
        return np.asarray(item)

    @classmethod
    def from_arrays(
        cls,
        times: npt.ArrayLike,
        offsets: npt.ArrayLike,
        points: npt.ArrayLike,
        *,
        image_size: ImageSize | None = None,
        copy: bool = True,
    ) -> Self:
        """Make lines from columns, without a Python loop.

        Parameters
        ----------
        times : array of int, shape (lines,)
            Time index of each line, in any order; the lines of one time keep their order.
        offsets : array of int, shape (lines + 1,)
            Line ``i`` is ``points[offsets[i]:offsets[i + 1]]``.
        points : array of shape (N, 2)
            Coordinates (x, y) in pixels, stored as float32.
        image_size : ImageSize, optional
            Size of the image that the coordinates belong to.
        copy : bool
            False keeps a float32 `points` array as it is; the caller must not change it any more.

        Raises
        ------
        ValueError
            When the lengths do not fit, or `offsets` does not ascend from 0 to the number of points.
        TypeError
            When `times` or `offsets` are not integers.

        Examples
        --------
        >>> lines = LineData.from_arrays([0, 1], [0, 2, 5], np.zeros((5, 2)))
        >>> [len(line) for time, entity_id, line in lines]
        [2, 3]
        """
        lines = cls.__new__(cls)
        if image_size is not None:
            lines.setImageSize(image_size)
        lines._extend(*as_ragged(times, offsets, np.asarray(points), np.float32, copy=copy))
        return lines

    @mutation
    def addAtTime(self, time: int | TimeFrameIndex, line: Line2D) -> None:
        """Add a copy of a line after those of its time; an empty line counts. `add_arrays` adds many."""
        self._append(time, self._rows(line))

    @mutation
    def add_arrays(self, times: npt.ArrayLike, offsets: npt.ArrayLike, points: npt.ArrayLike) -> None:
        """Add many lines, given as for `from_arrays`; each after those of its time."""
        self._extend(*as_ragged(times, offsets, np.asarray(points), np.float32, copy=True))
