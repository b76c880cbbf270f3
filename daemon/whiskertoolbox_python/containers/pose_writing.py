"""Key points into the files of DeepLabCut, SLEAP and movement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers import pose_attributes
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._hdf5 import import_h5py
from whiskertoolbox_python.target import Entry, Target
from whiskertoolbox_python.types.points import PointData, likelihood_keys

Keys = Iterable[str] | Mapping[str, Iterable[str]] | None
_ONE = "individual_0"


@dataclass(frozen=True)
class Poses:
    """Positions (frame, individual, part, xy) and likelihoods (frame, individual, part), NaN where there is none."""

    individuals: tuple[str, ...]
    parts: tuple[str, ...]
    positions: npt.NDArray[np.float64]
    likelihoods: npt.NDArray[np.float64]
    attributes: Mapping[tuple[str, str], Mapping[str, Any]]
    """By individual and part."""

    def said(self, warn: Callable[[str], None], *, with_individuals: bool) -> str:
        """Return the attributes as a text for the file, whose labels have the individual or not."""
        labelled = {f"{who}/{part}" if with_individuals else part: own for (who, part), own in self.attributes.items()}
        return pose_attributes.text_of(labelled, warn)

    def unit(self) -> str:
        """Return the unit that all key points are in, "" where that is not known."""
        units = {str(own.get("unit", "")) for own in self.attributes.values()}
        return units.pop() if len(units) == 1 else ""


def holds(entries: Sequence[Entry]) -> bool:
    """Return whether keys are points, with no more beside them than their likelihoods."""
    points = [entry.key for entry in entries if entry.kind.config_word == "points"]
    return bool(points) and {entry.key for entry in entries} <= {*points, *likelihoods_of(points)}


def likelihoods_of(keys: Iterable[str]) -> set[str]:
    """Return what the likelihoods of points may be called."""
    return {name for key in keys for name in likelihood_keys(key)}


def likelihood_of(manager: Target, key: str) -> Any:
    """Return the signal that says how sure the points of a key are, or None."""
    return next((one for name in likelihood_keys(key) if (one := manager.getData(name)) is not None), None)


def poses_of(manager: Target, keys: Keys, begin: Callable[[str], None]) -> Poses:
    """Collect key points: of one animal, or of several by their names.

    Of keys that begin with their individual's name and ``_``, that is left off the name of the part.

    Raises
    ------
    SaveError
        When a key holds no points, or several in one frame.
    """
    grouped = keys if isinstance(keys, Mapping) else {_ONE: _points(manager) if keys is None else keys}
    grouped = {who: list(several) for who, several in grouped.items()}
    beside = likelihoods_of(key for several in grouped.values() for key in several)
    named = {who: {_part(who, key): key for key in several if key not in beside} for who, several in grouped.items()}
    parts = tuple(dict.fromkeys(part for own in named.values() for part in own))
    if not parts:
        raise SaveError("there are no key points to write; give keys of points")
    length = 0
    loaded: dict[tuple[str, str], tuple[PointData, Any]] = {}
    for who, own in named.items():
        for part, key in own.items():
            begin(key)
            points = manager.getData(key)
            if not isinstance(points, PointData):
                raise SaveError(f"{key!r} holds no points, so it is not a key point")
            if len(np.unique(points.times)) < len(points.times):
                raise SaveError(f"{key!r} has several points in one frame; a key point has one")
            if len(points.times) and int(points.times.min()) < 0:
                raise SaveError(f"{key!r} has points before frame 0, which the format cannot hold")
            likelihood = likelihood_of(manager, key)
            loaded[who, part] = points, likelihood
            for series in (points, likelihood):
                if series is not None and len(series.times):
                    length = max(length, int(series.times.max()) + 1)
    positions = np.full((length, len(named), len(parts), 2), np.nan)
    likelihoods = np.full((length, len(named), len(parts)), np.nan)
    for i, who in enumerate(named):
        for p, part in enumerate(parts):
            if (who, part) in loaded:
                points, likelihood = loaded[who, part]
                positions[points.times, i, p] = points.points
                if likelihood is not None:
                    likelihoods[likelihood.times, i, p] = likelihood.values
    attributes = {name: points.attributes for name, (points, _) in loaded.items()}
    return Poses(tuple(named), parts, positions, likelihoods, attributes)


def write_deeplabcut(
    manager: Target,
    path: Path,
    *,
    keys: Keys = None,
    scorer: str = "whiskertoolbox",
    begin: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Write the table of DeepLabCut, in the form that pandas 1.5 to 3.1 all read (``fixed``)."""
    pandas = _package("pandas")
    _package("tables")
    poses = poses_of(manager, keys, begin)
    several = poses.individuals != (_ONE,)
    names = ["scorer", *(["individuals"] if several else []), "bodyparts", "coords"]
    columns, values = [], []
    for i, who in enumerate(poses.individuals):
        for p, part in enumerate(poses.parts):
            own = (*poses.positions[:, i, p].T, poses.likelihoods[:, i, p])
            for coordinate, column in zip(("x", "y", "likelihood"), own, strict=True):
                columns.append((scorer, *((who,) if several else ()), part, coordinate))
                values.append(column)
    table = pandas.DataFrame(np.column_stack(values), columns=pandas.MultiIndex.from_tuples(columns, names=names))
    said = poses.said(warn, with_individuals=several)
    with pandas.HDFStore(path, mode="w") as store:
        store.put("df_with_missing", table, format="fixed", track_times=False)
        if said:
            store.get_storer("df_with_missing").attrs[pose_attributes.NAME] = said


