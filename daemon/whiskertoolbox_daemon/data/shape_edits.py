"""Edits of points, lines and masks that a viewer makes, committed at once, answered with what undoes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_protocol.arrays import WireArray, array_bytes, encode_array
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import EditShape
from whiskertoolbox_protocol.wire import WireError
from whiskertoolbox_python import DataManager, Line2D, LineData, Mask2D, MaskData, Point2D, PointData
from whiskertoolbox_python.views.timeline import index_at

Points = npt.NDArray[Any]

POINTS_LIMIT = 1 << 18
"""Of a line or a mask: a mask of half of a 640 x 480 frame fits."""


def edit_shape(manager: DataManager, edit: EditShape) -> EditShape:
    """Change one entry of the index of a tick; raises `RequestError` when nothing was changed.

    Identities and order of the others stay; what was deleted comes back with the identity that it had.
    """
    before, after = _points_of(edit.before), _points_of(edit.after)
    manager.refresh()
    data = manager.getData(edit.key)
    if not isinstance(data, PointData | LineData | MaskData):
        raise RequestError(f"{edit.key} is not a key of points, lines or masks; it may have been deleted.")
    clock = manager.getTime(manager.getTimeKey(edit.key))
    if not math.isfinite(edit.tick):
        raise RequestError("A shape belongs to a tick, which is a finite number.")
    index = index_at(clock.times if clock is not None else np.zeros(0, np.int64), edit.tick)
    if clock is not None and len(clock) and index < 0:
        raise RequestError(f"{edit.key} has no frame yet at tick {edit.tick:,.0f}: its clock begins later.")
    there = data.at_times([index])
    entries = [there.points[first:end] for first, end in zip(there.offsets[:-1], there.offsets[1:], strict=True)]
    ids = there.entity_ids.tolist()
    place = _place_of(edit, before, entries, ids)
    if len(before):
        entries[place : place + 1] = [after] if len(after) else []
        ids[place : place + 1] = [edit.entity_id] if len(after) else []
    else:
        entries.insert(place, after)
        ids.insert(place, edit.entity_id)
    try:
        data.set_at_time(index, [_item(data)(points) for points in entries], ids)
    except (TypeError, ValueError) as error:
        raise RequestError(f"{edit.key} cannot be changed in this way: {error}") from error
    manager.flush()
    entity_id = edit.entity_id or int(data.at_times([index]).entity_ids[place])
    return replace(edit, entity_id=entity_id, place=place, before=edit.after, after=encode_array(before))


def _place_of(edit: EditShape, before: Points, entries: list[Points], ids: list[int]) -> int:
    """Return where the entry is, or is to be; what is changed must be what was seen."""
    if not len(before):
        return edit.place if 0 <= edit.place <= len(ids) else len(ids)
    place = ids.index(edit.entity_id) if edit.entity_id > 0 and edit.entity_id in ids else -1
    if place < 0 or not np.array_equal(entries[place].astype(np.float32), before, equal_nan=True):
        raise RequestError(f"{edit.key} was changed meanwhile: #{edit.entity_id} is not what was shown. Try again.")
    return place


def _points_of(array: WireArray) -> Points:
    """Return coordinates that a viewer sent; raises `RequestError` when they make no sense."""
    if array.dtype != "float32" or len(array.shape) != 2 or array.shape[1] != 2:
        raise RequestError(f"Points are float32 of shape (points, 2), not {array.dtype} of shape {array.shape}.")
    if array.shape[0] > POINTS_LIMIT:
        raise RequestError(f"A line or mask has at most {POINTS_LIMIT:,} points here, not {array.shape[0]:,}.")
    try:
        points = np.frombuffer(array_bytes(array), "<f4").reshape(array.shape)
    except WireError as error:
        raise RequestError(str(error)) from error
    return points.astype(np.float32)


def _item(data: PointData | LineData | MaskData) -> Callable[[Points], Any]:
    """Return what makes an entry of its points."""
    if isinstance(data, PointData):
        return _point
    return Line2D if isinstance(data, LineData) else _mask


def _point(points: Points) -> Point2D:
    if len(points) != 1:
        raise ValueError(f"a point is one point, not {len(points)}")
    return Point2D(*points[0].tolist())


def _mask(pixels: Points) -> Mask2D:
    if not (np.isfinite(pixels).all() and (pixels >= 0).all() and (pixels == np.floor(pixels)).all()):
        raise ValueError("a pixel of a mask is a column and a row, both whole numbers from 0 on")
    return Mask2D(pixels.astype(np.int64))
