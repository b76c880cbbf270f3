"""The process that makes previews of transforms: a line of JSON in, a line and a `StepPreview` out.

    python -m whiskertoolbox_daemon.data.preview_process SESSION WORKSPACE

It runs in the user's Python, as the workers of a batch do, reads the session and changes nothing in it. Transforms are
those of files and packages: what was registered in the console is not known here.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

import numpy as np

from whiskertoolbox_daemon.data.view_lanes import described, lane_of, sampled_range, within_limits
from whiskertoolbox_daemon.data.view_overlays import marks_of
from whiskertoolbox_daemon.data.view_sources import Source, source_of_object
from whiskertoolbox_protocol.views import NoView, PreviewLane, PreviewSteps, StepPreview, ViewOfKey
from whiskertoolbox_protocol.wire import decode, encode
from whiskertoolbox_python import DataManager, load_transforms, read_pipeline
from whiskertoolbox_python.batches.parts import part_of
from whiskertoolbox_python.errors import StoreError, TransformError
from whiskertoolbox_python.transforming import registry
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.views import Window

ROWS_LIMIT = 1 << 20
"""Samples, events, entries or rows of one key that a preview is made of."""
FIRST_ROWS = 20_000
"""Without a window."""


def preview(manager: DataManager, params: PreviewSteps) -> StepPreview:
    """Return what the last step takes and makes within a window.

    Raises
    ------
    TransformError
        When a step cannot be run.
    """
    asked = json.loads(params.pipeline)
    _check_known(str(one.get("transform_name")) for one in asked["steps"])
    pipeline = read_pipeline(asked)
    # What a step makes for later ones only is kept as well, under the name that they know.
    made_for_later = "{}" if pipeline.generation == "second generation" else "{}_output"
    steps = [replace(one, output_key=one.output_key or made_for_later.format(one.step_id)) for one in pipeline.steps]
    last = replace(steps.pop(), enabled=True)
    needed = [*_leading_to(last, steps), last]
    pipeline = replace(pipeline, steps=tuple(needed))
    inputs = {key: _source_of(manager, key) for key in pipeline.needs() if manager.getData(key) is not None}
    window = _window(params, inputs)

    def within(key: str, data: DataObject) -> DataObject:
        first, end = inputs[key].timeline.rows_within(window)
        if end - first > ROWS_LIMIT:
            raise TransformError(f"{key} has {end - first:,} values here. Zoom in to see a preview.")
        bounds = math.ceil(window.start), math.floor(window.end)
        return data.restrict(*bounds, unit="index" if data.getTimeFrame() is None else "ticks")

    part = part_of(manager, pipeline.needs(), within)
    transform = registry.find(last.transform)
    if transform.output in (float, int):
        replace(pipeline, steps=tuple(needed[:-1])).run(part)
        number = part.run_transform(last.transform, last.input_key, None, **last.parameters)
        made = PreviewLane(
            described=_unstored(last.transform, window), view=NoView(message=f"{number:.6g}"), shapes=None
        )
    else:
        pipeline.run(part)
        key = last.output_key if part.getData(last.output_key) is not None else last.input_key
        made = _lane(_source_of(part, key), window, params)
    before = _lane(_source_of(part, last.input_key), window, params)
    return StepPreview(is_overtaken=False, message="", start=window.start, end=window.end, lanes=[before, made])


def _check_known(names: Iterable[str]) -> None:
    known = registry.transforms()
    for name in names:
        if name not in known:
            raise TransformError(
                f"There is no preview of {name}: it must be in a file of the folder transforms/, or in a package."
            )


def _leading_to(last: Any, steps: list[Any]) -> list[Any]:
    """Return those of the steps before whose results it needs, directly or by way of others."""
    needed: list[Any] = []
    taken = _taken_by(last)
    for one in reversed(steps):
        if one.enabled and one.output_key in taken:
            needed.insert(0, one)
            taken |= _taken_by(one)
    return needed


def _taken_by(step: Any) -> set[str]:
    return {step.input_key, *(value for value in step.parameters.values() if isinstance(value, str))}


def _source_of(manager: DataManager, key: str) -> Source:
    data = manager.getData(key)
    assert data is not None
    return source_of_object(key, data, manager.getTimeKey(key))


def _window(params: PreviewSteps, inputs: dict[str, Source]) -> Window:
    if params.start is not None and params.end is not None:
        return Window(params.start, params.end)
    for source in inputs.values():
        timeline = source.timeline
        if timeline.end > timeline.first:
            last = min(timeline.first + FIRST_ROWS, timeline.end) - 1
            return Window(*timeline.ticks(np.array([timeline.first, last])).tolist())
    return Window(0.0, 1.0)


def _lane(source: Source, window: Window, params: PreviewSteps) -> PreviewLane:
    key = source.row.key
    shapes = None
    view = lane_of(source, window, within_limits(params.budget))
    if source.shape == "marks":
        extent = source.timeline.extent()
        tick = extent.start if params.time is None and extent is not None else params.time or 0.0
        shapes = marks_of(key, source, tick, 0)
    return PreviewLane(described=described(key, source, *sampled_range(source)), view=view, shapes=shapes)


def _unstored(name: str, window: Window) -> ViewOfKey:
    return ViewOfKey(
        key=name,
        shape="none",
        type="",
        time_key="",
        size_label="",
        ticks_per_second=None,
        start=window.start,
        end=window.end,
        low=None,
        high=None,
        channels=[],
        width=0,
        height=0,
        likelihood_key="",
        problem="",
    )


def answer(manager: DataManager, request: dict[str, Any]) -> StepPreview:
    """Return a preview, or why there is none."""
    try:
        return preview(manager, decode(PreviewSteps, request))
    except (TransformError, StoreError, ImportError) as error:
        message = str(error)
    except Exception as error:  # the user's code may raise anything
        message = f"{type(error).__name__}: {error}"
    return StepPreview(is_overtaken=False, message=message, start=0.0, end=0.0, lanes=[])


class WorkspaceFiles:
    """The files ``transforms/*.py``, run again when they have changed."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._seen: list[tuple[str, int]] = []

    def bring_up_to_date(self) -> None:
        """Run them if one is not as it was."""
        now = [(str(path), path.stat().st_mtime_ns) for path in sorted(self._workspace.glob("transforms/*.py"))]
        if now != self._seen:
            self._seen = now
            load_transforms(self._workspace)


def requests_of(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield requests; when there are no more, this process ends, whatever its main thread does."""
    lines: SimpleQueue[bytes] = SimpleQueue()

    def read() -> None:
        for line in stream:
            lines.put(line)
        if sys.platform != "win32":
            os.killpg(os.getpgrp(), signal.SIGKILL)  # with what user code has started
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield json.loads(lines.get())


def serve(session: str, workspace: Path, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    files = WorkspaceFiles(workspace)
    with DataManager.open(session, read_only=True) as manager:
        for request in requests_of(requests):
            files.bring_up_to_date()
            manager.refresh()
            made = json.dumps(encode(answer(manager, request))).encode()
            answers.write(json.dumps({"size": len(made)}).encode() + b"\n" + made)
            answers.flush()


def main() -> None:
    """Serve on the stdin and stdout that this process was started with; what user code prints goes nowhere."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    session, workspace = sys.argv[1:]
    os.chdir(workspace)
    sys.path.insert(1, "")  # the current folder, as in the interpreter
    serve(session, Path(workspace), requests, answers)


if __name__ == "__main__":
    main()
