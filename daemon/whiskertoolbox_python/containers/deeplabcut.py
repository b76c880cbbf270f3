"""DeepLabCut: tables of key points as CSV or HDF5, also as Lightning Pose and ensemble Kalman smoother write them.

The columns have three or four names each, one below the other: scorer, individual (where there are several animals),
body part, coordinate. Columns go by these names, never by their places. The row index is the frame.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.order import is_ascending, parts
from whiskertoolbox_python.containers._contents import Allocate, Array, Clock, Contents, Int64Array, Sliced, in_memory
from whiskertoolbox_python.containers._pickled import plain_values
from whiskertoolbox_python.containers._pose import FRAMES, KeyPoint, parts_of_pose
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import kept, open_whole_hdf5
from whiskertoolbox_python.formats._text_cells import parse_number
from whiskertoolbox_python.formats._text_reading import open_text, read_columns, split_cells

_LEVELS = ("scorer", "individuals", "bodyparts", "coords")
_FRAME_IN_FILE_NAME = re.compile(r"(\d+)\.\w+$")

Names = tuple[str, ...]


def recognises_csv(lines: Sequence[str]) -> bool:
    """Return whether the first lines of a text file are the header of such a table."""
    heads = [split_cells(line, ",")[0].strip() for line in lines[:4]]
    return heads[:3] == ["scorer", "bodyparts", "coords"] or heads == list(_LEVELS)


def recognises_hdf5(file: Any) -> bool:
    """Return whether an open HDF5 file holds a pandas table with these columns."""
    return any(_column_levels(group)[1] for group in _frames_of_pandas(file))


def read_csv(
    path: Path, *, threshold: float = 0.0, warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read a CSV file.

    Raises
    ------
    LoadError
        When the header rows are missing, or no row can be read.
    """
    levels, names, first_column, header_lines = _csv_header(path)
    kinds: list[Any] = [(first_column + place, "optional") for place in range(len(names))]
    if first_column == 1 and not _index_is_text(path, header_lines):
        frames, *columns = read_columns(
            path,
            [(0, "index"), *kinds],
            delimiter=",",
            skip_lines=header_lines,
            warn=warn,
            allocate=partial(allocate, alike=len(names)),
        )
    else:  # labelled frames, named by their image files
        frames = _frames_of_images(path, header_lines, first_column)
        columns = read_columns(path, kinds, delimiter=",", skip_lines=header_lines, warn=warn)
        if len(columns[0]) != len(frames):
            raise LoadError(f"{path}: {len(frames) - len(columns[0])} of {len(frames)} labelled rows cannot be read")
    return _contents(path, levels, names, frames, columns, threshold, warn)


