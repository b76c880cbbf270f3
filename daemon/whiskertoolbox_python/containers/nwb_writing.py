"""Keys into an NWB file, through pynwb: what it and nwbinspector accept."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.containers._contents import COLUMNS, SORTED_UNIT
from whiskertoolbox_python.containers._nwb_attributes import (
    GENERAL,
    Electrodes,
    add_columns,
    is_extracellular,
    recording_of,
    subject_of,
    write_units,
)
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers.pose_writing import likelihood_of, likelihoods_of
from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.target import Entry, Target
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.media import MediaData
from whiskertoolbox_python.types.points import PointData

Array = npt.NDArray[Any]
_IN_VOLTS = {"V": 1.0, "volts": 1.0, "mV": 1e-3, "uV": 1e-6, "µV": 1e-6, "nV": 1e-9}
_NO_DESCRIPTION = "exported by WhiskerToolbox"
_UPPER_LEFT = "(0, 0) is the upper left corner of the image"
_HELD = ("analog", "digital_event", "digital_interval", "points", "video")


def holds(entries: Sequence[Entry]) -> bool:
    """Return whether NWB has a place for every key."""
    return all(entry.kind.config_word in _HELD for entry in entries)


def write(
    manager: Target,
    path: Path,
    *,
    keys: Iterable[str] | Mapping[str, Iterable[str]] | None = None,
    session_description: str | None = None,
    session_start_time: datetime | str | None = None,
    identifier: str | None = None,
    subject: Mapping[str, Any] | None = None,
    units: Iterable[str] | None = None,
    unit: Mapping[str, str] | None = None,
    begin: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Write an NWB file.

    Signals become time series (in volts where `unit`, or their attributes, say what they are; electrical series where
    these name an electrode), events an events table or, those that `units` names or that were sorted units, units;
    intervals tables of intervals; points poses with their likelihood; videos external files with their times. What NWB
    has no place for is left out with a warning. Attributes say what else is written: descriptions, subject, electrodes.
    """
    pynwb = _package("pynwb")
    if isinstance(keys, Mapping):
        keys = [key for several in keys.values() for key in several]
    wanted = list(keys) if keys is not None else [entry.key for entry in manager.entries() if entry.size]
    chosen = {key: manager.getData(key) for key in wanted}
    recording = recording_of(chosen, warn)
    subject = recording.get("subject") if subject is None else subject
    if session_start_time is None:
        session_start_time = recording.get("session_start_time")
    if session_start_time is not None and not isinstance(session_start_time, datetime):
        session_start_time = _date(str(session_start_time))
    if session_start_time is None:
        session_start_time = datetime(1970, 1, 1, tzinfo=timezone.utc)
        warn("session_start_time was not given; 1970-01-01 is written, which other tools take for the real date")
    if session_start_time.tzinfo is None:
        raise SaveError("session_start_time needs a time zone, such as datetime(2026, 3, 1, tzinfo=timezone.utc)")
    file = pynwb.NWBFile(
        session_description=session_description or recording.get("session_description") or _NO_DESCRIPTION,
        identifier=identifier or str(uuid.uuid4()),
        session_start_time=session_start_time,
        subject=subject_of(pynwb, subject) if subject else None,
        **{name: recording[name] for name in GENERAL if name in recording},
    )
    named = (data.attributes.get("electrode") for data in chosen.values() if isinstance(data, AnalogTimeSeries))
    electrodes = Electrodes(file, [one for one in named if is_extracellular(one)])
    writing = _Writing(pynwb, file, electrodes, dict(unit or {}), warn)
    if units is None:
        units = [key for key, data in chosen.items() if data.attributes.get(SORTED_UNIT) is True]
    as_units = list(units)
    writing.add_units({key: manager.getData(key) for key in as_units})
    poses = {key: data for key, data in chosen.items() if isinstance(data, PointData)}
    beside = likelihoods_of(poses)
    for key, data in chosen.items():
        begin(key)
        if key not in as_units and key not in poses and key not in beside:
            writing.add(key, data)
    if poses:
        writing.add_poses({key: (data, likelihood_of(manager, key)) for key, data in poses.items()})
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)


