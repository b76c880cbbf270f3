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
_IN_VOLTS = {"V": 1.0, "mV": 1e-3, "uV": 1e-6, "µV": 1e-6}
_HELD = ("analog", "digital_event", "digital_interval", "points", "video")


def holds(entries: Sequence[Entry]) -> bool:
    """Return whether NWB has a place for every key."""
    return all(entry.kind.config_word in _HELD for entry in entries)


def write(
    manager: Target,
    path: Path,
    *,
    keys: Iterable[str] | Mapping[str, Iterable[str]] | None = None,
    session_description: str = "exported by WhiskerToolbox",
    session_start_time: datetime | str | None = None,
    identifier: str | None = None,
    subject: Mapping[str, Any] | None = None,
    units: Iterable[str] = (),
    unit: Mapping[str, str] | None = None,
    begin: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Write an NWB file.

    Signals become time series (in volts where `unit` says what they are), events an events table or, those that `units`
    names, sorted units; intervals tables of intervals; points poses with their likelihood; videos external files with
    their times. What NWB has no place for is left out with a warning.
    """
    pynwb = _package("pynwb")
    if session_start_time is not None and not isinstance(session_start_time, datetime):
        session_start_time = _date(str(session_start_time))
    if session_start_time is None:
        session_start_time = datetime(1970, 1, 1, tzinfo=timezone.utc)
        warn("session_start_time was not given; 1970-01-01 is written, which other tools take for the real date")
    if session_start_time.tzinfo is None:
        raise SaveError("session_start_time needs a time zone, such as datetime(2026, 3, 1, tzinfo=timezone.utc)")
    file = pynwb.NWBFile(
        session_description=session_description,
        identifier=identifier or str(uuid.uuid4()),
        session_start_time=session_start_time,
        subject=pynwb.file.Subject(**subject) if subject else None,
    )
    if isinstance(keys, Mapping):
        keys = [key for several in keys.values() for key in several]
    wanted = list(keys) if keys is not None else [entry.key for entry in manager.entries() if entry.size]
    chosen = {key: manager.getData(key) for key in wanted}
    writing = _Writing(pynwb, file, dict(unit or {}), warn)
    as_units = list(units)
    for key in as_units:
        writing.add_unit(key, manager.getData(key))
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

    def __init__(self, pynwb: Any, file: Any, unit: dict[str, str], warn: Callable[[str], None]) -> None:
        self._pynwb = pynwb
        self._file = file
        self._unit = unit
        self._warn = warn
        self._owner_of: dict[tuple[int, int], Any] = {}

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

    def add_unit(self, key: str, data: Any) -> None:
        """Add a sorted unit."""
        if not isinstance(data, DigitalEventSeries):
            raise SaveError(f"{key!r} holds no events, so it is not a sorted unit")
        if self._file.units is None:
            self._file.add_unit_column("unit_name", "key in WhiskerToolbox")
        self._file.add_unit(spike_times=_seconds(key, data, data.times), unit_name=key)

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
                    description=f"position of {key}",
                    data=xy,
                    unit="pixels",
                    reference_frame="(0, 0) is the upper left corner of the image",
                    timestamps=_seconds(key, points, frames),
                    confidence=confidence,
                    confidence_definition="likelihood of the point" if likelihood is not None else "none",
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
        unit = self._unit.get(key, "n/a")
        conversion = _IN_VOLTS.get(unit)
        self._file.add_acquisition(
            self._pynwb.TimeSeries(
                name=key,
                data=data.values,
                unit="volts" if conversion is not None else unit,
                conversion=conversion if conversion is not None else 1.0,
                description=f"{key}, exported by WhiskerToolbox",
                **self._times(key, data, data.times),
            )
        )

    def _add_events(self, key: str, data: DigitalEventSeries) -> None:
        table = self._pynwb.event.EventsTable(name=key, description=f"{key}, exported by WhiskerToolbox")
        for second in _seconds(key, data, data.times).tolist():
            table.add_row(timestamp=second)
        if len(data):
            self._file.add_events_table(table)

    def _add_intervals(self, key: str, data: DigitalIntervalSeries) -> None:
        table = self._pynwb.epoch.TimeIntervals(name=key, description=f"{key}, exported by WhiskerToolbox")
        bounds = data.intervals
        starts, stops = (_seconds(key, data, bounds[:, side]) for side in (0, 1))
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            table.add_interval(start_time=start, stop_time=stop)
        if len(bounds):
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
                description=f"{key}, exported by WhiskerToolbox",
                **self._times(key, data, frames),
            )
        )

    def _times(self, key: str, data: Any, indices: Array) -> dict[str, Any]:
        """Return the arguments for the times of a series: a rate, or timestamps that are stored once."""
        seconds = _seconds(key, data, indices)
        steps = np.diff(seconds)
        if len(steps) and steps[0] > 0 and np.allclose(steps, steps[0], rtol=0, atol=1e-9):
            return {"rate": float(1 / steps.mean()), "starting_time": float(seconds[0])}
        frame = data.getTimeFrame()
        owner = (id(frame), hash(indices.tobytes()))
        if owner in self._owner_of:
            return {"timestamps": self._owner_of[owner]}
        self._owner_of[owner] = seconds
        return {"timestamps": seconds}


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