def read_hdf5(
    path: Path, *, threshold: float = 0.0, warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read an HDF5 file of pandas 1.5 to 3.1, written with ``format="table"`` or ``"fixed"``; h5py is enough.

    Raises
    ------
    LoadError
        When the file holds no such table, or more than one.
    """
    with open_whole_hdf5(path) as file:
        groups = [group for group in _frames_of_pandas(file) if _column_levels(group)[1]]
        if len(groups) != 1:
            found = ", ".join(group.name for group in groups) or "none"
            raise LoadError(f"{path}: expected one table of body parts, as DeepLabCut writes it; found {found}")
        (group,) = groups
        table = group.name
        try:
            levels, names = _column_levels(group)
            index, columns = (_table if "table" in group else _fixed)(group, allocate)
        except (KeyError, ValueError, IndexError, TypeError) as error:
            raise LoadError(f"{path}: the table {table} is damaged: {error}") from None
    if len(columns) != len(names) or any(column.shape != index.shape for column in columns):
        shapes = sorted({column.shape for column in columns})
        raise LoadError(f"{path}: the table {table} has {len(names)} column names and values {shapes}")
    return _contents(path, levels, names, _as_frames(path, index, allocate), columns, threshold, warn)


def _contents(
    path: Path,
    levels: Names,
    names: Sequence[Names],
    frames: Int64Array,
    columns: Sequence[Array],
    threshold: float,
    warn: Callable[[str], None],
) -> Contents:
    places = {level: levels.index(level) for level in levels}
    scorers: dict[str, None] = {}
    found: dict[tuple[str, str], dict[str, Array]] = {}
    for name, values in zip(names, columns, strict=True):
        scorers[name[places["scorer"]]] = None
        individual = name[places["individuals"]] if "individuals" in places else ""
        key = (individual, name[places["bodyparts"]])
        coordinate = name[places["coords"]]
        if coordinate in found.setdefault(key, {}):
            raise LoadError(f"{path}: {'/'.join(filter(None, key))} has two columns {coordinate!r}; keep one scorer")
        found[key][coordinate] = values
    whole = {key: columns for key, columns in found.items() if "x" in columns and "y" in columns}
    if not whole:
        raise LoadError(f"{path}: no body part has the columns x and y")
    key_points = [KeyPoint(individual, part, columns) for (individual, part), columns in whole.items()]
    for key in found.keys() - whole.keys():
        warn(f"{path}: {'/'.join(filter(None, key))} has no x and y; left out")
    if not is_ascending(frames, distinct=True) and (repeated := len(frames) - len(np.unique(frames))):
        warn(f"{path}: {repeated} rows repeat a frame; the last row of each frame is used")
        last = len(frames) - 1 - np.unique(frames[::-1], return_index=True)[1]
        frames = frames[last]
        key_points = [
            KeyPoint(one.individual, one.name, {name: _rows_of(values, last) for name, values in one.columns.items()})
            for one in key_points
        ]
    return Contents(
        tuple(parts_of_pose(frames, key_points, threshold=threshold)),
        {FRAMES: Clock.regular(int(frames.max()) + 1 if len(frames) else 0, None, description="video frames")},
        {"scorer": ", ".join(scorers)},
    )


def _rows_of(values: Array, places: Int64Array) -> Array:
    def read(rows: slice) -> Array:
        return np.asarray(values[places[rows]])

    return Sliced(read, places.shape, values.dtype)  # type: ignore[return-value]  # sliced only


def _csv_header(path: Path) -> tuple[Names, list[Names], int, int]:
    """Return the levels, the names of the columns, the first of these columns, and the number of header lines."""
    with open_text(path) as text:
        rows = [split_cells(line, ",") for line, _ in zip(text, range(4), strict=False)]
    levels = tuple(row[0].strip() for row in rows)
    levels = levels if levels == _LEVELS else levels[:3]
    if levels not in (_LEVELS, ("scorer", "bodyparts", "coords")):
        raise LoadError(
            f"{path} is missing DeepLabCut's header rows: the first lines must begin with scorer, individuals (where "
            "there are several animals), bodyparts and coords"
        )
    header = rows[: len(levels)]
    # Labelled frames of DeepLabCut 2.2 and later have two more index columns, whose header cells are empty.
    first = next((place for place, cell in enumerate(header[-1]) if place and cell.strip()), 1)
    width = min(len(row) for row in header)
    names = [tuple(row[column].strip() for row in header) for column in range(first, width)]
    if any(len(row) != width for row in header):
        raise LoadError(
            f"{path}: the header rows have different lengths ({', '.join(str(len(row)) for row in header)})"
        )
    return levels, names, first, len(levels)


def _index_is_text(path: Path, header_lines: int) -> bool:
    with open_text(path) as text:
        first = next((line for number, line in enumerate(text) if number >= header_lines and line.strip()), "0")
    try:
        parse_number(split_cells(first, ",")[0])
    except ValueError:
        return True
    return False


def _frames_of_images(path: Path, header_lines: int, index_columns: int) -> Int64Array:
    rows: list[str] = []
    with open_text(path) as text:
        for number, line in enumerate(text):
            if number >= header_lines and line.strip():
                rows.append(split_cells(line, ",")[index_columns - 1])
    return _frames_in(path, rows)


def _frames_in(path: Path, names: Sequence[str]) -> Int64Array:
    found = [_FRAME_IN_FILE_NAME.search(name) for name in names]
    unnumbered = [name for name, match in zip(names, found, strict=True) if match is None]
    if unnumbered:
        raise LoadError(
            f"{path}: {len(unnumbered)} rows are named by images without a frame number, first {unnumbered[0]!r}; "
            "rename them as img0012.png"
        )
    return np.array([int(match[1]) for match in found if match], np.int64)


def _as_frames(path: Path, index: Array, allocate: Allocate) -> Int64Array:
    is_whole = index.dtype.kind in "iu" or (
        index.dtype.kind == "f" and all((index[rows] == np.trunc(index[rows])).all() for rows in parts(len(index)))
    )
    if is_whole:
        frames: Int64Array = allocate(index.shape, np.int64)
        for rows in parts(len(index)):
            frames[rows] = index[rows]
        return frames
    if index.dtype.kind in "SO":
        return _frames_in(path, [_text(name) for name in index.tolist()])
    raise LoadError(f"{path}: the row index must be frame numbers or image names, not {index.dtype}")


def _frames_of_pandas(file: Any) -> list[Any]:
    """Return the groups that are pandas data frames."""
    found = []
    for item in file.values():
        kind = item.attrs.get("pandas_type")
        if kind is not None and _text(kind).startswith("frame"):
            found.append(item)
    return found


def _column_levels(group: Any) -> tuple[Names, list[Names]]:
    """Return the names of the levels and one name per level of each column; empty for another kind of table."""
    if "table" in group:
        try:
            (axis,) = plain_values(_bytes(group.attrs["non_index_axes"]))
            info = plain_values(_bytes(group.attrs["info"]))
            levels = tuple(str(name) for name in info[1]["names"])
            names = [tuple(str(part) for part in name) for name in axis[1]]
        except (KeyError, ValueError, TypeError, IndexError):
            return (), []
    else:
        count = int(group.attrs.get("axis0_nlevels", 0))
        if not count:
            return (), []
        texts = [[_text(text) for text in group[f"axis0_level{level}"][:].tolist()] for level in range(count)]
        codes = [group[f"axis0_label{level}"][:] for level in range(count)]
        levels = tuple(_text(group[f"axis0_level{level}"].attrs["name"]) for level in range(count))
        names = [
            tuple(texts[level][code] for level, code in enumerate(column))
            for column in zip(*(one.tolist() for one in codes), strict=True)
        ]
    return (levels, names) if {"scorer", "bodyparts", "coords"} <= set(levels) else ((), [])


def _table(group: Any, allocate: Allocate) -> tuple[Array, list[Array]]:
    """Return the index and the columns of a table, in the order of their names."""
    table = group["table"]
    blocks = sorted(
        (name for name in table.dtype.names if name.startswith("values_block_")), key=lambda name: int(name[13:])
    )
    rows = kept(table, allocate)
    if len(blocks) == 1:
        return rows["index"], list(rows[blocks[0]].T)
    # Columns of several types are kept in several blocks, each of which names its own.
    _, wanted = _column_levels(group)
    found: dict[Names, Array] = {}
    for block in blocks:
        own = [tuple(str(part) for part in name) for name in plain_values(_bytes(table.attrs[f"{block}_kind"]))]
        found |= {name: rows[block][:, place] for place, name in enumerate(own)}
    return rows["index"], [found[name] for name in wanted]


def _fixed(group: Any, allocate: Allocate) -> tuple[Array, list[Array]]:
    """Return the index and the columns of a table, as `_table` does."""
    index = kept(group["axis1"], allocate) if "axis1" in group else _last_level(group)
    found: dict[Names, Array] = {}
    _, wanted = _column_levels(group)
    for block in range(int(group.attrs["nblocks"])):
        count = int(group.attrs[f"block{block}_items_nlevels"])
        texts = [[_text(t) for t in group[f"block{block}_items_level{level}"][:].tolist()] for level in range(count)]
        codes = [group[f"block{block}_items_label{level}"][:].tolist() for level in range(count)]
        held = kept(group[f"block{block}_values"], allocate)
        for place, column in enumerate(zip(*codes, strict=True)):
            found[tuple(texts[level][code] for level, code in enumerate(column))] = held[:, place]
    return index, [found[name] for name in wanted]


def _last_level(group: Any) -> Array:
    """Return the last level of an index of several, which is the image's name."""
    last = int(group.attrs["axis1_nlevels"]) - 1
    names: Array = group[f"axis1_level{last}"][:][group[f"axis1_label{last}"][:]]
    return names


def _bytes(value: Any) -> bytes:
    return bytes(value)


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
