"""Loads data for the editor: runs ``whiskertoolbox load`` and ``whiskertoolbox import`` in the chosen Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from whiskertoolbox_daemon.data.commands import answer, follow
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import FilePreview, ImportFile, LoadData, LoadProgress, LoadResult, PreviewFile

_NO_RESULT = "The load ended without a result"


async def load(
    params: LoadData, *, session_path: Path, python: str, on_progress: Callable[[LoadProgress], None]
) -> LoadResult:
    """Load a config into the session; raises `RequestError` when nothing could be loaded. Ends when cancelled."""
    config = Path(params.path).absolute()
    if not config.is_file():
        raise RequestError(f"{config}: there is no such file.")
    command = ["load", str(config), "--session", str(session_path)]
    return await follow(
        python, command, LoadResult, load_id=params.load_id, on_progress=on_progress, failure=_NO_RESULT
    )


async def import_file(
    params: ImportFile, *, session_path: Path, python: str, on_progress: Callable[[LoadProgress], None]
) -> LoadResult:
    """Load parts of a file into the session; raises `RequestError` when none could be. Ends when cancelled."""
    command = ["import", params.path, "--session", str(session_path), *_choices(params)]
    return await follow(
        python, command, LoadResult, load_id=params.load_id, on_progress=on_progress, failure=_NO_RESULT
    )


async def preview_file(params: PreviewFile, *, python: str) -> FilePreview:
    """Look into a file; raises `RequestError` with what it was taken for when it cannot be imported."""
    command = ["import", params.path, "--preview", "--json", *_choices(params)]
    return await answer(python, command, FilePreview, "The file could not be looked into")


def _choices(params: ImportFile | PreviewFile) -> list[str]:
    parts = [f"--part={part.name}={part.key}" for part in params.parts]
    return [*parts, *(f"--clock={clock.name}={clock.time_key}" for clock in params.clocks)]
