"""Kilosort and phy: a folder of sorted spikes, as an event series per unit.

Units are those of ``spike_clusters.npy``, all of them; the ``cluster_*.tsv`` tables are joined to them, so that a unit
that a table does not list stays. A unit's group is what a person said (good, mua, noise), else "unsorted".
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.order import is_ascending, ranked, stable_order
from whiskertoolbox_python.arrays.order import parts as parts_of_rows
from whiskertoolbox_python.containers._contents import (
    SORTED_UNIT,
    Allocate,
    Array,
    Clock,
    Contents,
    Events,
    Int64Array,
    Part,
    Sliced,
    in_memory,
)
from whiskertoolbox_python.errors import LoadError

_CLOCK = "spikes"


def find(path: Path) -> Path | None:
    """Return the folder of the spikes, for the folder itself or a file in it; None when it is none."""
    folder = path if path.is_dir() else path.parent
    is_one = (folder / "spike_times.npy").is_file() and (
        (folder / "spike_clusters.npy").is_file() or (folder / "spike_templates.npy").is_file()
    )
    return folder if is_one and (path.is_dir() or path.name in ("params.py", "spike_times.npy")) else None


def read(path: Path, *, warn: Callable[[str], None], allocate: Allocate = in_memory) -> Contents:
    """Read a folder.

    The clock ``spikes`` has an index for each sample number at which any unit has a spike; its ticks are sample
    numbers, its rate that of ``params.py``.
    """
    folder = find(path)
    if folder is None:
        raise LoadError(f"{path}: a folder of Kilosort or phy has spike_times.npy and spike_clusters.npy")
    clusters_file = folder / "spike_clusters.npy"
    if not clusters_file.is_file():
        clusters_file = folder / "spike_templates.npy"  # before phy has been opened once
    clusters, times = _column(clusters_file), _column(folder / "spike_times.npy")
    if len(clusters) != len(times):
        raise LoadError(f"{folder}: {len(times):,} spike times and {len(clusters):,} clusters")
    parameters = _parameters(folder / "params.py", warn)
    rate = parameters.get("sample_rate")
    if not isinstance(rate, int | float) or rate <= 0:
        warn(f"{folder / 'params.py'}: it gives no sample_rate, so seconds are unknown")
        rate = None
    tables = _tables(folder, warn)
    ticks, indices = ranked(_whole(times, allocate), allocate)
    unit_of = _whole(clusters, allocate)
    order = stable_order([unit_of] if is_ascending(indices) else [indices, unit_of], allocate)
    has_groups = any("group" in row for row in tables.values())
    parts = []
    start = 0
    for unit, count in _counts(unit_of):
        row = tables.get(unit, {})
        places, start = order[start : start + count], start + count
        group = row.get("group") or ("" if has_groups else row.get("KSLabel", "")) or "unsorted"
        parts.append(
            Part(
                f"unit_{unit}",
                "digital_event",
                (count,),
                partial(_unit, indices, places),
                _CLOCK,
                group=group,
                attributes={**row, SORTED_UNIT: True},
            )
        )
    clock = Clock.of(ticks, None if rate is None else float(rate), description="samples with a spike of any unit")
    return Contents(tuple(parts), {_CLOCK: clock}, {"dat_path": str(parameters.get("dat_path", ""))})


def _whole(numbers: Array, allocate: Allocate) -> Int64Array:
    made: Int64Array = allocate(numbers.shape, np.int64)
    for rows in parts_of_rows(len(made)):
        made[rows] = np.rint(numbers[rows])
    return made


def _counts(units: Int64Array) -> list[tuple[int, int]]:
    """Return each unit, in order, and how many spikes it has."""
    counts: Counter[int] = Counter()
    for rows in parts_of_rows(len(units)):
        found, times = np.unique(units[rows], return_counts=True)
        counts.update(dict(zip(found.tolist(), times.tolist(), strict=True)))
    return sorted(counts.items())


def _unit(indices: Int64Array, places: Int64Array) -> Events:
    own = Sliced(lambda rows: indices[places[rows]], places.shape, indices.dtype)
    return Events(own)  # type: ignore[arg-type]  # sliced only


def _column(path: Path) -> Array:
    try:
        array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from None
    return array.ravel()


def _parameters(path: Path, warn: Callable[[str], None]) -> dict[str, Any]:
    """Return the plain assignments of ``params.py``, without running it."""
    found: dict[str, Any] = {}
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError) as error:  # or nested too deeply
        warn(f"{path} cannot be read: {error}")
        return found
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):  # all that it may raise
                continue
    return found


def _tables(folder: Path, warn: Callable[[str], None]) -> dict[int, dict[str, str]]:
    """Return the columns of all ``cluster_*.tsv`` per unit; empty cells count as absent.

    ``cluster_info.tsv`` is written when phy is closed, so the tables with a single column, which are newer, win.
    """
    rows: dict[int, dict[str, str]] = {}
    files = sorted(folder.glob("cluster_*.tsv"), key=lambda file: (file.name != "cluster_info.tsv", file.name))
    for file in files:
        with file.open(encoding="utf-8", errors="replace", newline="") as text:
            for number, row in enumerate(csv.DictReader(text, delimiter="\t"), 2):
                unit = row.pop("cluster_id", None) or row.pop("id", None)
                try:
                    own = rows.setdefault(int(str(unit)), {})
                except ValueError:
                    warn(f"{file}: line {number} has no cluster_id; left out")
                    continue
                own.update({key: value for key, value in row.items() if key and value and value != "nan"})
    return rows
