"""The registry of containers, a line each; the load config's loaders are made from it.

To add one: write ``<format>.py`` with ``read(path, *, warn, allocate, **options)`` that returns `Contents`, and a
function that recognises its files by content; add its line here and its case to `recognise`. Reading imports what it
needs, so nothing but NumPy is imported until then.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from whiskertoolbox_python.containers import (
    anipose,
    arrow,
    axon,
    deeplabcut,
    facemap,
    imagej_roi,
    matlab,
    movement,
    neo_recordings,
    numpy_arrays,
    nwb,
    openephys,
    phy,
    sleap,
    spikeglx,
    suite2p,
    table_csv,
    tiff_stack,
    whisk,
    whiskiwrap,
)
from whiskertoolbox_python.containers._contents import Allocate, Contents, Kind
from whiskertoolbox_python.containers.pose_attributes import described, in_deeplabcut, in_movement, in_sleap
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.parameters import option, required


@dataclass(frozen=True, kw_only=True)
class ContainerOptions:
    """Options of every container."""

    part: str = required("Which part of the file to load; `preview_file` lists them.")
    ticks_per_second: float | None = option(
        None,
        "Of clocks: ticks are converted to so many a second. By default the file's own, or nanoseconds where the "
        "file's clocks differ, so that they can be compared.",
    )


@dataclass(frozen=True, kw_only=True)
class PoseOptions(ContainerOptions):
    """Options of poses."""

    threshold: float = option(0.0, "Points with a smaller likelihood are left out; the likelihood keeps every frame.")


@dataclass(frozen=True, kw_only=True)
class LabelsOptions(PoseOptions):
    """Options of SLEAP's own files."""

    video: int = option(0, "Which of the file's videos, from 0.")


@dataclass(frozen=True, kw_only=True)
class AnalysisOptions(PoseOptions):
    """Options of SLEAP's analysis files."""

    first_frame: int = option(0, "Frame of the first column, for files written without all frames.")


@dataclass(frozen=True, kw_only=True)
class AniposeOptions(PoseOptions):
    """Options of Anipose."""

    camera_frame: bool = option(True, "Undo Anipose's own axes, which have no right angles, so that lengths are true.")


@dataclass(frozen=True, kw_only=True)
class FaceOptions(ContainerOptions):
    """Options of whiskers."""

    face: Literal["auto", "left", "right", "top", "bottom"] = option(
        "auto", "Side of the image where the face is, from which lines run; by default as the measurements say."
    )


@dataclass(frozen=True, kw_only=True)
class TableOptions(ContainerOptions):
    """Options of tables."""

    time_column: str | None = option(None, "Column of the times (seconds or dates); found by default.")


@dataclass(frozen=True, kw_only=True)
class Suite2pOptions(ContainerOptions):
    """Options of suite2p."""

    only_cells: bool = option(True, "Leave out the regions that iscell.npy says are not cells.")
    rate: float | None = option(None, "Frames per second of a plane.")


@dataclass(frozen=True)
class Container:
    """A format of files with several parts."""

    name: str
    """The word for it in a load config."""
    title: str
    kinds: tuple[Kind, ...]
    """Of the parts it may have."""
    read: Callable[..., Contents]
    needs: tuple[str, ...] = ()
    """Packages that it needs, as pip takes them."""
    options: type[ContainerOptions] = ContainerOptions
    has_clocks: bool = True
    keeps: bool = True
    """Whether it keeps what it reads, in arrays that `allocate` makes; False if it reads its file when it is wanted."""

    def contents(
        self, path: Path, options: ContainerOptions, warn: Callable[[str], None], allocate: Allocate
    ) -> Contents:
        """Look into a file."""
        own = {field.name for field in dataclasses.fields(options)} - {"part", "ticks_per_second"}
        given = {name: getattr(options, name) for name in sorted(own)}
        if self.keeps:
            given["allocate"] = allocate
        try:
            return self.read(path, warn=warn, **given)
        except RecursionError as error:
            raise LoadError(f"{path} cannot be read: what it holds is nested too deeply") from error


