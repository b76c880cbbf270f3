"""Neurodata Without Borders 2.x, in HDF5 (with h5py alone) or Zarr: what is in a file, by its structure.

No extension package is imported: a time series is what has ``data`` and times, a table of intervals what has
``start_time`` and ``stop_time``, so files of every version of ndx-pose and ndx-events are read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from whiskertoolbox_python.containers._contents import Allocate, Contents, Part, in_memory
from whiskertoolbox_python.containers._nwb_electrodes import electrodes_of
from whiskertoolbox_python.containers._nwb_file import FileOfNwb
from whiskertoolbox_python.containers._nwb_parts import series_parts
from whiskertoolbox_python.containers._nwb_tables import interval_part, timestamp_table_parts, unit_parts
from whiskertoolbox_python.containers._tree import Node, open_tree
from whiskertoolbox_python.errors import LoadError

_SKIPPED = ("specifications", "general", "file_create_date")
_DESCRIBING = ("identifier", "session_description", "session_start_time", "timestamps_reference_time")


def recognises(root: Node) -> bool:
    """Return whether an open tree is an NWB file."""
    return str(root.attribute("nwb_version", "")) != ""


def read(
    path: Path, *, threshold: float = 0.0, warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read what is in a file; values are read when a part is.

    Parameters
    ----------
    path : Path
        HDF5 file, or folder of Zarr.
    threshold : float
        Points with a smaller confidence are left out of the points, not out of the confidence.
    warn : callable
    allocate : callable
        Makes the indices of spikes and events.
    """
    with open_tree(path) as root:
        version = str(root.attribute("nwb_version", ""))
        if not version.startswith("2"):
            raise LoadError(f"{path}: it is NWB {version or '(no version)'}; only NWB 2 can be read")
        file = FileOfNwb(path, threshold, warn, electrodes_of(root), allocate)
        seen: set[str] = set()
        top = [child for name, child in root.children(warn).items() if name not in _SKIPPED and not child.is_array]
        parts = [part for child in top for part in _walk(file, child, seen)]
        return Contents(tuple(parts), file.clocks, {"nwb_version": version, **_description(root)})


def _walk(file: FileOfNwb, group: Node, seen: set[str]) -> Iterator[Part]:
    """Yield what a group is, and what is in it."""
    if group.identity in seen:  # a link
        return
    seen.add(group.identity)
    left_out: list[str] = []
    children = group.children(left_out.append)
    for warning in left_out:
        file.warn(warning)
    if not left_out:  # without all that it is made of, it would be taken for something else
        yield from _parts_of(file, group, children)
    for child in children.values():
        if not child.is_array:
            yield from _walk(file, child, seen)


def _parts_of(file: FileOfNwb, group: Node, children: dict[str, Node]) -> Iterator[Part]:
    try:
        if {"start_time", "stop_time"} <= set(children):
            yield interval_part(file, group, children)
        elif "spike_times" in children:
            yield from unit_parts(file, group, children, "spike_times")
        elif {"event_times", "event_times_index"} <= set(children):  # AnnotatedEventsTable of ndx-events 0.2
            yield from unit_parts(file, group, children, "event_times")
        elif "timestamps" in children and _are_events(children):
            yield from timestamp_table_parts(file, group, children, "timestamps")
        elif "timestamp" in children and group.attribute("colnames") is not None:
            yield from timestamp_table_parts(file, group, children, "timestamp")
        elif "data" in children or "external_file" in children:
            yield from series_parts(file, group, children)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        file.warn(f"{file.path}: {group.path} cannot be read: {type(error).__name__}: {error}; left out")


def _are_events(children: dict[str, Node]) -> bool:
    """Return whether times stand alone, or beside numbers that only name the kind of each (ndx-events 0.2)."""
    data = children.get("data")
    if data is None:
        return "external_file" not in children
    return data.is_array and data.attribute("labels") is not None


def _description(root: Node) -> dict[str, Any]:
    """Return what the file says of the session and of the subject."""
    found: dict[str, Any] = {}
    children = root.children()
    for name in _DESCRIBING:
        if name in children:
            found[name] = children[name].scalar()
    general = children.get("general")
    for name, child in general.children().items() if general is not None else ():
        if child.is_array and child.dtype.kind in "SOU" and len(child.shape) <= 1:
            texts = child.values().ravel().tolist()
            found[name] = texts[0] if len(texts) == 1 else texts
    subject = root.get("general/subject")
    if subject is not None:
        found["subject"] = {name: child.scalar() for name, child in subject.children().items() if child.is_array}
    return found
