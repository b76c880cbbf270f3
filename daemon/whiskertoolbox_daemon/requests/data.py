"""Answers about data keys."""

from collections.abc import Callable
from pathlib import Path

from whiskertoolbox_daemon.clients import CALLER
from whiskertoolbox_daemon.data.exporting import export_formats, export_keys
from whiskertoolbox_daemon.data.loading import import_file, load, preview_file
from whiskertoolbox_daemon.environments.requirements import requirements_of
from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.data import (
    ConfigReference,
    ConfigRequirements,
    DataKeys,
    ExportFormats,
    ExportKeys,
    ExportResult,
    FilePreview,
    ImportFile,
    KeyDetails,
    KeyReference,
    KeyReferences,
    LoadData,
    LoadProgress,
    LoadResult,
    PreviewFile,
)
from whiskertoolbox_protocol.status import Empty


@handles(methods.DATA_LIST)
async def list_keys(session: Session, _params: Empty) -> DataKeys:
    """All data keys and clocks."""
    return await session.data.keys()


@handles(methods.DATA_DETAILS)
async def details_of(session: Session, params: KeyReference) -> KeyDetails:
    """What is said of a data key; from the store, so that it is known while code runs."""
    return await session.data.details(params.key)


@handles(methods.DATA_DELETE)
async def delete_key(session: Session, params: KeyReference) -> Empty:
    """Delete a data key."""
    await session.data.delete(params.key)
    return Empty()


@handles(methods.DATA_PREVIEW)
async def preview(session: Session, params: PreviewFile) -> FilePreview:
    """Look into a file."""
    return await preview_file(params, python=session.interpreter.python)


@handles(methods.DATA_IMPORT)
async def import_parts(session: Session, params: ImportFile) -> LoadResult:
    """Load parts of a file; cancelling it keeps what was loaded before."""
    return await import_file(
        params,
        session_path=session.path,
        python=session.interpreter.python,
        on_progress=_progress(),
    )


@handles(methods.DATA_REQUIREMENTS)
async def requirements(session: Session, params: ConfigReference) -> ConfigRequirements:
    """What a config asks of Python that the interpreter is not."""
    return await requirements_of(Path(params.path), python=session.interpreter.python, check=session.environments.check)


@handles(methods.DATA_LOAD)
async def load_config(session: Session, params: LoadData) -> LoadResult:
    """Load a load config; cancelling it keeps what was loaded before."""
    return await load(
        params,
        session_path=session.path,
        python=session.interpreter.python,
        on_progress=_progress(),
    )


@handles(methods.DATA_EXPORT_FORMATS)
async def list_export_formats(session: Session, params: KeyReferences) -> ExportFormats:
    """The formats that can hold keys together, and what is not installed for them."""
    return await export_formats(params, session_path=session.path, python=session.interpreter.python)


@handles(methods.DATA_EXPORT)
async def export(session: Session, params: ExportKeys) -> ExportResult:
    """Write keys to a file or folder; cancelling it leaves nothing behind."""
    return await export_keys(
        params,
        session_path=session.path,
        python=session.interpreter.python,
        on_progress=_progress(),
    )


def _progress() -> Callable[[LoadProgress], None]:
    caller = CALLER.get()
    return lambda progress: caller.notify(methods.DATA_PROGRESS, progress)
