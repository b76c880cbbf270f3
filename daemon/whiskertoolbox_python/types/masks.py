"""`MaskData`: regions of frames, several per time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array, as_int_array
from whiskertoolbox_python.arrays.ragged import Array
from whiskertoolbox_python.clocks.time_frame import TimeFrameIndex
from whiskertoolbox_python.types._ragged_data import RaggedData, as_ragged
from whiskertoolbox_python.types.data_object import mutation
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.types.shapes import Mask2D, blank_raster, draw
from whiskertoolbox_python.upstream.arguments import UINT32, as_int, refused

if TYPE_CHECKING:
    from typing_extensions import Self


class MaskData(RaggedData[Mask2D]):
    """Masks over time, several per time index: the pixels of a face, a paw or a pupil in a video.

    Stored as columns: `times` (one per mask), `offsets`, `points` (uint32 ``(N, 2)``, column and row of each pixel) and
    `entity_ids`, all handed out read-only and without a copy. ``MaskData()`` is empty; `from_arrays` and
    `from_rasters` make one in bulk, `addAtTime` and `add_raster` add single masks.

    ``dm.load`` and ``dm.load_file`` make them of files, ``dm.getData(key)`` gives those that are stored, and
    ``dm.setData(key, masks, time_key)`` stores them, which gives each its identity.

    Iterating gives ``(time, entity_id, mask)``. ``time in masks`` tells whether a time has masks, ``len(masks)`` their
    number, ``masks[10:20]`` some of them, `restrict` those of a range of indices, ticks or seconds.

    Examples
    --------
    >>> movie = np.zeros((2, 4, 6), bool)  # two frames, 4 rows, 6 columns
    >>> movie[0, 1, 2:5] = True
    >>> movie[1, 2:4, 0] = True
    >>> masks = MaskData.from_rasters([7, 8], movie)
    >>> masks
    MaskData(times=2, entries=2)
    >>> np.asarray(masks.getAtTime(7)[0]).tolist()
    [[2, 1], [3, 1], [4, 1]]
    >>> np.array_equal(masks.to_rasters([7, 8]), movie)
    True
    >>> np.diff(masks.offsets).tolist()  # area of each mask, in pixels
    [3, 2]
    """

    __slots__ = ()
    kind: ClassVar[KindInfo] = KindInfo(
        "Mask", "Mask", "mask", "symbol-color", order=90, config_word="mask", drawing="marks"
    )
    _kind = "mask"
    _dtype = np.uint32

    @staticmethod
    def _item(rows: Array) -> Mask2D:
        return Mask2D._over(rows)

    @staticmethod
    def _rows(item: Any) -> Array:
        if not isinstance(item, Mask2D):
            raise refused("mask", "a Mask2D", item)
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
        """Make masks from columns, without a Python loop.

        Parameters
        ----------
        times : array of int, shape (masks,)
            Time index of each mask, in any order; the masks of one time keep their order.
        offsets : array of int, shape (masks + 1,)
            Mask ``i`` is ``points[offsets[i]:offsets[i + 1]]``.
        points : array of int, shape (N, 2)
            Column and row of each pixel, stored as uint32.
        image_size : ImageSize, optional
            Size of the image that the pixels belong to.
        copy : bool
            False keeps a uint32 `points` array as it is; the caller must not change it any more.

        Raises
        ------
        ValueError
            When the lengths do not fit, or `offsets` does not ascend from 0 to the number of points.
        TypeError
            When a column is not of integers, or a pixel is negative or too large.

        Examples
        --------
        >>> MaskData.from_arrays([0, 1], [0, 2, 3], [[4, 2], [5, 2], [9, 9]])
        MaskData(times=2, entries=2)
        """
        masks = cls.__new__(cls)
        if image_size is not None:
            masks.setImageSize(image_size)
        masks._extend(*as_ragged(times, offsets, _as_pixels(points), np.uint32, copy=copy))
        return masks

    @classmethod
    def from_rasters(cls, times: Any, rasters: npt.ArrayLike) -> Self:
        """Make one mask of the non-zero pixels of each image; an image without such pixels makes none.

        Parameters
        ----------
        times : list of int
            Time index of each image.
        rasters : array of shape (images, height, width)
            Any numeric or boolean type. The image size becomes ``ImageSize(width, height)``.
        """
        images = np.asarray(rasters)
        indices = as_int_array(times, "times")
        if images.ndim != 3 or len(images) != len(indices):
            raise ValueError(f"{len(indices)} times need rasters of shape (times, height, width), not {images.shape}")
        image, row, column = np.nonzero(images)
        areas = np.bincount(image, minlength=len(images))
        offsets = np.concatenate([[0], np.cumsum(areas[areas > 0])])
        masks = cls.__new__(cls)
        masks.setImageSize(ImageSize(images.shape[2], images.shape[1]))
        masks._extend(indices[areas > 0], offsets, np.column_stack([column, row]).astype(np.uint32))
        return masks

    @mutation
    def addAtTime(self, time: int | TimeFrameIndex, mask: Mask2D) -> None:
        """Add a copy of a mask after those of its time; an empty mask counts. `add_arrays` adds many."""
        self._append(time, self._rows(mask))

    @mutation
    def add_arrays(self, times: npt.ArrayLike, offsets: npt.ArrayLike, points: npt.ArrayLike) -> None:
        """Add many masks, given as for `from_arrays`; each after those of its time."""
        self._extend(*as_ragged(times, offsets, _as_pixels(points), np.uint32, copy=True))

    def add_raster(self, time: int | TimeFrameIndex, raster: npt.ArrayLike) -> None:
        """Add a mask of the non-zero pixels of an image of shape ``(height, width)``."""
        self.addAtTime(time, Mask2D.from_raster(raster))

    def to_rasters(self, times: Any, image_size: ImageSize | None = None) -> npt.NDArray[np.bool_]:
        """Return the masks of each time as one image.

        Parameters
        ----------
        times : list of int
            Time indices; one without masks gives a blank image.
        image_size : ImageSize, optional
            By default that of the data. Pixels outside it are left out.

        Returns
        -------
        bool array of shape (times, height, width)
            True where a pixel belongs to any mask of the time.

        Raises
        ------
        ValueError
            When the image size is unknown.
        """
        distinct, places = np.unique(as_int_array(times, "times"), return_inverse=True)
        part = self.at_times(distinct)
        image_of_pixel = np.repeat(np.searchsorted(distinct, part.times), np.diff(part.offsets))
        blank = blank_raster(self.getImageSize() if image_size is None else image_size)
        rasters = np.repeat(blank[np.newaxis], len(distinct), axis=0)
        draw(rasters, part.points[:, 0], part.points[:, 1], image_of_pixel)
        is_in_order = np.array_equal(places, np.arange(len(distinct), dtype=np.int64))
        return rasters if is_in_order else rasters[places]

    def raster_at(self, time: int | TimeFrameIndex, image_size: ImageSize | None = None) -> npt.NDArray[np.bool_]:
        """Return all masks of a time as one bool image of shape ``(height, width)``; see `to_rasters`."""
        raster: npt.NDArray[np.bool_] = self.to_rasters([as_int(time, "time")], image_size)[0]
        return raster


def _as_pixels(points: npt.ArrayLike) -> Array:
    """Return pixels as they are if they are uint32, else checked as integers of that range."""
    array = np.asarray(points)
    if array.dtype == np.uint32 or array.ndim != 2:
        return array
    flat: Int64Array = as_int_array(array.reshape(-1), "points", UINT32) if array.size else np.zeros(0, np.int64)
    return flat.reshape(array.shape)
