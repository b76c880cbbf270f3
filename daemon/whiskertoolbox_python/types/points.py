"""`PointData`: points in frames, several per time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.growing import Changing
from whiskertoolbox_python.arrays.ragged import Array, one_each
from whiskertoolbox_python.clocks.time_frame import TimeFrameIndex
from whiskertoolbox_python.types._ragged_data import RaggedData, as_ragged
from whiskertoolbox_python.types.data_object import mutation
from whiskertoolbox_python.types.geometry import ImageSize, Point2D
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.types.shapes import Line2D
from whiskertoolbox_python.upstream.arguments import as_int, refused

if TYPE_CHECKING:
    from typing_extensions import Self

LIKELIHOODS = ("likelihood", "score", "confidence")
"""What the key of a signal ends with that says how sure the points of a key are."""


def likelihood_keys(key: str) -> tuple[str, ...]:
    """Return what the signal may be called that says how sure the points of a key are."""
    return tuple(f"{key}_{end}" for end in LIKELIHOODS)


class PointData(RaggedData[Point2D]):
    """Points over time, several per time index: a tracked nose, or the bases of all whiskers.

    Stored as columns: `times` (one per point), `points` (float32 ``(N, 2)``, pixels) and `entity_ids`, all handed out
    read-only and without a copy; `offsets` is 0, 1, 2, …, since each entry is one point. ``PointData()`` is empty;
    `from_arrays` makes one from columns, `addAtTime` and `addPointsAtTime` add points.

    ``dm.load`` and ``dm.load_file`` make them of files, ``dm.getData(key)`` gives those that are stored, and
    ``dm.setData(key, points, time_key)`` stores them, which gives each its identity.

    Iterating gives ``(time, entity_id, point)``. ``time in points`` tells whether a time has points, ``len(points)``
    their number, ``points[10:20]`` some of them, `restrict` those of a range of indices, ticks or seconds.

    Examples
    --------
    >>> nose = PointData.from_arrays([0, 1, 2], [[10, 5], [11, 5], [13, 6]])
    >>> nose.addAtTime(3, Point2D(14, 6))
    >>> nose
    PointData(times=4, entries=4)
    >>> nose.getAtTime(1)
    [Point2D(11.000000, 5.000000)]
    >>> np.diff(nose.points[:, 0]).tolist()  # pixels per frame
    [1.0, 2.0, 1.0]
    """

    __slots__ = ()
    kind: ClassVar[KindInfo] = KindInfo(
        "Points", "Points", "point", "graph-scatter", order=80, config_word="points", drawing="marks"
    )
    _kind = "point"
    _dtype = np.float32

    @staticmethod
    def _item(rows: Array) -> Point2D:
        return Point2D._of(*rows[0].tolist())

    @staticmethod
    def _rows(item: Any) -> Array:
        if not isinstance(item, Point2D):
            raise refused("point", "a Point2D", item)
        return np.array([(item.x, item.y)], np.float32)

    @classmethod
    def from_arrays(
        cls, times: npt.ArrayLike, points: npt.ArrayLike, *, image_size: ImageSize | None = None, copy: bool = True
    ) -> Self:
        """Make points from columns, without a Python loop.

        Parameters
        ----------
        times : array of int, shape (N,)
            Time index of each point, in any order; the points of one time keep their order.
        points : array of shape (N, 2)
            Coordinates (x, y) in pixels, stored as float32. NaN is kept.
        image_size : ImageSize, optional
            Size of the image that the coordinates belong to.
        copy : bool
            False keeps int64 `times` and float32 `points` as they are; the caller must not change them any more.

        Raises
        ------
        ValueError
            When the lengths differ or `points` has another shape.
        TypeError
            When `times` are not integers.

        Examples
        --------
        >>> PointData.from_arrays([0, 0, 1], np.zeros((3, 2)))
        PointData(times=2, entries=3)
        """
        data = cls.__new__(cls)
        if image_size is not None:
            data.setImageSize(image_size)
        data._extend_points(times, points, copy=copy)
        return data

    @mutation
    def addAtTime(self, time: int | TimeFrameIndex, point: Point2D) -> None:
        """Add a copy of a point after those of its time. `add_arrays` adds many."""
        self._append(time, self._rows(point))

    @mutation
    def addPointsAtTime(self, time: int | TimeFrameIndex, points: Any) -> None:
        """Add several points after those of one time.

        Parameters
        ----------
        time : int
            Time index.
        points : list of Point2D, or array of shape (N, 2)
            Nothing happens if there are none.
        """
        index = as_int(time, "time")
        for row in Line2D._as_rows(points):
            self._append(index, row[np.newaxis])

    @mutation
    def add_arrays(self, times: npt.ArrayLike, points: npt.ArrayLike) -> None:
        """Add many points, given as for `from_arrays`; each after those of its time."""
        self._extend_points(times, points, copy=True)

    def _extend_points(self, times: npt.ArrayLike, points: npt.ArrayLike, *, copy: bool) -> None:
        rows = np.asarray(points)
        if rows.ndim and len(rows) != np.size(times):
            raise ValueError(f"{np.size(times)} times need as many points, not {len(rows)}")
        if not rows.size:
            return
        self._extend(*as_ragged(times, one_each(np.size(times)), rows, np.float32, copy=copy))

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Require one point per entry."""
        super().check_columns(columns)
        if len(columns.arrays["points"]) != len(columns.arrays["times"]) or "offsets" in columns.arrays:
            raise ValueError("there is not one point for each time")

    def _changing_columns(self) -> Mapping[str, Changing]:
        columns = super()._changing_columns()
        return {name: column for name, column in columns.items() if name != "offsets"}  # there is one point per entry