class _Writing:
    """One file being filled; series on the same clock share their timestamps."""

    def __init__(
        self, pynwb: Any, file: Any, electrodes: Electrodes, unit: dict[str, str], warn: Callable[[str], None]
    ) -> None:
        self._pynwb = pynwb
        self._file = file
        self._unit = unit
        self._warn = warn
        self._owner_of: dict[tuple[int, int], Any] = {}
        self._electrodes = electrodes

    def add(self, key: str, data: Any) -> None:
        """Add one key."""
        if isinstance(data, AnalogTimeSeries):
            self._add_signal(key, data)
        elif isinstance(data, DigitalEventSeries):
            self._add_events(key, data)
        elif isinstance(data, DigitalIntervalSeries):
            self._add_intervals(key, data)
        elif isinstance(data, MediaData) and data.getFilename():
            self._add_video(key, data)
        else:
            self._warn(f"{key!r} ({type(data).__name__}) has no place in NWB; left out")

    def add_units(self, units: Mapping[str, Any]) -> None:
        """Add sorted units."""
        for key, data in units.items():
            if not isinstance(data, DigitalEventSeries):
                raise SaveError(f"{key!r} holds no events, so it is not a sorted unit")
        spikes = {key: _seconds(key, data, data.times) for key, data in units.items()}
        if units:
            write_units(self._file, {key: data.attributes for key, data in units.items()}, spikes, self._warn)

    def add_poses(self, poses: Mapping[str, tuple[PointData, Any]]) -> None:
        """Add key points of one camera."""
        ndx_pose = _package("ndx_pose", "ndx-pose")
        series = []
        for key, (points, likelihood) in poses.items():
            if len(np.unique(points.times)) < len(points.times):
                self._warn(f"{key!r} has several points in one frame; left out")
                continue
            frames = points.times if likelihood is None else np.union1d(points.times, likelihood.times)
            xy = np.full((len(frames), 2), np.nan, np.float32)
            xy[np.searchsorted(frames, points.times)] = points.points
            confidence = np.full(len(frames), np.nan)
            if likelihood is not None:
                confidence[np.searchsorted(frames, likelihood.times)] = likelihood.values
            series.append(
                ndx_pose.PoseEstimationSeries(
                    name=key,
                    description=points.attributes.get("description", f"position of {key}"),
                    data=xy,
                    unit="pixels",
                    reference_frame=points.attributes.get("reference_frame", _UPPER_LEFT),
                    timestamps=_seconds(key, points, frames),
                    confidence=confidence,
                    confidence_definition="none"
                    if likelihood is None
                    else likelihood.attributes.get("description", "likelihood of the point"),
                )
            )
        if not series:
            return
        skeleton = ndx_pose.Skeleton(name="skeleton", nodes=[one.name for one in series])
        pose = ndx_pose.PoseEstimation(
            name="PoseEstimation",
            pose_estimation_series=series,
            description="key points, exported by WhiskerToolbox",
            source_software="WhiskerToolbox",
            skeleton=skeleton,
        )
        behavior = self._file.create_processing_module("behavior", "tracked in video")
        behavior.add(ndx_pose.Skeletons(skeletons=[skeleton]))
        behavior.add(pose)

    def _add_signal(self, key: str, data: AnalogTimeSeries) -> None:
        unit = self._unit.get(key) or data.attributes.get("unit") or "n/a"
        conversion = _IN_VOLTS.get(unit)
        series: dict[str, Any] = {
            "name": key,
            "data": data.values,
            "conversion": conversion if conversion is not None else 1.0,
            **_texts(key, data),
            **self._times(key, data, data.times),
        }
        electrode = data.attributes.get("electrode")
        if conversion is not None and is_extracellular(electrode):
            region = self._electrodes.region(electrode)
            self._file.add_acquisition(self._pynwb.ecephys.ElectricalSeries(electrodes=region, **series))
        else:
            unit = "volts" if conversion is not None else unit
            self._file.add_acquisition(self._pynwb.TimeSeries(unit=unit, **series))

    def _add_events(self, key: str, data: DigitalEventSeries) -> None:
        table = self._pynwb.event.EventsTable(name=key, description=_texts(key, data)["description"])
        for second in _seconds(key, data, data.times).tolist():
            table.add_row(timestamp=second)
        if len(data):
            self._file.add_events_table(table)

    def _add_intervals(self, key: str, data: DigitalIntervalSeries) -> None:
        if not len(data):
            return
        table = self._pynwb.epoch.TimeIntervals(name=key, description=_texts(key, data)["description"])
        bounds = _seconds(key, data, data.intervals.ravel()).reshape(-1, 2)
        for start, stop in bounds.tolist():
            table.add_interval(start_time=start, stop_time=stop)
        add_columns(table, key, data.attributes.get(COLUMNS, {}), bounds, self._warn)
        self._file.add_time_intervals(table)

    def _add_video(self, key: str, data: MediaData) -> None:
        frames = np.arange(data.getTotalFrameCount(), dtype=np.int64)
        self._file.add_acquisition(
            self._pynwb.image.ImageSeries(
                name=key,
                external_file=[data.getFilename()],
                starting_frame=[0],
                format="external",
                unit="n.a.",
                **_texts(key, data),
                **self._times(key, data, frames),
            )
        )

    def _times(self, key: str, data: Any, indices: Array) -> dict[str, Any]:
        """Return the arguments for the times of a series: a rate, or timestamps that are stored once."""
        seconds = _seconds(key, data, indices)
        frame = data.getTimeFrame()
        steps = np.diff(seconds)
        if len(steps) and steps[0] > 0 and np.allclose(steps, steps[0], rtol=0, atol=1e-9):
            ticks = np.diff(frame.times[indices[[0, 1, -1]]]) if indices[-1] < len(frame) else np.array([0])
            exact = len(steps) * ticks[0] == ticks.sum() > 0
            rate = frame.ticks_per_second / ticks[0] if exact else 1 / steps.mean()
            return {"rate": float(rate), "starting_time": float(seconds[0])}
        owner = (id(frame), hash(indices.tobytes()))
        if owner in self._owner_of:
            return {"timestamps": self._owner_of[owner]}
        self._owner_of[owner] = seconds
        return {"timestamps": seconds}


def _texts(key: str, data: Any) -> dict[str, Any]:
    """Return description and comments of a series."""
    known = data.attributes
    comments = {"comments": known["comments"]} if "comments" in known else {}
    return {"description": known.get("description", f"{key}, exported by WhiskerToolbox"), **comments}


def _seconds(key: str, data: Any, indices: Array) -> npt.NDArray[np.float64]:
    frame: TimeFrame | None = data.getTimeFrame()
    if frame is None or not len(frame) or frame.ticks_per_second is None:
        raise SaveError(
            f"{key!r} is on a clock of unknown rate, and NWB counts in seconds; put it on a clock with ticks_per_second"
        )
    return frame.seconds_at(indices)


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith("Z") else text)
    except ValueError:
        raise SaveError(
            f"session_start_time {text!r} is no date and time; write it as 2026-03-01T10:00:00+01:00"
        ) from None


def _package(module: str, requirement: str | None = None) -> Any:
    try:
        return import_package(module, requirement or module, "NWB files that are written")
    except LoadError as error:
        raise SaveError(str(error)) from error
