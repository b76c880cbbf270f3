"""Running a transform on objects: checks, calling it for entries where it is written for one, what the result keeps.

Nothing is stored here; see `_session`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import ParameterError, TransformError
from whiskertoolbox_python.transforming._declarations import Transform
from whiskertoolbox_python.transforming._results import Derived
from whiskertoolbox_python.types._ragged_data import RaggedData
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.geometry import Point2D
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries
from whiskertoolbox_python.types.shapes import Line2D, Mask2D

Progress = Callable[[float], None]
"""Told the part that is done, 0 to 1; raises `Cancelled` to end the run."""

Ints = npt.NDArray[np.int64]

_TRUE_OF_RESULTS = ("electrode", "recording")
"""Attributes that hold of whatever is made of data, unless a second input says otherwise."""

_ENTRY_TYPES: dict[type[Any], type[Any]] = {Line2D: LineData, Mask2D: MaskData, Point2D: PointData}


@dataclass(frozen=True)
class Outcome:
    """What a transform made.

    Attributes
    ----------
    data : object
        A data object, or a number for range reductions.
    entries : (entries of data,) or None
        Position in the input of what each entry comes from, where that is known.
    """

    data: Any
    entries: Ints | None = None


def holder_of(taken: type[Any]) -> type[Any]:
    """Return the data type that holds entries of a type, or the data type itself."""
    return _ENTRY_TYPES.get(taken, taken)


def run(transform: Transform, data: Any, given: Mapping[str, Any], *, ignore_unknown: bool = False) -> Outcome:
    """Run a transform; `given` holds its parameters, data parameters as objects."""
    given = dict(given)
    special = {name: given.pop(name) for name in ("groups", "progress") if name in given}
    arguments = transform.parse(given, ignore_unknown=ignore_unknown)
    for parameter in transform.data_parameters:
        value = given.get(parameter.name)
        if isinstance(value, tuple(_ENTRY_TYPES)):
            value = _as_object(value)
        if value is None:
            if parameter.required:
                raise ParameterError(f'{transform.name}: data parameter "{parameter.name}" is required')
        elif not isinstance(value, parameter.kind):
            raise ParameterError(
                f'{transform.name}: data parameter "{parameter.name}" must be {parameter.kind.__name__}, '
                f"not {type(value).__name__}"
            )
        arguments[parameter.name] = value
    if transform.takes_groups:
        arguments["groups"] = special.get("groups")
    if transform.takes_progress:
        arguments["progress"] = special.get("progress") or _ignore
    outcome = _call(transform, data, arguments, special.get("progress") or _ignore)
    if isinstance(data, DataObject) and isinstance(outcome.data, DataObject) and _says_nothing(outcome.data):
        others = [arguments[parameter.name] for parameter in transform.data_parameters]
        outcome.data.attributes = _carried(transform, data, [other for other in others if other is not None])
    return outcome


def _says_nothing(made: DataObject) -> bool:
    """Return whether a result has no attributes of its own; what is stored under a key is not a new object."""
    return not made.attributes and not made._listeners


def _carried(transform: Transform, data: DataObject, others: Sequence[DataObject]) -> dict[str, Any]:
    """Return what is true of a result as it is of its input: whose recording it is, and from which electrode."""
    known = data.attributes
    names = [
        name
        for name in _TRUE_OF_RESULTS
        if all(other.attributes.get(name, known.get(name)) == known.get(name) for other in others)
    ]
    return {name: known[name] for name in [*names, *(["unit"] if transform.keeps_unit else [])] if name in known}


def _call(transform: Transform, data: Any, arguments: dict[str, Any], progress: Progress) -> Outcome:
    is_single = isinstance(data, tuple(_ENTRY_TYPES)) and not issubclass(transform.input, type(data))
    if is_single:
        data = _as_object(data)
    elif isinstance(data, (list, tuple, np.ndarray)):
        is_single = issubclass(transform.input, RaggedAnalogTimeSeries)
    was_analog = isinstance(data, AnalogTimeSeries)
    data = _converted(transform, data)
    if transform.input in _ENTRY_TYPES and isinstance(data, _ENTRY_TYPES[transform.input]):
        outcome = _each_entry(transform, data, arguments, progress)
    elif not isinstance(data, transform.input):
        raise TransformError(f"{transform.name} takes {transform.input.__name__}, not {type(data).__name__}")
    else:
        made = transform.function(data, **arguments)
        outcome = Outcome(made.data, made.entries) if isinstance(made, Derived) else Outcome(made)
    made = outcome.data
    if made is None:
        raise TransformError(f"{transform.name} made nothing of this input")
    if isinstance(made, DataObject) and made is not data and isinstance(data, DataObject):
        if made.getTimeFrame() is None:
            made.setTimeFrame(data.getTimeFrame())
        if isinstance(made, RaggedData) and isinstance(data, RaggedData):
            outcome = Outcome(made, _same_entries(data, made) if outcome.entries is None else outcome.entries)
            if made._image_size == (-1, -1) and data._image_size != (-1, -1):
                made.setImageSize(data.getImageSize())
    if is_single:
        return Outcome(_only_entry(made))
    if was_analog and isinstance(made, RaggedAnalogTimeSeries) and len(made.values) == len(made.times):
        series = AnalogTimeSeries.from_array(made.values, made.times)
        series.setTimeFrame(made.getTimeFrame())
        return Outcome(series)
    return outcome


def _converted(transform: Transform, data: Any) -> Any:
    """Take plain numbers where a series is wanted: times of events, values of one time."""
    if isinstance(data, (list, tuple, np.ndarray)):
        if issubclass(transform.input, DigitalEventSeries):
            return DigitalEventSeries(data)
        if issubclass(transform.input, RaggedAnalogTimeSeries):
            return RaggedAnalogTimeSeries.from_arrays([0], [0, len(data)], np.asarray(data, np.float32))
        if issubclass(transform.input, AnalogTimeSeries):
            return AnalogTimeSeries(data, len(data))
    if isinstance(data, AnalogTimeSeries) and issubclass(transform.input, RaggedAnalogTimeSeries):
        return _as_ragged(data)
    return data


def _as_ragged(series: AnalogTimeSeries) -> RaggedAnalogTimeSeries:
    ragged = RaggedAnalogTimeSeries.from_arrays(series.times, np.arange(len(series) + 1, dtype=np.int64), series.values)
    ragged.setTimeFrame(series.getTimeFrame())
    return ragged


def _as_object(item: Any) -> Any:
    kind = next(kind for entry, kind in _ENTRY_TYPES.items() if isinstance(item, entry))
    made = kind()
    made.addAtTime(0, item)
    return made


def _only_entry(made: Any) -> Any:
    """Return what a single entry became: a shape, a number, or None where nothing was left of it."""
    if isinstance(made, RaggedData):
        return made[0][2] if len(made) else None
    if isinstance(made, (RaggedAnalogTimeSeries, AnalogTimeSeries)):
        return float(made.values[0]) if len(made.values) else None
    return made


def _same_entries(data: RaggedData[Any], made: RaggedData[Any]) -> Ints | None:
    """Return that entry (time, i) comes from entry (time, i), where the numbers of entries allow it."""
    same = len(data) == len(made) and bool((data.times == made.times).all())
    return np.arange(len(data), dtype=np.int64) if same else None


def _each_entry(transform: Transform, data: Any, arguments: dict[str, Any], progress: Progress) -> Outcome:
    """Call a function of one entry for every entry, and collect what it gives by its type."""
    times, results = [], []
    total = max(len(data), 1)
    for number, (time, _, item) in enumerate(data):
        if number % 256 == 0:
            progress(number / total)
        result = transform.function(item, **arguments)
        times.append(int(time))
        results.append(result)
    kept = [number for number, result in enumerate(results) if result is not None]
    kind = transform.output if results == [] else type(next((r for r in results if r is not None), 0.0))
    if kind in _ENTRY_TYPES:
        made = _ENTRY_TYPES[kind]()
        for number in kept:
            made.addAtTime(times[number], results[number])
        return Outcome(made, np.array(kept, np.int64))
    numbers = np.array([np.nan if result is None else float(result) for result in results], np.float32)
    return Outcome(RaggedAnalogTimeSeries.from_arrays(times, np.arange(len(numbers) + 1, dtype=np.int64), numbers))


def _ignore(part: float) -> None:
    pass
