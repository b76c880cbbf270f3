"""SLEAP: projects and predictions (``.slp``) and analysis files (``.h5``), both HDF5.

A frame stays at its number in the video, tracks stay apart, and instances without a track become parts of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.order import is_ascending
from whiskertoolbox_python.arrays.order import parts as parts_of_rows
from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.containers._contents import Allocate, Array, Clock, Contents, Int64Array, Sliced, in_memory
from whiskertoolbox_python.containers._pose import FRAMES, KeyPoint, parts_of_pose
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import kept, open_whole_hdf5

_HALF_PIXEL_UNTIL = 1.1
"""Before this format id, coordinates were counted from the corner of the first pixel."""
_USER = 0
_EDGE = 1


def recognises_labels(file: Any) -> bool:
    """Return whether an open HDF5 file is a ``.slp``."""
    return "metadata" in file and "format_id" in file["metadata"].attrs and {"frames", "instances"} <= set(file)


def recognises_analysis(file: Any) -> bool:
    """Return whether an open HDF5 file is an analysis file."""
    return {"tracks", "node_names", "track_occupancy"} <= set(file)


def read_labels(
    path: Path,
    *,
    threshold: float = 0.0,
    video: int = 0,
    warn: Callable[[str], None],
    allocate: Allocate = in_memory,
) -> Contents:
    """Read a ``.slp`` file of any format id.

    Of a track's several instances in one frame, one that a person placed wins over a prediction, then the higher score.

    Parameters
    ----------
    path : Path
    threshold : float
        Points with a smaller score are left out of the points, not out of the scores.
    video : int
        Which of the file's videos, from 0.
    """
    with open_whole_hdf5(path) as file:
        try:
            format_id = float(file["metadata"].attrs["format_id"])
            metadata = json.loads(_text(file["metadata"].attrs["json"]))
            frames, instances = kept(file["frames"], allocate), kept(file["instances"], allocate)
            points, predicted = kept(file["points"], allocate), kept(file["pred_points"], allocate)
            tracks = [_track_name(_text(text)) for text in file["tracks_json"][:]]
            videos = [json.loads(_text(text)) for text in file["videos_json"][:]]
        except (KeyError, ValueError, TypeError) as error:
            raise LoadError(f"{path}: it is damaged or is not a SLEAP file: {error}") from None
    nodes = _node_names(path, metadata)
    if videos and not 0 <= video < len(videos):
        raise LoadError(f"{path}: it has {len(videos)} videos; option video must be from 0 to {len(videos) - 1}")
    shift = 0.5 if format_id < _HALF_PIXEL_UNTIL else 0.0
    rows = _Rows(frames[frames["video"] == video] if videos else frames, instances)
    labelled = np.unique(rows.frame)
    tables = _Points(points, predicted, shift)
    key_points: list[KeyPoint] = []
    lost = 0
    for name, places, dropped in rows.by_track(tracks):
        lost += dropped
        own = nodes[int(rows.instances["skeleton"][places[0]])]
        tables.check(path, rows.instances, places, len(own))
        instance_of = allocate(labelled.shape, np.int64)
        instance_of[:] = -1
        instance_of[np.searchsorted(labelled, rows.frame[places])] = places
        # People give no score.
        fields = ("x", "y", "score") if (rows.instances["instance_type"][places] != _USER).any() else ("x", "y")
        key_points += [
            KeyPoint(name, node, {field: tables.column(rows.instances, instance_of, place, field) for field in fields})
            for place, node in enumerate(own)
        ]
    if not any(one.individual for one in key_points[1:]) or len({one.individual for one in key_points}) == 1:
        key_points = [KeyPoint("", one.name, one.columns) for one in key_points]
    if lost:
        warn(f"{path}: {lost} instances share a frame and track with a better one; left out")
    if len(videos) > 1:
        warn(f"{path}: it has {len(videos)} videos; read is number {video}, {_video_name(videos[video])}")
    size = _video_shape(videos[video]) if videos else None
    parts = parts_of_pose(
        labelled.astype(np.int64),
        key_points,
        threshold=threshold,
        likelihood="score",
        image_size=(size[2], size[1]) if size else None,
    )
    length = size[0] if size else int(labelled.max()) + 1 if len(labelled) else 0
    attributes = {"video": _video_name(videos[video]), "skeleton": _edges(metadata, nodes)} if videos else {}
    return Contents(tuple(parts), _frame_clock(length), attributes)


def read_analysis(
    path: Path,
    *,
    threshold: float = 0.0,
    first_frame: int = 0,
    warn: Callable[[str], None],
    allocate: Allocate = in_memory,
) -> Contents:
    """Read an analysis file; the axes of each dataset are what its attribute ``dims`` says.

    Parameters
    ----------
    path : Path
    threshold : float
        Points with a smaller score are left out of the points, not out of the scores.
    first_frame : int
        Frame number of the first column. A file written without all frames starts at the first labelled one and does
        not say which that is.
    """
    with open_whole_hdf5(path) as file:
        try:
            locations = _in_order(
                file["tracks"],
                ("track", "node", "xy", "frame"),
                old=("track", "xy", "node", "frame"),
                allocate=allocate,
            )
            scores = _optional(file, "point_scores", ("track", "node", "frame"), allocate)
            nodes = [_text(name) for name in file["node_names"][:]]
            tracks = [_text(name) for name in file["track_names"][:]] if "track_names" in file else []
            video = _text(file["video_path"][()]) if "video_path" in file else ""
            shape = _video_shape(json.loads(_text(file.attrs.get("video_backend_metadata", "{}"))))
        except (KeyError, ValueError, TypeError) as error:
            raise LoadError(f"{path}: it is damaged or is not a SLEAP analysis file: {error}") from None
    count, _, _, length = locations.shape
    if locations.shape[1] != len(nodes) or locations.shape[2] != 2:
        raise LoadError(f"{path}: tracks are {locations.shape}, not {count} tracks of {len(nodes)} nodes with x and y")
    names = tracks if len(tracks) == count else [str(number) for number in range(count)]
    key_points = []
    for track in range(count):
        for node, name in enumerate(nodes):
            columns = {"x": locations[track, node, 0], "y": locations[track, node, 1]}
            if scores is not None and not _is_nan(scores[track, node]):
                columns["score"] = scores[track, node]
            key_points.append(KeyPoint(names[track] if count > 1 else "", name, columns))
    frames = range(first_frame, first_frame + length)
    parts = parts_of_pose(frames, key_points, threshold=threshold, likelihood="score")
    if shape is not None and length < shape[0] and first_frame == 0:
        warn(
            f"{path}: it holds {length:,} of the video's {shape[0]:,} frames and does not say where they start; "
            "they are numbered from 0; if that is wrong give first_frame, or export with all frames"
        )
    attributes = {"video": video} if video else {}
    return Contents(tuple(parts), _frame_clock(first_frame + length), attributes)


class _Rows:
    """Instances of the frames of one video, with the frame of each."""

    def __init__(self, frames: Array, instances: Array) -> None:
        starts, ends = frames["instance_id_start"].astype(np.int64), frames["instance_id_end"].astype(np.int64)
        ends = np.minimum(ends, len(instances))
        counts = np.maximum(ends - starts, 0)
        places = ranges(starts, counts)
        self.frame = np.repeat(frames["frame_idx"].astype(np.int64), counts)
        is_whole = len(places) == len(instances) and is_ascending(places, distinct=True)
        self.instances = instances if is_whole else instances[places]

    def by_track(self, names: list[str]) -> Iterator[tuple[str, Int64Array, int]]:
        """Yield the name of each track, where its instances are, one per frame, and how many were dropped.

        Instances without a track follow as ``untracked``, ``untracked_2`` …, in the order of the file in each frame.
        """
        tracks = self.instances["track"]
        scores = np.nan_to_num(self.instances["score"].astype(float), nan=-np.inf)
        is_prediction = self.instances["instance_type"] != _USER
        for track, name in enumerate(names):
            places = np.flatnonzero(tracks == track)
            best = places[np.lexsort((-scores[places], is_prediction[places], self.frame[places]))]
            _, first = np.unique(self.frame[best], return_index=True)
            if len(first):
                yield name, best[first], len(places) - len(first)
        places = np.flatnonzero((tracks < 0) | (tracks >= len(names)))
        # A prediction that a person has corrected stands beside the correction.
        corrected = np.setdiff1d(self.instances["from_predicted"][places], [-1])
        places = places[~np.isin(self.instances["instance_id"][places], corrected)]
        number_in_frame = _number_in_run(self.frame[places])
        for number in range(int(number_in_frame.max()) + 1 if len(places) else 0):
            name = "untracked" if number == 0 else f"untracked_{number + 1}"
            yield name, places[number_in_frame == number], 0


def _number_in_run(frames: Array) -> Int64Array:
    """Return for each value how many equal ones stand before it."""
    order = np.argsort(frames, kind="stable")
    ordered = frames[order]
    is_first = np.r_[True, ordered[1:] != ordered[:-1]] if len(ordered) else np.empty(0, bool)
    start = np.maximum.accumulate(np.where(is_first, np.arange(len(ordered), dtype=np.int64), 0))
    numbers = np.empty(len(ordered), np.int64)
    numbers[order] = np.arange(len(ordered), dtype=np.int64) - start
    return numbers


@dataclass(frozen=True)
class _Points:
    """The points that people and predictions placed, each instance's one after the other."""

    by_people: Array
    predicted: Array
    shift: float
    """What coordinates are too large by."""

    def check(self, path: Path, instances: Array, places: Int64Array, nodes: int) -> None:
        """Refuse a file in which an instance has more points than nodes, or some that are not there."""
        for rows in parts_of_rows(len(places)):
            own = instances[places[rows]]
            starts, ends = own["point_id_start"].astype(np.int64), own["point_id_end"].astype(np.int64)
            known = np.where(own["instance_type"] == _USER, len(self.by_people), len(self.predicted))
            bad = (starts < 0) | (ends < starts) | (ends > known) | (ends - starts > nodes)
            if bad.any():
                place = int(np.argmax(bad))
                count = max(min(int(ends[place]), int(known[place])) - int(starts[place]), 0)
                raise LoadError(f"{path}: instance {own['instance_id'][place]} has {count} points for {nodes} nodes")

    def column(self, instances: Array, instance_of: Int64Array, node: int, field: str) -> Array:
        """Return x, y or score of one node of an instance for each frame, -1 for none; NaN where it is not visible."""
        read = partial(self._values, instances, instance_of, node, field)
        return Sliced(read, instance_of.shape, np.dtype(np.float64))  # type: ignore[return-value]  # sliced only

    def _values(self, instances: Array, instance_of: Int64Array, node: int, field: str, rows: slice) -> Array:
        values = np.full(rows.stop - rows.start, np.nan)
        there = np.flatnonzero(instance_of[rows] >= 0)
        own = instances[instance_of[rows][there]]
        places = own["point_id_start"].astype(np.int64) + node
        is_point = places < own["point_id_end"]
        is_user = own["instance_type"] == _USER
        for table, chosen in ((self.by_people, is_point & is_user), (self.predicted, is_point & ~is_user)):
            if field not in (table.dtype.names or ()):
                continue
            points = table[places[chosen]]
            found = points[field].astype(np.float64)
            if field != "score":
                found = np.where(points["visible"], found - self.shift, np.nan)
            values[there[chosen]] = found
        return values


