"""Masks measured and changed. Images of many masks are worked on at once, as tiles of one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._extras import extra
from whiskertoolbox_python.transforming._results import (
    Derived,
    first_of_time,
    masks_of,
    points_of,
    samples_of,
    values_of,
)
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries

Ints = npt.NDArray[np.int64]
Image = npt.NDArray[np.bool_]
_PICTURE = 1 << 24
"""Pixels of a picture of tiles, unless one mask alone needs more."""


@built_in("Calculate Area", "first generation", output=AnalogTimeSeries)
def calculate_area(masks: MaskData) -> AnalogTimeSeries:
    """Count the pixels of all masks of each frame; frames without masks have no sample."""
    times = masks.times
    if not len(times):
        return AnalogTimeSeries()
    first = first_of_time(times)
    return samples_of(times[first], np.add.reduceat(np.diff(masks.offsets), first))


@built_in("Calculate Mask Centroid", "first generation", output=PointData, keeps_unit=True)
def calculate_mask_centroid(masks: MaskData) -> Derived:
    """Compute the mean pixel of each mask; an empty mask has none."""
    means = _centroids(masks)
    entries = np.flatnonzero(np.diff(masks.offsets) > 0)
    return points_of(masks, means[entries], entries)


@built_in("CalculateMaskArea", "second generation", output=RaggedAnalogTimeSeries)
def calculate_mask_area(
    masks: MaskData,
    scale_factor: float = 1.0,
    min_area: Annotated[float, Unit("pixels"), Limits(0)] = 0.0,
    exclude_holes: bool = False,
) -> Derived:
    """Count the pixels of each mask.

    Parameters
    ----------
    scale_factor : float
        Multiplies the area; above 0.
    min_area : float
        A mask of fewer pixels has the area 0.
    exclude_holes : bool
        Without effect, as upstream: holes have no pixels.
    """
    area = np.diff(masks.offsets).astype(np.float64)
    return values_of(masks, np.where(area < min_area, 0, area) * scale_factor)


@built_in("CalculateMaskCentroid", "second generation", output=PointData, keeps_unit=True)
def calculate_mask_centroid_2(masks: MaskData) -> Derived:
    """Compute the mean pixel of each mask; that of an empty mask is (0, 0)."""
    return points_of(masks, _centroids(masks), np.arange(len(masks), dtype=np.int64))


@built_in("Remove Small Connected Components", "first generation", output=MaskData, keeps_unit=True)
def remove_small_connected_components(masks: MaskData, threshold: Annotated[int, Unit("pixels")] = 10) -> Derived:
    """Drop the connected parts (8 neighbours) of each mask that are smaller than a size.

    Parameters
    ----------
    threshold : int
        Parts of fewer pixels go; 0 or less: 10.
    """
    smallest = threshold if threshold > 0 else 10

    def keep_large(picture: Image) -> Image:
        labels, count = extra("scipy.ndimage").label(picture, np.ones((3, 3)))
        large = np.bincount(labels.ravel(), minlength=count + 1) >= smallest
        large[0] = False
        kept: Image = large[labels]
        return kept

    return _in_tiles(masks, keep_large)


@built_in("Fill Mask Holes", "first generation", output=MaskData, keeps_unit=True)
def fill_mask_holes(masks: MaskData) -> Derived:
    """Fill the background that each mask encloses; a diagonal gap is closed. Empty masks stay."""
    return _in_tiles(masks, lambda picture: extra("scipy.ndimage").binary_fill_holes(picture), keep_empty=True)


@built_in("Apply Median Filter", "first generation", output=MaskData, keeps_unit=True)
def apply_median_filter(masks: MaskData, window_size: Annotated[int, Unit("pixels")] = 3) -> Derived:
    """Smooth each mask by a median in a square window; the image is mirrored at its border.

    Parameters
    ----------
    window_size : int
        Odd; anything else is 3.
    """
    width = window_size if window_size > 0 and window_size % 2 else 3
    return _in_tiles(masks, lambda picture: _majority(picture, width), margin=width // 2, mirrored=True)


@built_in("MedianFilterMask", "second generation", output=MaskData, keeps_unit=True)
def median_filter_mask(
    masks: MaskData,
    window_size: Annotated[int, Unit("pixels")] = 3,
    image_width: Annotated[int, Unit("pixels")] = -1,
    image_height: Annotated[int, Unit("pixels")] = -1,
) -> Derived:
    """Smooth each mask by a median in a square window.

    Parameters
    ----------
    window_size : int
        Odd; anything else is 3.
    image_width, image_height : int
        Size of the image, which is then mirrored at its border; without both, background is all around.
    """
    width = window_size if window_size > 0 and window_size % 2 else 3
    canvas = _canvas_of(image_width, image_height)
    return _in_tiles(
        masks,
        lambda picture: _majority(picture, width),
        margin=max(1, width // 2),
        mirrored=not isinstance(canvas, str),
        canvas=canvas,
        keep_empty=True,
    )


@built_in("Skeletonize Mask", "first generation", output=MaskData, keeps_unit=True)
def skeletonize_mask(masks: MaskData) -> Derived:
    """Thin each mask to a line of one pixel (Zhang and Suen)."""
    return _in_tiles(masks, _skeleton)


@built_in("SkeletonizeMask", "second generation", output=MaskData, keeps_unit=True)
def skeletonize_mask_2(
    masks: MaskData,
    method: Literal["ZhangSuen", "MedialAxis"] = "ZhangSuen",
    image_width: Annotated[int, Unit("pixels")] = -1,
    image_height: Annotated[int, Unit("pixels")] = -1,
) -> Derived:
    """Thin each mask to a line of one pixel.

    Parameters
    ----------
    method : str
        Thinning, or the ridge of the distance to the background (scikit-image, ties by a fixed seed; a few pixels
        differ from upstream's).
    image_width, image_height : int
        Size of the image; pixels outside are dropped.
    """
    canvas = _canvas_of(image_width, image_height)
    if method == "ZhangSuen":
        return _in_tiles(masks, _skeleton, canvas=canvas, keep_empty=True)

    def ridge(picture: Image) -> Image:
        found: Image = extra("skimage.morphology").medial_axis(picture, rng=0)
        return found

    return _in_tiles(masks, ridge, canvas=canvas, keep_empty=True, one_by_one=True)


def _skeleton(picture: Image) -> Image:
    thinned: Image = extra("skimage.morphology").skeletonize(picture) > 0
    return thinned


def _centroids(masks: MaskData) -> npt.NDArray[np.float64]:
    offsets, counts = masks.offsets, np.diff(masks.offsets)
    filled = np.flatnonzero(counts > 0)
    means = np.zeros((len(masks), 2))
    if len(filled):
        sums = np.add.reduceat(masks.points.astype(np.float64), offsets[filled])
        means[filled] = sums / counts[filled, np.newaxis]
    return means


def _majority(picture: Image, width: int) -> Image:
    """Return where more than half of the pixels of the window are set."""
    total = picture.astype(np.int32)
    radius = width // 2
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (radius + 1, radius)
        summed = np.cumsum(np.pad(total, padding), axis=axis)
        total = np.take(summed, range(width, summed.shape[axis]), axis) - np.take(
            summed, range(summed.shape[axis] - width), axis
        )
    return total * 2 > width * width


def _canvas_of(width: int, height: int) -> ImageSize | Literal["none"]:
    return ImageSize(width, height) if width > 0 and height > 0 else "none"


def _in_tiles(
    masks: MaskData,
    change: Callable[[Image], Image],
    *,
    margin: int = 1,
    mirrored: bool = False,
    canvas: ImageSize | Literal["none"] | None = None,
    keep_empty: bool = False,
    one_by_one: bool = False,
) -> Derived:
    """Change the image of each mask, and return masks of what comes out, row by row.

    Each mask is drawn as a tile that holds its pixels and a margin of background, many tiles in one picture; so
    `change` must not look further than the margin past the mask (or they are drawn `one_by_one`). What is drawn outside
    the canvas is dropped.
    """
    size = masks.getImageSize()
    if canvas is None:
        canvas = size if size.width > 0 and size.height > 0 else ImageSize(256, 256)
        size = canvas
    bounds = (2**32, 2**32) if isinstance(canvas, str) else (canvas.width, canvas.height)
    counts = np.diff(masks.offsets)
    owner = np.repeat(np.arange(len(masks), dtype=np.int64), counts)
    pixels = masks.points.astype(np.int64)
    inside = (pixels < np.array(bounds)).all(axis=1)
    owner, pixels = owner[inside], pixels[inside]
    if mirrored:
        owner, pixels = _with_mirror_images(owner, pixels, bounds, margin)
    found_owner, found = [np.zeros(0, np.int64)], [np.zeros((0, 2), np.int64)]
    for tile_owner, tile_pixels in _changed_tiles(owner, pixels, change, margin + 1, 0 if one_by_one else _PICTURE):
        kept = ((tile_pixels >= 0) & (tile_pixels < np.array(bounds))).all(axis=1)
        found_owner.append(tile_owner[kept])
        found.append(tile_pixels[kept])
    owners = np.concatenate(found_owner)
    areas = np.bincount(owners, minlength=len(masks))
    entries = np.arange(len(masks), dtype=np.int64) if keep_empty else np.flatnonzero(areas > 0)
    return masks_of(masks, np.concatenate(found), areas[entries], entries, size)


def _with_mirror_images(owner: Ints, pixels: Ints, bounds: tuple[int, int], margin: int) -> tuple[Ints, Ints]:
    """Add what a mirror at each border shows of the pixels near it."""
    for axis, bound in enumerate(bounds):
        owners, copies = [owner], [pixels]
        for near, reflected in (
            (pixels[:, axis] < margin, -1 - pixels[:, axis]),
            (pixels[:, axis] >= bound - margin, 2 * bound - 1 - pixels[:, axis]),
        ):
            copy = pixels[near].copy()
            copy[:, axis] = reflected[near]
            owners.append(owner[near])
            copies.append(copy)
        owner, pixels = np.concatenate(owners), np.concatenate(copies)
    order = np.argsort(owner, kind="stable")
    return owner[order], pixels[order]


def _changed_tiles(
    owner: Ints, pixels: Ints, change: Callable[[Image], Image], margin: int, largest: int
) -> Iterator[tuple[Ints, Ints]]:
    """Yield owners and pixels of the changed tiles, mask by mask, each row by row; `owner` ascends."""
    if not len(owner):
        return
    fresh = np.flatnonzero(np.diff(owner, prepend=-1))
    low = np.minimum.reduceat(pixels, fresh) - margin
    sizes = np.maximum.reduceat(pixels, fresh) + margin + 1 - low
    tiles = owner[fresh]
    ends = np.append(fresh[1:], len(owner))
    start = 0
    while start < len(tiles):
        width, height, stop = 0, 0, start
        while stop < len(tiles):  # as many tiles, one below the other, as fit into a picture
            wider, higher = max(width, int(sizes[stop, 0])), height + int(sizes[stop, 1])
            if stop > start and wider * higher > largest:
                break
            width, height, stop = wider, higher, stop + 1
        tops = np.cumsum(sizes[start:stop, 1]) - sizes[start:stop, 1]
        rows = slice(int(fresh[start]), int(ends[stop - 1]))
        number = np.searchsorted(tiles[start:stop], owner[rows])
        picture = np.zeros((height, width), bool)
        placed = pixels[rows] - low[start:stop][number]
        picture[placed[:, 1] + tops[number], placed[:, 0]] = True
        y, x = np.nonzero(change(picture))
        number = np.searchsorted(tops, y, "right") - 1
        found = np.column_stack([x, y - tops[number]]) + low[start:stop][number]
        yield tiles[start:stop][number], found
        start = stop