def write_sleap_analysis(
    manager: Target,
    path: Path,
    *,
    keys: Keys = None,
    begin: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Write SLEAP's analysis file, with all frames from 0 on and the order of its axes."""
    h5py = import_h5py()
    poses = poses_of(manager, keys, begin)
    present = ~np.isnan(poses.positions).all(axis=(2, 3))
    datasets = {
        "tracks": (poses.positions.transpose(1, 3, 2, 0), ("track", "xy", "node", "frame")),
        "point_scores": (poses.likelihoods.transpose(1, 2, 0), ("track", "node", "frame")),
        "instance_scores": (np.full(present.T.shape, np.nan), ("track", "frame")),
        "tracking_scores": (np.full(present.T.shape, np.nan), ("track", "frame")),
        "track_occupancy": (present.astype(np.uint8), ("frame", "track")),
    }
    said = poses.said(warn, with_individuals=len(poses.individuals) > 1)
    provenance = {pose_attributes.NAME: json.loads(said)} if said else {}
    with h5py.File(path, "w") as file:
        for name, (values, dims) in datasets.items():
            dataset = file.create_dataset(name, data=values, compression="gzip", compression_opts=1)
            dataset.attrs["dims"] = json.dumps(dims)
        file["node_names"] = np.array([name.encode() for name in poses.parts])
        file["track_names"] = np.array([name.encode() for name in poses.individuals])
        file["edge_names"] = np.empty((0, 2), "S1")
        file["edge_inds"] = np.empty((0, 2), np.int64)
        file["labels_path"], file["video_path"], file["provenance"] = "", "", json.dumps(provenance)
        file["video_ind"] = 0
        file.attrs["format"], file.attrs["preset"] = "analysis", "matlab"


def write_movement(
    manager: Target,
    path: Path,
    *,
    keys: Keys = None,
    fps: float | None = None,
    begin: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Write a dataset of poses as movement does since version 0.16."""
    xarray = _package("xarray")
    _package("h5netcdf")
    _package("h5py")  # h5netcdf takes it or another, and asks for neither
    poses = poses_of(manager, keys, begin)
    frames = np.arange(len(poses.positions), dtype=np.int64)
    said, unit = poses.said(warn, with_individuals=len(poses.individuals) > 1), poses.unit()
    dataset = xarray.Dataset(
        {
            "position": (
                ("time", "space", "keypoint", "individual"),
                poses.positions.transpose(0, 3, 2, 1),
                {"units": unit} if unit else {},
            ),
            "confidence": (("time", "keypoint", "individual"), poses.likelihoods.transpose(0, 2, 1)),
        },
        coords={
            "time": frames / fps if fps else frames,
            "space": ["x", "y"],
            "keypoint": list(poses.parts),
            "individual": list(poses.individuals),
        },
        attrs={
            "source_software": "WhiskerToolbox",
            "ds_type": "poses",
            "time_unit": "seconds" if fps else "frames",
            **({"fps": float(fps)} if fps else {}),
            **({pose_attributes.NAME: said} if said else {}),
        },
    )
    dataset.to_netcdf(path, engine="h5netcdf")


def _package(name: str) -> Any:
    try:
        return import_package(name, name, "files of this format")
    except LoadError as error:
        raise SaveError(str(error)) from error


def _points(manager: Target) -> list[str]:
    return sorted(entry.key for entry in manager.entries() if entry.kind in PointData.kinds())


def _part(who: str, key: str) -> str:
    return key.removeprefix(f"{who}_")
