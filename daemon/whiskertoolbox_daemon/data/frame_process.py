"""The process that decodes frames: a line of JSON in, a line of JSON and pixels or a picture out, until its stdin ends.

    python -m whiskertoolbox_daemon.data.frame_process SESSION

In a process of its own, so that a damaged video ends nothing else, and in the user's Python, which may have PyAV.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import Any, BinaryIO

import numpy as np

from whiskertoolbox_python import DataManager, DataObject, MediaData
from whiskertoolbox_python.errors import StoreError
from whiskertoolbox_python.pictures.thumbnails import FRAME_PIXELS, thumbnail
from whiskertoolbox_python.views import frame

FEWEST_PIXELS = 1000

NOTHING = {
    "index": -1,
    "tick": None,
    "nextTick": None,
    "frameCount": 0,
    "width": 0,
    "height": 0,
    "step": 1,
    "shape": [0, 0],
}


def answer(manager: DataManager, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return what is said of a frame, and its pixels."""
    key = request["key"]
    media = manager.getData(key)
    if not isinstance(media, MediaData):
        return {**NOTHING, "message": f"{key} was deleted." if media is None else f"{key} holds no pictures."}, b""
    clock = manager.getTime(manager.getTimeKey(key))
    ticks = clock.times if clock is not None else np.zeros(0, np.int64)
    count = min(len(media), len(ticks)) if len(ticks) else len(media)
    place = int(np.searchsorted(ticks[:count], request["tick"], "right")) - 1 if len(ticks) else int(request["tick"])
    if not count:
        return {**NOTHING, "message": f"{key} has no frames."}, b""

    def tick_of(number: int) -> float | None:
        return None if number >= count else float(ticks[number]) if len(ticks) else float(number)

    is_there = place >= 0
    if place >= count - 1:  # the last picture stands as long as the one before it did
        last, before = tick_of(count - 1) or 0.0, tick_of(max(count - 2, 0)) or 0.0
        is_there = request["tick"] < last + max(last - before, 1.0)
    if not is_there:
        where = "begins later" if place < 0 else "has ended"
        return {**NOTHING, "frameCount": count, "message": f"There is no frame at this time: the video {where}."}, b""
    index = min(place, count - 1)
    shown = frame(media.frame(index), budget=request["budget"])

    header = {
        "index": index,
        "tick": tick_of(index),
        "nextTick": tick_of(index + 1),
        "frameCount": count,
        "width": media.getWidth(),
        "height": media.getHeight(),
        "step": shown.step,
        "shape": list(shown.pixels.shape),
        "message": "",
    }
    return header, shown.pixels.tobytes()


def picture(manager: DataManager, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the picture of a frame with what lies over it, as SVG, coarser until it is short enough."""
    data, svg, pixels = manager.getData(request["key"]), "", FRAME_PIXELS
    while isinstance(data, DataObject) and pixels >= FEWEST_PIXELS:
        svg = thumbnail(data, manager, frame_pixels=pixels)[0]
        if len(svg) <= request["longest"]:
            break
        svg, pixels = "", pixels // 2
    return {"needs": "" if importlib.util.find_spec("av") else "av"}, svg.encode()


def serve(session: str, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    with DataManager.open(session, read_only=True) as manager:
        for line in requests:
            try:
                request = json.loads(line)
                header, pixels = (picture if "longest" in request else answer)(manager, request)
            except (OSError, ValueError, IndexError, RuntimeError, ImportError, StoreError) as error:
                needs = "av" if isinstance(error, ImportError) else ""
                header, pixels = {**NOTHING, "message": str(error), "needs": needs}, b""
            answers.write(json.dumps({**header, "size": len(pixels)}).encode() + b"\n" + pixels)
            answers.flush()


if __name__ == "__main__":
    serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
