"""What there is to say of a data key, a clock or a group, for a hover. Looks at a bounded part of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from whiskertoolbox_protocol.arrays import WireArray, array_bytes
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import DescribeViews, LaneQuery, ReadViews, SpansView, TicksView, TraceView
from whiskertoolbox_python import DataObject, LineData, MaskData, MediaData, PointData
from whiskertoolbox_python.pictures.thumbnails import thumbnail

if TYPE_CHECKING:
    from whiskertoolbox_daemon.data.views import ViewReader
    from whiskertoolbox_python import DataManager

FIRST_VALUES = 6
GROUPS_LIMIT = 8
SAID_LIMIT = 12
TEXT_LIMIT = 300
ENTITIES_LIMIT = 1 << 20
"""Of larger objects and groups it is not said which groups they are in."""
BARS = 150

Bar = tuple[float, float, float, float]
"""From tick to tick, from value to value."""


@dataclass(frozen=True)
class Description:
    """A name, and its properties in the order in which they are shown."""

    title: str
    properties: Mapping[str, str]
    svg: str = ""
    """A picture of it, where one was asked for."""
    needs_frame: bool = False
    """Its picture is that of a frame."""


def describe_key(manager: DataManager, key: str, *, draw: bool) -> Description | None:
    """Return what the session knows of a key; None if there is none of that name.

    What may need a frame of a video is not drawn here, see `FrameReader.picture`: that is decoded in another process.
    """
    manager.refresh()
    entry = next((one for one in manager.entries() if one.key == key), None)
    if entry is None:
        return None
    data, clock = manager.getData(key), manager.getTime(entry.time_key)
    found = {"type": entry.kind.label, "size": entry.kind.count(entry.size), "clock": entry.time_key}
    found |= {"columns": ", ".join(f"{name} {dtype} {tuple(shape)}" for name, dtype, shape in entry.columns)}
    if clock is not None and clock.ticks_per_second:
        found["rate"] = f"{clock.ticks_per_second:,.10g} ticks/s"
    for name in ("values", "times", "intervals"):
        values = getattr(data, name, None)
        if isinstance(values, np.ndarray) and len(values):
            shown = ", ".join(_short(value) for value in values[:FIRST_VALUES])
            found[f"first {name}"] = shown + (", …" if len(values) > FIRST_VALUES else "")
            break
    found |= said_of(getattr(data, "attributes", {}))
    groups = _groups(manager, data)
    if groups:
        found["groups"] = groups
    provenance = manager.provenance(key)
    if provenance is not None:
        parameters = ", ".join(f"{name}={value}" for name, value in provenance.parameters.items())
        found["made by"] = f"{provenance}" + (f" ({parameters})" if parameters else "")
    origin = manager.origin(key)
    if origin is not None:
        found["from"] = str(origin)
    needs_frame = isinstance(data, (MediaData, LineData, MaskData, PointData))
    svg = thumbnail(data)[0] if draw and isinstance(data, DataObject) and not needs_frame else ""
    return Description(key, found, svg, needs_frame=needs_frame)


def said_of(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Return what files say of data in a few words: unit, description, electrode, subject."""
    electrode, recording = attributes.get("electrode"), attributes.get("recording")
    subject = recording.get("subject") if isinstance(recording, Mapping) else None
    found = {name: str(attributes[name]) for name in ("unit", "description") if attributes.get(name)}
    for name, several in (("electrode", electrode), ("subject", subject)):
        if isinstance(several, Mapping):
            found[name] = ", ".join(f"{one} {value}" for one, value in list(several.items())[:SAID_LIMIT])
    return {name: text[:TEXT_LIMIT] for name, text in found.items()}


def describe_clock(manager: DataManager, key: str) -> Description | None:
    """Return what the session knows of a clock."""
    manager.refresh()
    clock = manager.getTime(key)
    if clock is None:
        return None
    found = {"type": "clock", "size": f"{len(clock):,} ticks"}
    if len(clock):
        found["time range"] = f"{clock.times[0]} to {clock.times[-1]}"
    if clock.ticks_per_second:
        found["rate"] = f"{clock.ticks_per_second:,.10g} ticks/s"
    on_it = [entry.key for entry in manager.entries() if entry.time_key == key]
    found["keys"] = ", ".join(sorted(on_it)[:GROUPS_LIMIT]) + (", …" if len(on_it) > GROUPS_LIMIT else "")
    return Description(key, found)


def describe_group(manager: DataManager, name: str) -> Description | None:
    """Return what the session knows of a group."""
    manager.refresh()
    for group in manager.getEntityGroupManager().getAllGroupDescriptors():
        if group.name == name:
            return Description(
                name, {"type": "group", "size": f"{group.entity_count:,} entities", "description": group.description}
            )
    return None


async def outline(reader: ViewReader, key: str) -> tuple[str, tuple[Bar, ...]]:
    """Return a key's range of time for people, and its outline: what a picture of few points shows."""
    try:
        described = (await reader.describe(DescribeViews(keys=[key]))).keys
        if not described or described[0].start is None or described[0].end is None:
            return "", ()
        start, end, rate = described[0].start, described[0].end, described[0].ticks_per_second
        extent = f"{start:,.15g} to {end:,.15g} ticks"
        if rate:
            extent += f" ({start / rate:,.10g} to {end / rate:,.10g} s)"
        lanes = [LaneQuery(key=key, channel=-1, budget=BARS)]
        (lane,) = (await reader.read(ReadViews(view_id=f"hover {key}", start=start, end=end, lanes=lanes))).lanes
    except (RequestError, ValueError):  # deleted meanwhile, or overtaken by the next hover
        return "", ()
    if not isinstance(lane, (TraceView, TicksView, SpansView)):
        return extent, ()
    high = _numbers(lane.high if isinstance(lane, TraceView) else lane.counts)
    low = _numbers(lane.low) if isinstance(lane, TraceView) else [0.0] * len(high)
    return extent, tuple(zip(_numbers(lane.starts), _numbers(lane.ends), low, high, strict=True))


def _numbers(array: WireArray) -> list[float]:
    numbers: list[float] = np.frombuffer(array_bytes(array), np.dtype(array.dtype).newbyteorder("<")).tolist()
    return numbers


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)


def _groups(manager: DataManager, data: object) -> str:
    """Return the groups that hold entities of an object."""
    own = getattr(data, "entity_ids", None)
    if own is None or not 0 < len(own) <= ENTITIES_LIMIT:
        return ""
    groups = manager.getEntityGroupManager()
    found = []
    for group in groups.getAllGroupDescriptors():
        if group.entity_count <= ENTITIES_LIMIT:
            count = int(np.isin(own, groups.entity_ids(group.id)).sum())
            found += [f"{group.name} ({count:,})"] if count else []
    return ", ".join(found[:GROUPS_LIMIT]) + (", …" if len(found) > GROUPS_LIMIT else "")
