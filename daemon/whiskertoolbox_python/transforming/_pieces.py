"""Running a transform by its name, on all of an object or piece by piece: on each interval, event or entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from whiskertoolbox_python.clocks.time_frame import Interval
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Transform
from whiskertoolbox_python.transforming._joining import join
from whiskertoolbox_python.transforming.registry import find
from whiskertoolbox_python.transforming.running import Outcome, Progress, run
from whiskertoolbox_python.types._ragged_data import RaggedData
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing, at_time_of
from whiskertoolbox_python.types.tensor import TensorData

Piece = tuple[Any, DataObject]
"""When it is, and the data there."""


def run_transform(name: str, data: Any, /, *, over: Any = None, **parameters: Any) -> Any:
    """Run a transform by its exact name.

    Parameters
    ----------
    name : str
        As `transforms` lists them; case-sensitive.
    data : data object
        The input; for transforms of single entries also one `Line2D`, `Mask2D`, `Point2D` or list of numbers.
    over : intervals, events, lines, masks, points or Group, optional
        Run it on the data of each of these, and put together what is made: objects are joined, numbers become a table
        with a row for each. Entries of `data` itself are taken one by one.
    **parameters
        Those of the transform; data parameters as objects. ``groups=`` takes the session's groups where they are
        needed, ``progress=`` a function that is told the part that is done.

    Returns
    -------
    object
        A data object on the input's clock, or a number.

    Raises
    ------
    TransformError
        When there is no such transform, a parameter is wrong, or the transform cannot work on this input.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> angle = wt.AnalogTimeSeries([0, 2, 0, 3, 3], 5)
    >>> wt.run_transform("Threshold Event Detection", angle, threshold_value=1.5).times
    array([1, 3, 4])
    """
    if over is None:
        return run(find(name), data, parameters).data
    return run_over(find(name), data, over, parameters, parameters.get("progress")).data


def run_over(
    transform: Transform, data: Any, over: Any, given: Mapping[str, Any], progress: Progress | None
) -> Outcome:
    """Run a transform on each piece of the data, and put together what is made.

    Objects are joined, on the clock of the data; entries keep the entries that they come from. Numbers become a tensor
    with a row for each piece, and a column of the transform's name.

    Raises
    ------
    TransformError
        When `over` gives no pieces, or what is made of them cannot be put together.
    """
    if not isinstance(data, DataObject):
        raise TransformError(f"{transform.name}: over= needs a data object, not {type(data).__name__}")
    pieces = list(_pieces(data, over))
    if not pieces:
        raise TransformError(f"{transform.name}: over= has no entries, so there is nothing to run it on")
    given = {name: value for name, value in given.items() if name != "progress"}
    outcomes = []
    for number, (_, piece) in enumerate(pieces):
        if progress is not None:
            progress(number / len(pieces))
        outcomes.append(run(transform, piece, given))
    made = [outcome.data for outcome in outcomes]
    if not any(isinstance(one, DataObject) for one in made):
        return Outcome(_table(transform.name, [when for when, _ in pieces], made, getattr(over, "getTimeFrame", None)))
    joined = join(made)
    joined.setTimeFrame(data.getTimeFrame())
    return Outcome(joined, _entries(data, [piece for _, piece in pieces], outcomes))


def _pieces(data: DataObject, over: Any) -> Iterator[Piece]:
    if isinstance(over, EntityBearing):
        clock = over.getTimeFrame()
        items = [(over._entity_item(place)[0], entity, clock) for place, entity in enumerate(over.entity_ids.tolist())]
    elif hasattr(over, "entity_ids") and hasattr(over, "manager"):  # a group, which lies above this module
        items = [(item.time, item.entity_id.id, item.clock) for item in over]
    else:
        raise TransformError(f"over= takes intervals, events, lines, masks, points or a group, not {over!r:.60}")
    own = set(data.entity_ids.tolist()) - {0} if isinstance(data, RaggedData) else set()
    for when, entity, clock in items:
        if entity in own:
            assert isinstance(data, RaggedData)
            yield when, data.with_entities([entity])
        else:
            yield when, at_time_of(data, when, clock)


def _entries(data: DataObject, pieces: list[DataObject], outcomes: list[Outcome]) -> Any:
    """Return the positions in the data that the entries of what was joined come from, where that is known."""
    if not isinstance(data, EntityBearing) or not all(isinstance(outcome.data, RaggedData) for outcome in outcomes):
        return None
    if any(outcome.entries is None for outcome in outcomes):
        return None
    ids = np.concatenate(
        [piece.entity_ids[outcome.entries] for piece, outcome in zip(pieces, outcomes, strict=True)]  # type: ignore[attr-defined]  # pieces are of the type of the data
    )
    times = np.concatenate([outcome.data.times for outcome in outcomes])
    if not np.all(ids) or len(np.unique(ids)) != len(ids):
        return None  # entries without identities, or of which pieces that overlap have made two
    order = np.argsort(data.entity_ids, kind="stable")
    positions = order[np.searchsorted(data.entity_ids[order], ids)]
    return positions[np.argsort(times, kind="stable")]  # joined entries are in the order of their times


def _table(name: str, times: list[Any], numbers: list[Any], clock_of: Any) -> TensorData:
    values = np.array([[np.nan if number is None else float(number)] for number in numbers], np.float32)
    if isinstance(times[0], Interval):
        rows = np.array([[time._start, time._end] for time in times], np.int64)
        made = TensorData.from_array(values, column_names=[name], row_intervals=rows)
    else:
        made = TensorData.from_array(values, column_names=[name], row_times=[int(time) for time in times])
    if clock_of is not None:
        made.setTimeFrame(clock_of())
    return made