def _node_names(path: Path, metadata: dict[str, Any]) -> list[list[str]]:
    """Return the names of the nodes of each skeleton, in the order of their points."""
    try:
        names = [str(node["name"]) for node in metadata["nodes"]]
        return [[names[node["id"]] for node in skeleton["nodes"]] for skeleton in metadata["skeletons"]]
    except (KeyError, TypeError, IndexError) as error:
        raise LoadError(f"{path}: the skeletons cannot be read: {error!r}") from None


def _edges(metadata: dict[str, Any], nodes: list[list[str]]) -> list[list[str]]:
    """Return the pairs of connected nodes of the first skeleton."""
    names = [str(node["name"]) for node in metadata["nodes"]]
    links = metadata["skeletons"][0].get("links", []) if nodes else []
    pairs: list[list[str]] = []
    kinds: list[int] = []  # jsonpickle writes a kind of link out once, and refers to it afterwards
    for link in links:
        written = link["type"]
        if "py/reduce" in written:
            kinds.append(int(written["py/reduce"][1]["py/tuple"][0]))
        kind = kinds[written["py/id"] - 1] if "py/id" in written else kinds[-1]
        if kind == _EDGE:  # the others are pairs of symmetric nodes
            pairs.append([names[link["source"]], names[link["target"]]])
    return pairs


