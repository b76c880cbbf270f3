"""Which format a file or folder is in, by its content; names of files only break ties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from whiskertoolbox_python.containers._tree import Node, open_tree, zarr_version
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import check_whole, import_h5py, open_hdf5

_START = 4096
_HDF5 = b"\x89HDF\r\n\x1a\n"
_DATASETS_NAMED = 5

_HDF5_FORMATS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (sleap.recognises_labels, "sleap"),
    (sleap.recognises_analysis, "sleap_analysis"),
    (movement.recognises, "movement"),
    (facemap.recognises, "facemap"),
    (whiskiwrap.recognises, "whiskiwrap"),
    (deeplabcut.recognises_hdf5, "deeplabcut_hdf5"),
)

_BYTES_FORMATS: tuple[tuple[Callable[[bytes, Path], bool], str], ...] = (
    (lambda start, path: whisk.recognises_whiskers(start), "whisk"),
    (lambda start, path: whisk.recognises_measurements(start), "whisk_measurements"),
    (lambda start, path: matlab.recognises(start), "matlab"),
    (lambda start, path: arrow.recognises(start), "arrow"),
    (lambda start, path: axon.recognises(start), "axon"),
    (numpy_arrays.recognises, "numpy_arrays"),
    (imagej_roi.recognises, "imagej_roi"),
    (lambda start, path: tiff_stack.recognises(start), "tiff_stack"),
)

_TEXT_FORMATS: tuple[tuple[Callable[[list[str]], bool], str], ...] = (
    (deeplabcut.recognises_csv, "deeplabcut"),
    (anipose.recognises, "anipose"),
    (table_csv.recognises, "table_csv"),
)

_VIDEO = "video"
_IMAGES = "images"
_LOAD_CONFIG = "load config"


@dataclass(frozen=True)
class Recognised:
    """What a path was taken for.

    Attributes
    ----------
    format : str
        The name of a container, or "video", "images" or "load config"; "" when it is none that can be imported.
    path : Path
        What to read, which may be the folder around the given file.
    reason : str
        What it was taken for, and why it cannot be imported.
    """

    format: str
    path: Path
    reason: str = ""


def recognise(path: Path) -> Recognised:
    """Return what a file or folder is.

    Raises
    ------
    LoadError
        When there is nothing at the path, or HDF5 is met and h5py is missing.
    """
    if path.is_dir():
        return _recognise_folder(path)
    if not path.is_file():
        raise LoadError(f"{path} does not exist, or is neither a file nor a folder")
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        return Recognised("", path, "it is empty")
    for recognises, name in _BYTES_FORMATS:
        if recognises(start, path):
            return Recognised(name, path)
    if any(start[at:].startswith(_HDF5) for at in (0, 512, 1024, 2048)):
        return _recognise_hdf5(path)
    found = neo_recordings.recognise(start, path)
    if found is not None:
        return Recognised(found, path)
    folder = _recognise_part_of_folder(path)
    if folder is not None:
        return folder
    if _is_video(start):
        return Recognised(_VIDEO, path)
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return Recognised("", path, "it is a single image; import its folder, whose images become a stack")
    return _recognise_text(path, start)


def _recognise_folder(path: Path) -> Recognised:
    if zarr_version(path) is not None:
        with open_tree(path) as root:
            if nwb.recognises(root):
                return Recognised("nwb", path)
        return Recognised("", path, "it is a Zarr folder, and no NWB file")
    if phy.find(path):
        return Recognised("phy", path)
    found = neo_recordings.recognise_folder(path)
    if found is not None:
        return Recognised(found, path)
    for find, name in ((openephys.find, "open_ephys"), (spikeglx.find, "spikeglx"), (suite2p.find, "suite2p")):
        if find(path):
            return Recognised(name, path)
    suffixes = {file.suffix.lower() for file in path.iterdir() if file.is_file()}
    if suffixes & {".png", ".jpg", ".jpeg"}:
        return Recognised(_IMAGES, path)
    listed = ", ".join(sorted(suffixes)) or "no files"
    return Recognised("", path, f"it is a folder with {listed}, and none of the recordings that are known")


def _recognise_part_of_folder(path: Path) -> Recognised | None:
    """Return the recording that a file is a part of."""
    if path.name == openephys.STRUCTURE:
        return Recognised("open_ephys", path.parent)
    if spikeglx.find(path):
        return Recognised("spikeglx", path)
    folder = phy.find(path)
    if folder is not None:
        return Recognised("phy", folder)
    if path.suffix.lower() in (".tsq", ".tev", ".tbk", ".ncs"):
        found = neo_recordings.recognise_folder(path.parent)
        return Recognised(found, path.parent) if found else None
    return None


def _recognise_hdf5(path: Path) -> Recognised:
    h5py = import_h5py()
    with open_hdf5(path) as file:
        if nwb.recognises(Node("", "", file)):
            return Recognised("nwb", path)
        check_whole(file, path)
        for recognises, name in _HDF5_FORMATS:
            if recognises(file):
                return Recognised(name, path)
        names: list[str] = []
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    listed = ", ".join(names[:_DATASETS_NAMED]) + (" …" if len(names) > _DATASETS_NAMED else "")
    return Recognised(
        "",
        path,
        f"it is HDF5, but none of the layouts that are known (its datasets: {listed or 'none'}); load a dataset with "
        'dm.load_file(path, data_type="analog", format="hdf5", time_key=..., value_key=...)',
    )


def _recognise_text(path: Path, start: bytes) -> Recognised:
    if b"\0" in start:
        return Recognised(
            "",
            path,
            "it is binary, and begins like no format that is known; raw samples are loaded with "
            'dm.load_file(path, data_type="analog", format="binary", num_channels=..., binary_data_type=...)',
        )
    lines = start.decode("utf-8-sig", "replace").splitlines()
    if len(start) == _START:
        lines = lines[:-1]
    if path.suffix == ".toml":
        is_calibration = anipose.recognises_calibration("\n".join(lines))
        reason = "" if is_calibration else "it is TOML, but no calibration of Anipose"
        return Recognised("anipose_calibration" if is_calibration else "", path, reason)
    if lines and lines[0].lstrip()[:1] in ("{", "["):
        is_config = b'"data_type"' in start
        reason = "" if is_config else "it is JSON, but no load config"
        return Recognised(_LOAD_CONFIG if is_config else "", path, reason)
    for recognises, name in _TEXT_FORMATS:
        if recognises(lines):
            return Recognised(name, path)
    return Recognised("", path, "it is text, but no table: its first two lines do not have the same number of columns")


def _is_video(start: bytes) -> bool:
    return (
        start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
        or (start.startswith(b"RIFF") and start[8:12] == b"AVI ")
        or start.startswith(
            (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"OggS", b"0&\xb2u\x8ef\xcf\x11")
        )
        or (len(start) > 376 and start[0] == start[188] == start[376] == 0x47)
    )
