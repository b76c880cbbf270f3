"""Figures as they were when they were shown, so that they can be saved in other formats afterwards.

A figure is kept pickled: what user code does to it later changes nothing, and none of the user's arrays is held.
"""

from __future__ import annotations

import base64
import io
import pickle
import secrets
import sys
import threading
from collections import OrderedDict
from typing import Any

from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.figures import FigureFile, SaveFigure

LARGEST_FIGURE = 8 * 1024 * 1024
KEPT_BYTES = 64 * 1024 * 1024
KEPT_FIGURES = 100


class KeptFigures:
    """The figures that were shown last, as many as fit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, figure: object) -> str:
        """Keep a figure of matplotlib; returns its id, or an empty text where it cannot be kept."""
        content = _pickled(figure)
        if content is None:
            return ""
        figure_id = secrets.token_hex(8)
        with self._lock:
            self._kept[figure_id] = content
            while len(self._kept) > KEPT_FIGURES or sum(map(len, self._kept.values())) > KEPT_BYTES:
                self._kept.popitem(last=False)
        return figure_id

    def save(self, params: SaveFigure) -> FigureFile:
        """Draw a kept figure in another format; on the main thread, where matplotlib is."""
        with self._lock:
            content = self._kept.get(params.figure)
        if content is None:
            raise RequestError("The interpreter no longer has this figure. Run its code again, and save it then.")
        drawn = io.BytesIO()
        pickle.loads(content).savefig(drawn, format=params.format, bbox_inches="tight")
        return FigureFile(data=base64.b64encode(drawn.getvalue()).decode())


def is_figure(value: object) -> bool:
    """Whether a value is a figure of matplotlib, without importing it."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, getattr(module, "Figure", ()))


class _TooLarge(Exception):
    pass


class _Bounded(io.BytesIO):
    def write(self, data: Any) -> int:
        if self.tell() + memoryview(data).nbytes > LARGEST_FIGURE:
            raise _TooLarge
        return super().write(data)


class _FigurePickler(pickle.Pickler):
    def __init__(self, file: _Bounded, figure: object) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._figure = figure

    def reducer_override(self, value: object) -> Any:
        if value is not self._figure:
            return NotImplemented
        reduced = value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        if isinstance(reduced, tuple) and len(reduced) > 2 and isinstance(reduced[2], dict):
            reduced[2].pop("_restore_to_pylab", None)  # unpickled it would be among the user's open figures
        return reduced


def _pickled(figure: object) -> bytes | None:
    file = _Bounded()
    try:
        _FigurePickler(file, figure).dump(figure)
    except Exception:  # it is large, or has parts that cannot be pickled: functions of the user's, for example
        return None
    return file.getvalue()