def _track_name(text: str) -> str:
    track = json.loads(text)
    return str(track[1]) if isinstance(track, list) else str(track.get("name", ""))


def _video_name(video: dict[str, Any]) -> str:
    backend = video.get("backend", video)
    return str(backend.get("filename", video.get("filename", "")))


def _video_shape(video: dict[str, Any]) -> tuple[int, int, int] | None:
    """Return frames, height and width of a video, if the file knows them."""
    shape = (video.get("backend") or {}).get("shape") or video.get("shape")
    if not shape or len(shape) < 3 or not all(isinstance(one, int) and one > 0 for one in shape[:3]):
        return None
    return shape[0], shape[1], shape[2]


def _is_nan(values: Array) -> bool:
    return all(bool(np.isnan(values[rows]).all()) for rows in parts_of_rows(len(values)))


def _in_order(dataset: Any, wanted: tuple[str, ...], *, old: tuple[str, ...], allocate: Allocate) -> Array:
    """Return a dataset with its axes in the wanted order; files before ``dims`` have the order `old`."""
    dims = tuple(json.loads(_text(dataset.attrs["dims"]))) if "dims" in dataset.attrs else old
    if sorted(dims) != sorted(wanted) or dataset.ndim != len(wanted):
        raise ValueError(f"the axes of {dataset.name} are {dims}")
    array: Array = kept(dataset, allocate).transpose([dims.index(axis) for axis in wanted])
    return array


def _optional(file: Any, name: str, wanted: tuple[str, ...], allocate: Allocate) -> Array | None:
    return _in_order(file[name], wanted, old=wanted, allocate=allocate) if name in file else None


def _frame_clock(length: int) -> dict[str, Clock]:
    return {FRAMES: Clock.regular(length, None, description="video frames")}


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
