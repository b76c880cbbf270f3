"""Exports keys for the editor: runs ``whiskertoolbox export`` in the chosen Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from whiskertoolbox_daemon.data.commands import answer, follow
from whiskertoolbox_protocol.data import ExportFormats, ExportKeys, ExportResult, KeyReferences, LoadProgress


async def export_formats(params: KeyReferences, *, session_path: Path, python: str) -> ExportFormats:
    """List the formats that can hold the keys; raises `RequestError` when one is not known."""
    command = ["export", "--formats", "--session", str(session_path), *_words("--key", params.keys), "--json"]
    return await answer(python, command, ExportFormats, "The formats could not be listed")


async def export_keys(
    params: ExportKeys, *, session_path: Path, python: str, on_progress: Callable[[LoadProgress], None]
) -> ExportResult:
    """Write keys to a file or folder; raises `RequestError` when they could not be. Cancelled, it leaves nothing."""
    import whiskertoolbox_python  # noqa: F401 - first, see the import rule
    from whiskertoolbox_python.containers.exporting import is_taken, remove_temporary  # the daemon starts without it

    target = Path(params.path).absolute()
    if not params.overwrite and is_taken(target):
        return ExportResult(path=str(target), is_taken=True, warnings=[])
    chosen = [*_words("--key", params.keys), *_words("--option", [f"{one.name}={one.value}" for one in params.options])]
    place = [str(target), "--session", str(session_path), "--format", params.format]
    command = ["export", *place, *(["--overwrite"] if params.overwrite else []), *chosen]
    try:
        return await follow(
            python,
            command,
            ExportResult,
            load_id=params.load_id,
            on_progress=on_progress,
            failure="The export ended without a result",
        )
    finally:
        remove_temporary(target)


def _words(option: str, values: list[str]) -> list[str]:
    """Return an option for each value, joined so that no value is taken for an option."""
    return [f"{option}={value}" for value in values]
