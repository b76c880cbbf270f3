"""Lines as upstream's message of Cap'n Proto: one `LineDataProto`, not packed.

``timeLines`` has a `TimeLine` (``time``, ``lines``) for each time, each line its ``points``, each point ``x`` and
``y``; ``imageWidth`` and ``imageHeight`` follow. All numbers are of 32 bits. A message is read however large it is;
libraries of Cap'n Proto stop at 64 MiB unless their traversal limit is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._capnp import Message
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.lines import LineData

_LINES_OF_TIME, _POINTS_OF_LINE, _TIME_LINES = 0, 0, 0


@dataclass(frozen=True, kw_only=True)
class LineOptions(ImageSizeOptions):
    """Options of line capnp."""


def load(source: Source, options: LineOptions) -> Iterator[LoadedItem]:
    """Read lines; those without points are passed over, with a warning."""
    content = np.fromfile(source.path, np.uint8)
    try:
        message = Message(content)
        root = message.root()
        size = message.number(root, 0), message.number(root, 1)
        times, points, empty = _lines(message)
    except ValueError as error:
        raise LoadError(f"{source.path} cannot be read as Cap'n Proto lines: {error}") from None
    if empty:
        source.warn(f"{source.path}: {empty:,} lines have no points; left out")
    offsets = np.cumsum([0, *map(len, points)], dtype=np.int64)
    joined = np.concatenate(points) if points else np.empty((0, 2), np.float32)
    known = ImageSize(*size) if size[0] and size[1] and max(size) < 1 << 31 else None
    lines = LineData.from_arrays(
        np.array(times, np.int64), offsets, joined, image_size=options.image_size() or known, copy=False
    )
    yield LoadedItem(source.name, lines)


def _lines(message: Message) -> tuple[list[int], list[npt.NDArray[np.float32]], int]:
    """Return the time and the points of each line, and how many have none."""
    times: list[int] = []
    points: list[npt.NDArray[np.float32]] = []
    empty = 0
    time_lines = message.structs(message.root(), _TIME_LINES)
    for place in range(time_lines.count):
        time_line = time_lines[place]
        time = message.number(time_line, 0, signed=True)
        lines = message.structs(time_line, _LINES_OF_TIME)
        for number in range(lines.count):
            found = message.structs(lines[number], _POINTS_OF_LINE)
            if not found.count:
                empty += 1
                continue
            if not found.words:
                raise ValueError("its points have no coordinates")
            times.append(time)
            points.append(np.ascontiguousarray(message.values(found)[:, 0]).view("<f4").reshape(-1, 2))
    return times, points, empty


FORMATS = (Loader("line", ("capnp", "binary"), LineOptions, load, "Upstream's message of Cap'n Proto, of any size."),)
