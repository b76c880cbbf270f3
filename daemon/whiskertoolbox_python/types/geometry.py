"""Points and image sizes: values without a time, a clock or a key. Lines and masks are in `shapes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from whiskertoolbox_python.upstream.arguments import INT32, NOT_GIVEN, UINT32, as_float32, as_int, refused
from whiskertoolbox_python.upstream.bindings import Bound

if TYPE_CHECKING:
    from typing_extensions import Self


def require_both(owner: object, first: object, second: object) -> None:
    """Refuse one coordinate without the other, as upstream's constructors do."""
    if (first is NOT_GIVEN) != (second is NOT_GIVEN):
        raise TypeError(f"{type(owner).__name__}(): incompatible function arguments: takes none or two")


class Point2D(Bound):
    """A point with float32 coordinates, in pixels.

    Equal by value, unhashable.

    Parameters
    ----------
    x, y : float
        Coordinates, both or none (0, 0). Rounded to float32.

    Examples
    --------
    >>> point = Point2D(1, 2.5)
    >>> point.x = 3
    >>> point
    Point2D(3.000000, 2.500000)
    """

    __slots__ = ("_x", "_y")
    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # mutable and compared by value, as upstream

    def __init__(self, x: float = NOT_GIVEN, y: float = NOT_GIVEN) -> None:
        require_both(self, x, y)
        self._x = 0.0 if x is NOT_GIVEN else as_float32(x, "x")
        self._y = 0.0 if y is NOT_GIVEN else as_float32(y, "y")

    @classmethod
    def _of(cls, x: float, y: float) -> Self:
        """Make a point of two numbers that came out of a float32 array."""
        self = cls.__new__(cls)
        self._x = x
        self._y = y
        return self

    @property
    def x(self) -> float:
        """Column, in pixels."""
        return self._x

    @x.setter
    def x(self, value: float) -> None:
        self._x = as_float32(value, "x")

    @property
    def y(self) -> float:
        """Row, in pixels."""
        return self._y

    @y.setter
    def y(self, value: float) -> None:
        self._y = as_float32(value, "y")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point2D) and self._x == other._x and self._y == other._y

    def __repr__(self) -> str:
        return f"Point2D({self._x:.6f}, {self._y:.6f})"


class Point2DU32(Bound):
    """A pixel: a point with unsigned 32-bit coordinates.

    Equal by value, unhashable.

    Parameters
    ----------
    x, y : int
        Column and row, 0 to 2**32 - 1, both or none (0, 0).

    Examples
    --------
    >>> Point2DU32(3, 4)
    Point2DU32(3, 4)
    """

    __slots__ = ("_x", "_y")
    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # mutable and compared by value, as upstream

    def __init__(self, x: int = NOT_GIVEN, y: int = NOT_GIVEN) -> None:
        require_both(self, x, y)
        self._x = 0 if x is NOT_GIVEN else as_int(x, "x", UINT32)
        self._y = 0 if y is NOT_GIVEN else as_int(y, "y", UINT32)

    @classmethod
    def _of(cls, x: int, y: int) -> Self:
        """Make a pixel of two numbers that came out of a uint32 array."""
        self = cls.__new__(cls)
        self._x = x
        self._y = y
        return self

    @property
    def x(self) -> int:
        """Column."""
        return self._x

    @x.setter
    def x(self, value: int) -> None:
        self._x = as_int(value, "x", UINT32)

    @property
    def y(self) -> int:
        """Row."""
        return self._y

    @y.setter
    def y(self, value: int) -> None:
        self._y = as_int(value, "y", UINT32)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point2DU32) and self._x == other._x and self._y == other._y

    def __repr__(self) -> str:
        return f"Point2DU32({self._x}, {self._y})"


class ImageSize(Bound):
    """Width and height of the image that coordinates belong to; -1, -1 while unknown.

    Parameters
    ----------
    width, height : int
        In pixels, both or none (-1, -1).

    Examples
    --------
    >>> ImageSize(640, 480)
    ImageSize(640, 480)
    >>> ImageSize() == ImageSize(-1, -1)
    True
    """

    __slots__ = ("_height", "_width")
    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # mutable and compared by value, as upstream

    def __init__(self, width: int = NOT_GIVEN, height: int = NOT_GIVEN) -> None:
        require_both(self, width, height)
        self._width = -1 if width is NOT_GIVEN else as_int(width, "width", INT32)
        self._height = -1 if height is NOT_GIVEN else as_int(height, "height", INT32)

    @property
    def width(self) -> int:
        """Columns, in pixels."""
        return self._width

    @width.setter
    def width(self, value: int) -> None:
        self._width = as_int(value, "width", INT32)

    @property
    def height(self) -> int:
        """Rows, in pixels."""
        return self._height

    @height.setter
    def height(self, value: int) -> None:
        self._height = as_int(value, "height", INT32)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ImageSize):  # upstream's comparison refuses other types, unlike its points'
            raise refused("other", "an ImageSize", other)
        return self._width == other._width and self._height == other._height

    def __repr__(self) -> str:
        return f"ImageSize({self._width}, {self._height})"
