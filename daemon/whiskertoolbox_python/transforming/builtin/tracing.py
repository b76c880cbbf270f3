"""Whiskers traced in images: ridges, thinned and put into order (scikit-image)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._extras import extra
from whiskertoolbox_python.transforming._polylines import Polylines
from whiskertoolbox_python.transforming._results import offsets_of
from whiskertoolbox_python.transforming.builtin.mask_lines import mask_to_line
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.media import MediaData


@built_in("Whisker Tracing", "first generation", output=LineData)
def whisker_tracing(
    media: MediaData,
    mask_data: MaskData | None = None,
    progress: Callable[[float], None] = lambda part: None,
    use_processed_data: bool = True,
    clip_length: Annotated[int, Unit("vertices"), Limits(0)] = 0,
    whisker_length_threshold: Annotated[float, Unit("pixels"), Limits(0)] = 50.0,
    batch_size: int = 100,
    use_parallel_processing: bool = True,
    use_mask_data: bool = False,
    dark_whiskers: bool = True,
    ridge_width: Annotated[float, Unit("pixels"), Limits(0.5)] = 2.0,
    sensitivity: Annotated[float, Limits(0, 1)] = 0.25,
) -> LineData:
    """Trace whiskers in every frame: the ridges of the image, thinned to lines.

    Upstream calls a tracer that is not part of it; this one is ours, so lines are alike, not equal.

    Parameters
    ----------
    mask_data : MaskData
        With use_mask_data: only whiskers that touch the masks of their frame are kept.
    use_processed_data : bool
        Without effect: media are taken as they are.
    clip_length : int
        Vertices that are removed from the end of each longer line.
    whisker_length_threshold : float
        Shorter lines are left out.
    batch_size, use_parallel_processing : int, bool
        Without effect; use wt.batch for several processes.
    use_mask_data : bool
        See mask_data.
    dark_whiskers : bool
        Whether whiskers are darker than what is around them.
    ridge_width : float
        About half of a whisker's width.
    sensitivity : float
        Ridges of at least this part of the frame's strongest count.
    """
    if not len(media):
        raise TransformError("Whisker Tracing: the media have no frames")
    times, counts, points = [], [], [np.zeros((0, 2), np.float32)]
    for frame_number in range(len(media)):
        progress(frame_number / len(media))
        frame = media.frame(frame_number)
        image = np.asarray(frame if frame.ndim == 2 else frame.mean(axis=2), np.float64)
        lines = _ridges(image, dark_whiskers, ridge_width, sensitivity)
        lengths = Polylines(lines.points, lines.offsets).lengths
        chosen = np.flatnonzero(lengths >= whisker_length_threshold)
        if use_mask_data:
            chosen = chosen[_touching(lines, chosen, mask_data, frame_number, image.shape)]
        sizes = np.diff(lines.offsets)[chosen]
        sizes = np.where(sizes > clip_length, sizes - clip_length, sizes)
        points.append(lines.points[ranges(lines.offsets[chosen], sizes)])
        counts += sizes.tolist()
        times += [frame_number] * len(chosen)
    return LineData.from_arrays(
        np.array(times, np.int64),
        offsets_of(np.array(counts, np.int64)),
        np.concatenate(points),
        image_size=media.getImageSize(),
    )


def _ridges(image: npt.NDArray[np.float64], dark: bool, width: float, sensitivity: float) -> LineData:
    strength = extra("skimage.filters").sato(image, sigmas=[width], black_ridges=dark)
    top = float(strength.max())
    if top <= 0:
        return LineData()
    thin = extra("skimage.morphology").skeletonize(strength >= sensitivity * top)
    neighbours = extra("scipy.ndimage").convolve(thin.astype(np.uint8), np.ones((3, 3), np.uint8), mode="constant")
    thin &= neighbours <= 3  # cut where ridges meet
    labels, found = extra("scipy.ndimage").label(thin, np.ones((3, 3)))
    row, column = np.nonzero(labels)
    owner = labels[row, column] - 1
    order = np.argsort(owner, kind="stable")
    sizes = np.bincount(owner, minlength=found)
    pixels = np.column_stack([column, row])[order].astype(np.uint32)
    masks = MaskData.from_arrays(np.zeros(found, np.int64), offsets_of(sizes), pixels)
    ordered: LineData = mask_to_line(masks).data
    return ordered


def _touching(
    lines: LineData, chosen: npt.NDArray[np.int64], masks: MaskData | None, time: int, shape: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    touches = np.zeros(len(chosen), bool)
    pixels = np.zeros((0, 2)) if masks is None else masks.at_times([time]).points.astype(np.float64)
    if not len(pixels) or masks is None:
        return touches
    size = masks.getImageSize()
    if size.width > 0 and size.height > 0:
        pixels = pixels * [shape[1] / size.width, shape[0] / size.height]
    area = np.zeros(shape[:2], bool)
    column, row = np.minimum(pixels.astype(np.int64), [shape[1] - 1, shape[0] - 1]).T
    area[row, column] = True
    for number, line in enumerate(chosen.tolist()):
        vertices = lines.points[lines.offsets[line] : lines.offsets[line + 1]].astype(np.int64)
        touches[number] = area[vertices[:, 1], vertices[:, 0]].any()
    return touches
