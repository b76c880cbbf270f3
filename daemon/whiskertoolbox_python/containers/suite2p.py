"""suite2p: a folder of a plane (or ``suite2p/`` with several), as a signal per cell and a mask of its pixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from whiskertoolbox_python.containers._contents import Array, Channels, ChosenChannels, Clock, Contents, Part
from whiskertoolbox_python.errors import LoadError

_SIGNALS = (("F", "fluorescence"), ("Fneu", "fluorescence of the neuropil"), ("spks", "deconvolved activity"))


def find(path: Path) -> list[Path]:
    """Return the folders of planes at or below a path."""
    if path.is_file():
        return [path.parent] if path.name in ("F.npy", "iscell.npy") and _is_plane(path.parent) else []
    if _is_plane(path):
        return [path]
    return sorted(folder.parent for folder in path.rglob("iscell.npy") if _is_plane(folder.parent))


def read(path: Path, *, only_cells: bool = True, rate: float | None = None, warn: Callable[[str], None]) -> Contents:
    """Read the signals of each plane.

    Parameters
    ----------
    path : Path
    only_cells : bool
        Leave out the regions that ``iscell.npy`` says are none.
    rate : float, optional
        Frames per second of a plane. suite2p keeps it in ``ops.npy``, a pickle, which is not opened.
    warn : callable
    """
    planes = find(path)
    if not planes:
        raise LoadError(f"{path}: a folder of suite2p has F.npy and iscell.npy")
    parts: list[Part] = []
    clocks: dict[str, Clock] = {}
    if rate is None:
        warn(f"{path}: the frame rate is in ops.npy, which is a pickle and is not opened; give rate for seconds")
    for plane in planes:
        prefix = f"{plane.name}/" if len(planes) > 1 else ""
        is_cell = _array(plane / "iscell.npy")
        chosen = np.flatnonzero(is_cell[:, 0] > 0) if only_cells else np.arange(len(is_cell), dtype=np.int64)
        clock = f"{prefix}frames"
        for name, text in _SIGNALS:
            file = plane / f"{name}.npy"
            if not file.is_file():
                continue
            traces = _array(file)
            if traces.ndim != 2 or len(traces) != len(is_cell):
                raise LoadError(f"{file} has shape {traces.shape}, and iscell.npy has {len(is_cell)} regions")
            names = tuple(str(number) for number in chosen.tolist())
            clocks.setdefault(clock, Clock.regular(traces.shape[1], rate, description="frames of the plane"))
            read_traces = partial(_traces, file, chosen, names)
            chances = is_cell[chosen, 1].tolist() if is_cell.shape[1] > 1 else ()
            own = tuple({"probability": chance} for chance in chances)
            shape = (traces.shape[1], len(chosen))
            parts.append(
                Part(f"{prefix}{name}", "analog", shape, read_traces, clock, "", text, names, channel_attributes=own)
            )
    return Contents(tuple(parts), clocks)


def _is_plane(folder: Path) -> bool:
    return (folder / "iscell.npy").is_file() and (folder / "F.npy").is_file()


def _array(path: Path) -> Array:
    try:
        array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from None
    return array


def _traces(path: Path, chosen: Array, names: tuple[str, ...]) -> Channels:
    traces = ChosenChannels(_array(path), chosen, sideways=True)
    return Channels(traces, names, np.ones(len(names)), np.zeros(len(names)))  # type: ignore[arg-type]  # sliced only