_POSE: tuple[Kind, ...] = ("points", "analog", "tensor")
_EPHYS: tuple[Kind, ...] = ("analog", "digital_event", "digital_interval")
_TABLE: tuple[Kind, ...] = ("analog",)
_ARRAYS: tuple[Kind, ...] = ("analog", "tensor")


def _neo(name: str, title: str, needs: str = "neo") -> Container:
    return Container(name, title, _EPHYS, partial(neo_recordings.read, name=name), (needs,), keeps=False)


CONTAINERS: tuple[Container, ...] = (
    Container(
        "nwb",
        "Neurodata Without Borders (HDF5 or Zarr)",
        ("analog", "digital_event", "digital_interval", "points", "tensor", "video", "images"),
        nwb.read,
        ("h5py",),
        PoseOptions,
    ),
    Container("deeplabcut", "DeepLabCut, Lightning Pose, EKS (CSV)", _POSE, deeplabcut.read_csv, (), PoseOptions),
    Container(
        "deeplabcut_hdf5",
        "DeepLabCut (HDF5)",
        _POSE,
        described(deeplabcut.read_hdf5, in_deeplabcut),
        ("h5py",),
        PoseOptions,
    ),
    Container("sleap", "SLEAP (.slp)", _POSE, sleap.read_labels, ("h5py",), LabelsOptions),
    Container(
        "sleap_analysis",
        "SLEAP analysis file",
        _POSE,
        described(sleap.read_analysis, in_sleap),
        ("h5py",),
        AnalysisOptions,
    ),
    Container("anipose", "Anipose 3-D points", _POSE, anipose.read, (), AniposeOptions),
    Container(
        "anipose_calibration",
        "Anipose calibration",
        ("tensor",),
        anipose.read_calibration,
        ('tomli; python_version < "3.11"',),
        has_clocks=False,
        keeps=False,
    ),
    Container("movement", "movement (netCDF)", _POSE, described(movement.read, in_movement), ("h5py",), PoseOptions),
    Container("facemap", "facemap key points", _POSE, facemap.read, ("h5py",), PoseOptions),
    Container("whisk", "Janelia whiskers", ("line",), whisk.read_whiskers, (), FaceOptions),
    Container(
        "whisk_measurements", "Janelia measurements", ("analog",), whisk.read_measurements, (), FaceOptions, keeps=False
    ),
    Container("whiskiwrap", "WhiskiWrap", ("line",), whiskiwrap.read, ("h5py",), FaceOptions),
    Container("open_ephys", "Open Ephys (binary)", _EPHYS, openephys.read, keeps=False),
    Container("spikeglx", "SpikeGLX", _EPHYS, spikeglx.read, keeps=False),
    Container("phy", "Kilosort and phy", ("digital_event",), phy.read),
    _neo("blackrock", "Blackrock"),
    _neo("neuralynx", "Neuralynx", "neo[neuralynx]"),
    _neo("plexon", "Plexon"),
    _neo("tdt", "Tucker-Davis Technologies"),
    _neo("spike2", "Spike2 (.smr)"),
    _neo("ced", "Spike2 (.smrx)", "neo[ced]"),
    _neo("intan", "Intan"),
    Container("axon", "Axon (ABF)", ("analog", "digital_interval"), axon.read, ("pyabf",), keeps=False),
    Container("matlab", "MATLAB", _ARRAYS, matlab.read, ("scipy", "h5py"), has_clocks=False),
    Container("numpy_arrays", "NumPy arrays", _ARRAYS, numpy_arrays.read, has_clocks=False),
    Container("table_csv", "CSV with named columns", _TABLE, table_csv.read, (), TableOptions),
    Container("arrow", "Parquet or Arrow", _TABLE, arrow.read, ("pyarrow",), TableOptions),
    Container(
        "imagej_roi",
        "ImageJ regions",
        ("mask", "line", "points"),
        imagej_roi.read,
        ("roifile",),
        has_clocks=False,
        keeps=False,
    ),
    Container("tiff_stack", "TIFF stack", ("images",), tiff_stack.read, ("tifffile",)),
    Container("suite2p", "suite2p", _TABLE, suite2p.read, (), Suite2pOptions, keeps=False),
)


def container_named(name: str) -> Container | None:
    """Return a container by the word for it in a load config."""
    return next((one for one in CONTAINERS if one.name == name), None)
