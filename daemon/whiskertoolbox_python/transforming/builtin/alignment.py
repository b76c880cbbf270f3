"""Lines moved to bright ridges of the image."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.transforming._declarations import Unit
from whiskertoolbox_python.transforming._results import Derived, lines_of
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.media import MediaData

Floats = npt.NDArray[np.float64]


@built_in("Line Alignment to Bright Features", "first generation", output=LineData, keeps_unit=True)
def line_alignment_to_bright_features(
    lines: LineData,
    media_data: MediaData,
    width: Annotated[int, Unit("pixels")] = 20,
    perpendicular_range: Annotated[int, Unit("pixels")] = 50,
    use_processed_data: bool = True,
    approach: Literal["PEAK_WIDTH_HALF_MAX", "GAUSSIAN_FIT", "THRESHOLD_BASED"] = "PEAK_WIDTH_HALF_MAX",
    output_mode: Literal["ALIGNED_VERTICES", "FWHM_PROFILE_EXTENTS"] = "ALIGNED_VERTICES",
) -> Derived:
    """Move each vertex to the middle of the brightest ridge beside its line, by the width at half of its height.

    Lines of fewer than three vertices stay; frames without an image are left out.

    Parameters
    ----------
    media_data : MediaData
        The image of each time; colours are averaged.
    width : int
        Length of line over which a vertex looks; 0: vertices stay.
    perpendicular_range : int
        How far it looks to both sides together; an even number (an odd one adds a black pixel, as in upstream).
    use_processed_data : bool
        Without effect: media are taken as they are.
    approach : str
        Without effect, as upstream: the half-height rule is always used.
    output_mode : str
        The moved lines, or for each vertex a line of the left edge, the peak and the right edge.
    """
    points, counts, entries = [np.zeros((0, 2))], [], []
    offsets = lines.offsets
    extents = output_mode == "FWHM_PROFILE_EXTENTS"
    image_time, image = None, np.zeros((0, 0))
    for entry, time in enumerate(lines.times.tolist()):
        if not 0 <= time < len(media_data):
            continue
        if time != image_time:
            frame = media_data.frame(time)
            image_time, image = time, np.asarray(frame if frame.ndim == 2 else frame.mean(axis=2), np.float64)
        vertices = lines.points[offsets[entry] : offsets[entry + 1]].astype(np.float64)
        if len(vertices) < 3:
            points.append(vertices)
            counts.append(len(vertices))
            entries.append(entry)
            continue
        found = _edges(image, vertices, width, perpendicular_range)
        if extents:
            points.append(found[:, :3].reshape(-1, 2))
            counts += [3] * len(vertices)
            entries += [entry] * len(vertices)
        else:
            points.append(np.clip(found[:, 3], 0, np.array(image.shape[::-1]) - 1))
            counts.append(len(vertices))
            entries.append(entry)
    chosen = np.array(entries, np.int64)
    return lines_of(lines, np.concatenate(points).astype(np.float32), np.array(counts, np.int64), chosen)


def _edges(image: Floats, vertices: Floats, width: int, reach: int) -> Floats:
    """Return for each vertex the left edge, the peak, the right edge and the middle: ``(vertices, 4, 2)``."""
    unmoved = np.repeat(vertices[:, np.newaxis], 4, axis=1)
    if width <= 0:
        return unmoved
    across = _normals(vertices)
    along = np.column_stack([-across[:, 1], across[:, 0]])
    steps = np.arange(-(width // 2), width // 2 + 1, dtype=np.int64)
    half = reach // 2
    depth = np.arange(-half, half + 1, dtype=np.int64)
    starts = vertices[:, np.newaxis] + steps[:, np.newaxis] * along[:, np.newaxis]
    places = starts[:, :, np.newaxis] + depth[:, np.newaxis] * across[:, np.newaxis, np.newaxis]
    column, row = np.floor(places + 0.5).astype(np.int64).transpose(3, 0, 1, 2)
    height, breadth = image.shape
    inside = (column >= 0) & (column < breadth) & (row >= 0) & (row < height)
    profile = np.where(inside, image[np.clip(row, 0, height - 1), np.clip(column, 0, breadth - 1)], 0)
    if reach % 2:
        profile = np.concatenate([profile, np.zeros((*profile.shape[:2], 1))], axis=2)
    number = np.arange(profile.shape[2], dtype=np.int64)
    top = profile.max(axis=2)
    is_top = profile == top[:, :, np.newaxis]
    peak = np.floor((is_top * number).sum(axis=2) / is_top.sum(axis=2) + 0.5).astype(np.int64)
    below = profile < ((top + profile.min(axis=2)) / 2)[:, :, np.newaxis]
    left = np.where(below & (number < peak[:, :, np.newaxis]), number, -1).max(axis=2)
    right = np.where(below & (number > peak[:, :, np.newaxis]), number, len(number)).min(axis=2)
    left = np.where(left < 0, peak, left + 1)
    right = np.where(right == len(number), peak, right - 1)
    result = unmoved.copy()
    weight = top.sum(axis=1)
    bright = weight > 0
    for position, place in enumerate((left, peak, right, (left + right) / 2)):
        found = starts + (place - half)[:, :, np.newaxis] * across[:, np.newaxis]
        mean = (found * top[:, :, np.newaxis]).sum(axis=1)
        result[bright, position] = mean[bright] / weight[bright, np.newaxis]
    return result


def _normals(vertices: Floats) -> Floats:
    steps = np.diff(vertices, axis=0)
    length = np.hypot(*steps.T)[:, np.newaxis]
    unit = np.divide(steps, length, out=np.zeros_like(steps), where=length > 0)
    normal = np.column_stack([-unit[:, 1], unit[:, 0]])
    mean = np.concatenate([normal[:1], (normal[:-1] + normal[1:]) / 2, normal[-1:]])
    size = np.hypot(*mean.T)[:, np.newaxis]
    return np.divide(mean, size, out=np.zeros_like(mean), where=size > 0)
