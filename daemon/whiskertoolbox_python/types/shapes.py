"""The two shapes made of points: lines (float32) and masks (uint32 pixels), and masks as images.

Values only: what belongs to a time, a clock or a key is in the modules of the data types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import as_array, as_float32_array, as_int_array
from whiskertoolbox_python.arrays.growing import Growing
from whiskertoolbox_python.types.geometry import ImageSize, Point2D, Point2DU32, require_both
from whiskertoolbox_python.upstream.arguments import NOT_GIVEN, SIZE, UINT32, as_int, as_list, refused
from whiskertoolbox_python.upstream.bindings import Bound

if TYPE_CHECKING:
    from typing_extensions import Self

Array = npt.NDArray[Any]

P = TypeVar("P", Point2D, Point2DU32)


class PointSequence(Bound, Generic[P]):
    """What `Line2D` and `Mask2D` share: points in order, one ``(N, 2)`` array."""

    __slots__ = ("_rows",)
    _point: ClassVar[type[Any]]
    _dtype: ClassVar[npt.DTypeLike]
    _rows: Growing

    def __init__(self, points: Any = NOT_GIVEN, y: Any = NOT_GIVEN, *, x: Any = NOT_GIVEN) -> None:
        if x is not NOT_GIVEN:
            if points is not NOT_GIVEN:
                raise TypeError(f"{type(self).__name__}(): incompatible function arguments: x was given twice")
            require_both(self, x, y)
            points = x
        if points is NOT_GIVEN and y is NOT_GIVEN:
            rows = np.zeros((0, 2), self._dtype)
        elif y is NOT_GIVEN:
            rows = self._as_rows(points)
        else:
            require_both(self, points, y)
            rows = self._from_coordinates(points, y)
        self._rows = Growing(rows)

    @classmethod
    def _over(cls, rows: Array) -> Self:
        """Make a shape over rows of the right type that never change, without a copy."""
        self = cls.__new__(cls)
        self._rows = Growing(rows)
        return self

    @classmethod
    def _as_rows(cls, points: Any) -> Array:
        """Return a list of points, or an ``(N, 2)`` array, as a new array."""
        points = as_list(points, "points")
        if isinstance(points, np.ndarray) and points.dtype.kind != "O":
            if points.ndim != 2 or points.shape[1] != 2:
                raise TypeError(
                    f"{cls.__name__}(): incompatible function arguments: points must be a list of "
                    f"{cls._point.__name__} or an array of shape (N, 2), not {points.shape}"
                )
            return cls._from_coordinates(points[:, 0], points[:, 1])
        for point in points:
            if not isinstance(point, cls._point):
                raise refused("points", f"a list of {cls._point.__name__}", point)
        return np.array([(point._x, point._y) for point in points], cls._dtype).reshape(-1, 2)

    @classmethod
    def _from_coordinates(cls, x: Any, y: Any) -> Array:
        x, y = cls._coordinates(x, "x"), cls._coordinates(y, "y")
        if len(x) != len(y):
            raise ValueError(
                f"{cls.__name__}(): x has {len(x)} values and y has {len(y)}; they must have the same length"
            )
        rows = np.empty((len(x), 2), cls._dtype)
        rows[:, 0] = x
        rows[:, 1] = y
        return rows

    @staticmethod
    def _coordinates(values: Any, name: str) -> Array:
        """Return one coordinate of every point."""
        raise NotImplementedError

    @property
    def x(self) -> Array:
        """Columns of the points, in pixels; ``(N,)``, a read-only view."""
        return self._rows.view()[:, 0]

    @property
    def y(self) -> Array:
        """Rows of the points, in pixels; ``(N,)``, a read-only view."""
        return self._rows.view()[:, 1]

    def size(self) -> int:
        """Return the number of points."""
        return len(self._rows)

    def empty(self) -> bool:
        """Return whether there is no point."""
        return not len(self._rows)

    def push_back(self, point: P) -> None:
        """Append one point. `extend` appends many."""
        if not isinstance(point, self._point):
            raise refused("point", f"a {self._point.__name__}", point)
        self._rows.append((point._x, point._y))

    def extend(self, points: Any) -> None:
        """Append an ``(N, 2)`` array, another shape of this kind, or a list of points."""
        self._rows.extend(self._as_rows(points))

    def toList(self) -> list[P]:
        """Return a list of copies of the points. ``np.asarray`` gives all coordinates without a Python loop."""
        make = self._point._of
        return [make(x, y) for x, y in self._rows.rows.tolist()]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> P: ...
    @overload
    def __getitem__(self, index: slice) -> Array: ...
    def __getitem__(self, index: int | slice) -> P | Array:
        """Return a copy of one point, or a read-only array ``(n, 2)`` of those of a slice."""
        if isinstance(index, slice):
            return self._rows.view()[index]
        index = as_int(index, "index", SIZE)
        if index >= len(self._rows):
            raise IndexError(f"point {index} of {len(self._rows)}")
        point: P = self._point._of(*self._rows.rows[index].tolist())
        return point

    def __iter__(self) -> Iterator[P]:
        return iter(self.toList())

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return as_array(self._rows.view(), dtype, copy)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(points={len(self._rows)})"


class Line2D(PointSequence[Point2D]):
    """A polyline: float32 points in order, as one traced whisker in one frame.

    ``np.asarray(line)`` is its ``(N, 2)`` float32 array, read-only and without a copy; ``line.x`` and ``line.y`` are
    its columns. Compared by identity.

    Parameters
    ----------
    points : list of Point2D, or array of shape (N, 2)
        The points, in pixels; copied. With `y`, their x coordinates.
    y, x : list of float, optional
        Instead of points, their coordinates, as many of each: ``Line2D(x, y)``, or by name.

    Raises
    ------
    ValueError
        When `x` and `y` differ in length.
    TypeError
        When `points` holds something else than points, or an array has another shape.

    Examples
    --------
    >>> line = Line2D([0, 10, 20], [5, 6, 8])
    >>> line.push_back(Point2D(30, 11))
    >>> len(line), line[3]
    (4, Point2D(30.000000, 11.000000))
    >>> np.asarray(line).shape
    (4, 2)
    >>> line.y.tolist()
    [5.0, 6.0, 8.0, 11.0]
    >>> Line2D(np.array([[0.0, 5.0], [10.0, 6.0]]))
    Line2D(points=2)
    """

    __slots__ = ()
    _point = Point2D
    _dtype = np.float32

    @staticmethod
    def _coordinates(values: Any, name: str) -> Array:
        return as_float32_array(values, name)


class Mask2D(PointSequence[Point2DU32]):
    """A region of an image: the pixels that belong to it, in order, duplicates kept.

    ``np.asarray(mask)`` is its ``(N, 2)`` uint32 array of (column, row), read-only and without a copy; ``mask.x`` and
    ``mask.y`` are its columns. Compared by identity.

    Parameters
    ----------
    points : list of Point2DU32, or array of int, shape (N, 2)
        The pixels; copied. With `y`, their columns.
    y, x : list of int, optional
        Instead of pixels, their rows and columns, as many of each: ``Mask2D(x, y)``, or by name.

    Raises
    ------
    ValueError
        When `x` and `y` differ in length.
    TypeError
        When a coordinate is negative, too large or not an integer.

    Examples
    --------
    >>> mask = Mask2D([4, 5, 5], [2, 2, 3])
    >>> int(mask.to_raster(ImageSize(8, 4)).sum())
    3
    >>> image = np.zeros((4, 8), bool)
    >>> image[2, 4:6] = True
    >>> np.asarray(Mask2D.from_raster(image)).tolist()
    [[4, 2], [5, 2]]
    """

    __slots__ = ()
    _point = Point2DU32
    _dtype = np.uint32

    @staticmethod
    def _coordinates(values: Any, name: str) -> Array:
        return as_int_array(values, name, UINT32)

    @classmethod
    def from_raster(cls, raster: npt.ArrayLike) -> Self:
        """Make a mask of the non-zero pixels of an image.

        Parameters
        ----------
        raster : array of shape (height, width)
            Any numeric or boolean type; compare it with a threshold first where zero is not the background.
        """
        image = np.asarray(raster)
        if image.ndim != 2:
            raise ValueError(f"a raster has the shape (height, width), not {image.shape}")
        rows, columns = np.nonzero(image)
        return cls._over(np.column_stack([columns, rows]).astype(np.uint32))

    def to_raster(self, image_size: ImageSize) -> npt.NDArray[np.bool_]:
        """Return the mask as an image.

        Parameters
        ----------
        image_size : ImageSize
            Size of the image. Pixels outside it are left out.

        Returns
        -------
        bool array of shape (height, width)
            True where a pixel belongs to the mask.
        """
        raster = blank_raster(image_size)
        draw(raster, self.x, self.y)
        return raster

    def points(self) -> list[Point2DU32]:
        """Return a list of copies of the pixels, like `toList`."""
        return self.toList()


def blank_raster(image_size: ImageSize) -> npt.NDArray[np.bool_]:
    """Return an image of that size without a pixel set; ValueError while the size is unknown."""
    if not isinstance(image_size, ImageSize):
        raise refused("image_size", "an ImageSize", image_size)
    if image_size.width < 0 or image_size.height < 0:
        raise ValueError(f"the image size is unknown ({image_size}): set it with setImageSize, or give one")
    return np.zeros((image_size.height, image_size.width), bool)


def draw(rasters: npt.NDArray[np.bool_], x: Array, y: Array, *image: Array) -> None:
    """Set pixels of one image, or of several when `image` says which each belongs to; those outside are left out."""
    inside = (x < rasters.shape[-1]) & (y < rasters.shape[-2])
    rasters[tuple(index[inside] for index in (*image, y, x))] = True
